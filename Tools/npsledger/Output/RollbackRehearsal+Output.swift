import AnswerEncoding
import LedgerCore
import NPSLedger
import NPSStatistics
import Presentation

extension RollbackRehearsal {
    /// Whether one event is all it takes.
    private var isPointerFlip: Bool { unread == 0 }

    func show(_ printer: Printer) {
        switch printer.format {
        case .json: printer.json(json)
        case .csv:
            let rows = sections.flatMap(\.rows)
            let dimensions = sections.flatMap { $0.rows.first?.segment.map(\.dimension) ?? [] }
            printer.csv(
                ["grouped"] + dimensions + [
                    "responsesNow", "npsNow", "responsesAfter", "npsAfter", "change", "low", "high",
                    "p", "adjustedP", "flipped", "uncounted",
                ], (rows + [total]).map { csv($0, dimensions) })
        case .table: showTable(printer)
        }
    }

    private static func side(_ counts: NPSCounts) -> JSONValue {
        [
            "responses": .integer(counts.total),
            "nps": .optional(ScoreRow.points(counts.score)),
        ]
    }

    private func json(_ row: Row) -> JSONValue {
        let change = row.flips.change
        let bounds = change?.interval()
        return [
            "segment": .object(row.segment.map { ($0.dimension, .optional($0.value)) }),
            "now": Self.side(row.now), "after": Self.side(row.after),
            "change": .optional(ScoreRow.points(change?.estimate)),
            "low": .optional(ScoreRow.points(bounds?.low)),
            "high": .optional(ScoreRow.points(bounds?.high)),
            "p": .optional(row.flips.pValue), "adjustedP": .optional(row.adjustedP),
            "flipped": .integer(row.flips.flipped), "uncounted": .integer(row.uncounted),
        ]
    }

    private var json: JSONValue {
        [
            "dryRun": true, "model": .integer(target.version), "from": .optional(current),
            "takesBack": .integer(takesBack.position), "pointerFlip": .bool(isPointerFlip),
            "unread": .integer(unread), "estimate": estimateJSON,
            "basis": .string(basis.rawValue), "asOf": .integer(asOf),
            "rows": .array(sections.flatMap(\.rows).map(json)), "total": json(total),
        ]
    }

    private var estimateJSON: JSONValue {
        guard let pace else { return .null }
        let (seconds, attoseconds) = pace.estimate(unread).components
        return [
            "seconds": .number(Double(seconds) + (Double(attoseconds) / 1e15).rounded() / 1e3),
            "sampleTexts": .integer(pace.texts),
        ]
    }

    private func csv(_ row: Row, _ dimensions: [String]) -> [String] {
        let change = row.flips.change
        let bounds = change?.interval()
        let values = Dictionary(
            row.segment.map { ($0.dimension, $0.value ?? "") }, uniquingKeysWith: { $1 })
        func points(_ share: Double?) -> String {
            ScoreRow.points(share).flatMap { Formatted.shortest($0) } ?? ""
        }
        let figures = [change?.estimate, bounds?.low, bounds?.high].map(points)
        let chances = [row.flips.pValue, row.adjustedP].map {
            $0.flatMap { Formatted.shortest($0) } ?? ""
        }
        // What the row is grouped by: without it, a segment without a value looks like the total.
        let grouped = row.segment.map(\.dimension).joined(separator: " ")
        return [grouped] + dimensions.map { values[$0] ?? "" } + [
            "\(row.now.total)", points(row.now.score), "\(row.after.total)",
            points(row.after.score),
        ] + figures + chances + ["\(row.flips.flipped)", "\(row.uncounted)"]
    }

    private func showTable(_ printer: Printer) {
        printer.heading("Dry run: nothing was written")
        let since = Timestamp.format(takesBack.recordedAt).prefix(19)
        printer.sentence(
            "Back to model \(target.version), taking back the activation of "
                + (current.map { "model \($0)" } ?? "a model")
                + " at position \(takesBack.position) (\(since)Z).")
        printer.sentence(effort)
        printer.line()
        printer.table(table)
        printer.muted(
            "change: the responses that count under both, paired; 95 % interval; p adjusted over "
                + "the rows")
        printer.muted("\(basis.rawValue), as of position \(asOf)")
        if total.uncounted > 0 {
            printer.muted(
                "\(Formatted.count(total.uncounted)) texts are not counted after: not read yet by "
                    + "model \(target.version), or below the confidence asked for")
        }
    }

    private var effort: String {
        guard !isPointerFlip else {
            return "A pointer flip: model \(target.version) has read every text, so one event is "
                + "all it takes."
        }
        let texts = "\(Formatted.count(unread)) \(unread == 1 ? "text" : "texts")"
        let first = "Model \(target.version) has not read \(texts), and would read them first"
        if let problem { return first + "; how long that takes cannot be measured: \(problem)" }
        guard let pace, pace.texts > 0 else { return first + "." }
        return first + ": about \(Formatted.duration(pace.estimate(unread))), an estimate from "
            + "\(Formatted.count(pace.texts)) of them on this machine; the commits come on top."
    }

    private var table: Table {
        let isSectioned = sections.contains { $0.title != nil }
        let name = isSectioned ? "" : total.segment.isEmpty ? by : ""
        var table = Table(columns: [
            Table.Column(name, minWidth: 8, flexible: true), .number("n"),
            .number("model \(current.map { "\($0)" } ?? "—")"),
            .number("model \(target.version)"), .number("change"),
            .number("interval", dropPriority: 1), .number("adj. p", dropPriority: 2),
            Table.Column(""),
        ])
        for (title, rows) in sections {
            if let title { table.appendSection(title) }
            for row in rows { table.append(cells(row, row.name, .plain)) }
        }
        if !sections.flatMap(\.rows).isEmpty { table.appendRule() }
        table.append(cells(total, "all", .strong))
        return table
    }

    private var by: String {
        sections.first?.rows.first?.segment.map(\.dimension).joined(separator: " · ") ?? ""
    }

    private func cells(_ row: Row, _ name: String, _ role: TerminalStyle.Role) -> [Table.Cell] {
        let change = row.flips.change
        let p = row.adjustedP ?? row.flips.pValue
        let isReal = (p ?? 1) < 0.05
        let points = change.map { $0.estimate * 100 }
        func score(_ counts: NPSCounts) -> Table.Cell {
            counts.score.map { Table.Cell(Formatted.points($0 * 100)) } ?? "—"
        }
        return [
            Table.Cell(name, role), .count(row.now.total), score(row.now), score(row.after),
            points.map {
                Table.Cell(Formatted.points($0), !isReal ? .plain : $0 < 0 ? .bad : .good)
            } ?? "—",
            Table.Cell(AnswerNumber.intervalText(change?.interval()), .muted),
            Table.Cell(p.map { $0 < 0.0001 ? "<0.0001" : Formatted.fixed($0, decimals: 4) } ?? ""),
            Table.Cell(isReal ? "●" : "", (points ?? 0) < 0 ? .bad : .good),
        ]
    }
}

extension Printer {
    /// A sentence in as many lines as the terminal makes necessary.
    func sentence(_ text: String) {
        for line in TerminalText.wrapped(text, width) { self.line(line) }
    }
}
