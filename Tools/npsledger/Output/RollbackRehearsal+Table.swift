import AnswerEncoding
import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension RollbackRehearsal {
    func show(_ printer: Printer) {
        printer.show(json, csv: csv) { showTable(printer) }
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
                "\(Formatted.count(total.uncounted, of: "text")) \(total.uncounted == 1 ? "is" : "are") not counted after: not read yet by "
                    + "model \(target.version), or below the confidence asked for")
        }
    }

    private var effort: String {
        guard !isPointerFlip else {
            return "A pointer flip: model \(target.version) has read every text, so one event is "
                + "all it takes."
        }
        let texts = Formatted.count(unread, of: "text")
        let first = "Model \(target.version) has not read \(texts), and would read them first"
        if let problem { return first + "; how long that takes cannot be measured: \(problem)" }
        guard let estimate, estimate.sampleTexts > 0 else { return first + "." }
        return first + ": about \(Formatted.duration(estimate.duration)), an estimate from "
            + "\(Formatted.count(estimate.sampleTexts)) of them on this machine; the commits come on top."
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
            .score(counts)
        }
        return [
            Table.Cell(name, role), .count(row.now.total), score(row.now), score(row.after),
            points.map {
                Table.Cell(Formatted.points($0), !isReal ? .plain : $0 < 0 ? .bad : .good)
            } ?? "—",
            .interval(change?.interval()),
            Table.Cell(p.map(AnswerNumber.probability) ?? ""),
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
