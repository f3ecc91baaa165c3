import AnswerEncoding
import JSON
import LedgerCore
import LedgerQueries
import NPSStatistics
import Presentation

/// Writes a difference and then its responses one after the other, so that a list of millions
/// takes no more memory than one of twenty.
struct ChangeListing {
    /// Rows of a table printed at a time; each such page has its columns' titles.
    static let pageRows = 500

    let difference: ScoreDifference
    private let words: DifferenceWords
    private let printer: Printer
    private var page: [ListedChange] = []
    private var written = 0

    /// Writes the difference.
    init(_ difference: ScoreDifference, _ printer: Printer) {
        self.difference = difference
        words = DifferenceWords(difference)
        self.printer = printer
        switch printer.format {
        case .json: Printer.write(difference.jsonHead)
        case .csv: printer.csv(difference.csvHeader, [])
        case .table:
            difference.show(printer)
            if difference.listed > 0 { printer.line() }
        }
    }

    mutating func add(_ change: ListedChange) {
        if printer.format == .json {
            Printer.write(difference.jsonPiece(change, isFirst: written == 0))
        } else {
            page.append(change)
            if page.count == Self.pageRows { flush() }
        }
        written += 1
    }

    mutating func end() {
        flush()
        guard printer.format != .json else {
            Printer.write(ScoreDifference.jsonEnd(isEmpty: written == 0))
            return
        }
        let left = difference.changed - difference.listed
        guard left > 0 else { return }
        let words =
            "\(Formatted.count(left)) more " + (left == 1 ? "response counts" : "responses count")
            + " otherwise; --limit shows more"
        if printer.format == .csv { Printer.notice(words) } else { printer.muted(words) }
    }

    private mutating func flush() {
        guard let first = page.first else { return }
        switch printer.format {
        case .json: break
        case .csv: printer.csv(difference.csv(first), page.dropFirst().map(difference.csv))
        case .table: if difference.hasTexts { showBlocks() } else { printer.table(table) }
        }
        page.removeAll(keepingCapacity: true)
    }

    private func segment(_ change: ListedChange) -> String {
        difference.dimensions.compactMap { change.segments[$0] }.joined(separator: " · ")
    }

    private func points(_ change: ListedChange) -> String {
        difference.total.points(change.numerator)
            .map { ScoreDifference.signed($0, decimals: 4) } ?? "—"
    }

    private var table: Table {
        // All dimensions of a response side by side would leave no room for the reason.
        let isGrouped = !difference.by.isEmpty
        let title = difference.by.joined(separator: " · ")
        var table = Table(
            columns: [.number("response")]
                + (isGrouped
                    ? [Table.Column(title, minWidth: 8, flexible: true, dropPriority: 1)] : []) + [
                    Table.Column("first"), Table.Column("second"),
                    Table.Column("because", minWidth: 18, flexible: true), .number("points"),
                    Table.Column("events", dropPriority: 2),
                ])
        for change in page {
            table.append(
                [Table.Cell("\(change.position)", .muted)]
                    + (isGrouped ? [Table.Cell(segment(change))] : []) + [
                        .npsClass(change.first), .npsClass(change.second),
                        Table.Cell(words.label(change)), Table.Cell(points(change)),
                        Table.Cell(change.events.map { "\($0)" }.joined(separator: " "), .muted),
                    ])
        }
        return table
    }

    /// With texts a row takes several lines.
    private func showBlocks() {
        for change in page {
            let title = "\(change.position)".leftPadded(to: 8) + "  "
            let line =
                "\(DifferenceWords.counted(change.first)) → "
                + "\(DifferenceWords.counted(change.second)), \(words.label(change)), "
                + "\(points(change)) points"
                + (change.events.isEmpty
                    ? "" : ", by " + change.events.map { "\($0)" }.joined(separator: " "))
            let lines = TerminalText.wrapped(line, printer.width - 10)
            for (index, line) in lines.enumerated() {
                let margin = index == 0 ? title : String(repeating: " ", count: 10)
                printer.line(printer.style.paint(margin, .muted) + line)
            }
            let rest =
                TerminalText.wrapped(segment(change), printer.width - 10)
                + (change.text.map { TerminalText.wrapped("“\($0)”", printer.width - 10) } ?? [])
            for line in rest { printer.muted("          " + line) }
        }
    }
}

extension ScoreDifference {
    /// Both scores, and what the difference is made of.
    fileprivate func show(_ printer: Printer) {
        printer.table(scores)
        for (name, frame) in [("first", first), ("second", second)] {
            printer.muted("\(name): \(frame.sentence)")
        }
        guard total.denominator != nil else {
            printer.line()
            printer.line("Under one of the lenses nothing counts, so there is no difference.")
            return
        }
        printer.line()
        printer.table(reasons)
        if let order = DifferenceWords.order(self) { printer.muted(order) }
        if let mix { printer.muted(MixWords.sentence(mix, by: by)) }
    }

    private var scores: Table {
        var table = Table(columns: [
            .label(by.joined(separator: " · "), groups.map(\.name)),
            .number("n", dropPriority: 3), .number("first"),
            .number("interval", dropPriority: 2), .number("n", dropPriority: 3),
            .number("second"), .number("interval", dropPriority: 1), .number("change"),
        ])
        func append(_ name: String, _ group: Group, _ role: TerminalStyle.Role) {
            func cells(
                _ counts: NPSCounts, _ persons: ClusterSums, _ frame: AnswerFrame
            ) -> [Table.Cell] {
                [
                    .count(counts.total),
                    .score(counts, role), .interval(frame.interval(of: counts, persons)),
                ]
            }
            let change = group.points(group.numerator)
            table.append(
                [Table.Cell(name, role)] + cells(group.first, group.persons.first, first)
                    + cells(group.second, group.persons.second, second)
                    + [change.map { .points($0) } ?? "—"])
        }
        for group in groups { append(group.name, group, .plain) }
        if !groups.isEmpty { table.appendRule() }
        append("all", total, .strong)
        return table
    }

    private var reasons: Table {
        var table = Table(columns: [
            Table.Column("because of", flexible: true), .number("responses"), .number("points"),
            .number("step by step", dropPriority: 1),
        ])
        if mix != nil { table.columns += [.number("scores"), .number("mix")] }
        let words = DifferenceWords(self)
        var effects = Dictionary(
            total.steps.map { ($0.reason.name, $0) }, uniquingKeysWith: { first, _ in first })
        func append(_ label: String, _ part: Part?, _ name: String, _ role: TerminalStyle.Role) {
            let effect = effects.removeValue(forKey: name)?.effect
            let parts = part.flatMap { self.effects(name, $0) }
            table.append(
                [
                    Table.Cell(label, role), .count(part?.responses ?? 0),
                    Table.Cell(Self.signed(total.points(part?.numerator ?? 0) ?? 0, decimals: 2)),
                    Table.Cell(effect.map { Self.signed($0 * 100, decimals: 2) } ?? "", role),
                ] + (mix == nil ? [] : Self.cells(parts?.score, parts?.mix, role)))
        }
        for (name, label, part) in rows(total) {
            append(label, part, name, name == "unchanged" ? .muted : .plain)
        }
        // What counts the same in the end and did not on the way.
        for step in total.steps where effects[step.reason.name] != nil {
            append(words.label(step.reason), nil, step.reason.name, .muted)
        }
        table.appendRule()
        let difference = Self.signed(total.points(total.numerator) ?? 0, decimals: 2)
        table.append(
            [
                Table.Cell("difference", .strong), "", Table.Cell(difference, .strong),
                Table.Cell(difference, .strong),
            ]
                + (mix.map {
                    Self.cells($0.scoreEffect * 100, $0.mixEffect * 100, .strong)
                } ?? []))
        return table
    }

    /// What comes from scores of segments, and what from their mix.
    private static func cells(
        _ score: Double?, _ mix: Double?, _ role: TerminalStyle.Role
    ) -> [Table.Cell] {
        [score, mix].map { Table.Cell($0.map { signed($0, decimals: 2) } ?? "", role) }
    }

    fileprivate static func signed(_ value: Double, decimals: Int) -> String {
        let text = Formatted.fixed(value, decimals: decimals)
        let isZero = text.allSatisfy { "0.".contains($0) }
        return value > 0 && !isZero ? "+" + text : text
    }
}
