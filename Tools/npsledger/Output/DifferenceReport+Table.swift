import AnswerEncoding
import NPSBySegmentProjection
import NPSStatistics
import Presentation

extension DifferenceReport {
    /// Both scores, and what the difference is made of.
    func show(_ printer: Printer) {
        printer.table(scores)
        for (name, frame) in zip(["first", "second"], frames) {
            printer.muted("\(name): \(frame.sentence)")
        }
        guard total.denominator != nil else {
            printer.line()
            printer.line("Under one of the lenses nothing counts, so there is no difference.")
            return
        }
        printer.line()
        printer.table(reasons)
    }

    private var scores: Table {
        var table = Table(columns: [
            Table.Column(by.joined(separator: " · "), minWidth: 8, flexible: true),
            .number("n", dropPriority: 3), .number("first"),
            .number("interval", dropPriority: 2), .number("n", dropPriority: 3),
            .number("second"), .number("interval", dropPriority: 1), .number("change"),
        ])
        func append(_ name: String, _ sums: DifferenceSums, _ role: TerminalStyle.Role) {
            func cells(_ counts: NPSCounts, _ index: Int) -> [Table.Cell] {
                [
                    .count(counts.total),
                    counts.score.map { Table.Cell(Formatted.points($0 * 100), role) } ?? "—",
                    Table.Cell(AnswerNumber.intervalText(interval(counts, index)), .muted),
                ]
            }
            let change = Self.points(sums.numerator, sums)
            table.append(
                [Table.Cell(name, role)] + cells(sums.first, 0) + cells(sums.second, 1)
                    + [change.map { .points($0) } ?? "—"])
        }
        for (values, sums) in groups { append(Self.name(values), sums, .plain) }
        if !groups.isEmpty { table.appendRule() }
        append("all", total, .strong)
        return table
    }

    private var reasons: Table {
        var table = Table(columns: [
            Table.Column("because of", flexible: true), .number("responses"), .number("points"),
        ])
        for (name, label, row) in rows(total) {
            let points = Self.points(total.numerator(row), total) ?? 0
            table.append([
                Table.Cell(label, name == "unchanged" ? .muted : .plain), .count(row.responses),
                Table.Cell(Self.signed(points, decimals: 2)),
            ])
        }
        table.appendRule()
        table.append([
            Table.Cell("difference", .strong), "",
            Table.Cell(
                Self.signed(Self.points(total.numerator, total) ?? 0, decimals: 2), .strong),
        ])
        return table
    }

    static func signed(_ value: Double, decimals: Int) -> String {
        let text = Formatted.fixed(value, decimals: decimals)
        let isZero = text.allSatisfy { "0.".contains($0) }
        return value > 0 && !isZero ? "+" + text : text
    }
}
