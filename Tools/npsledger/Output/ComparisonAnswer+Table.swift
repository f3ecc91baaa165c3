import AnswerEncoding
import JSON
import LedgerQueries
import NPSStatistics
import Presentation

extension ComparisonAnswer {
    func show(_ printer: Printer) {
        printer.show(json, csv: csv, omitted: omitted) {
            printer.table(
                ComparisonRow.table(
                    rows + (total.map { [$0] } ?? []), by, frame.confidenceShare,
                    rowConfidence: confidence))
            if ComparisonRow.headings(rows) == nil, let row = rows.first {
                printer.muted("from \(row.beforeName) to \(row.afterName)")
            }
            rows.last?.flips?.show(printer)
            printer.muted(sentences)
        }
    }
}

extension ComparisonRow {
    /// The names of the two sides where both fit a column's head.
    fileprivate static func headings(_ rows: [ComparisonRow]) -> (before: String, after: String)? {
        guard let row = rows.first, max(row.beforeName.count, row.afterName.count) < 12 else {
            return nil
        }
        return (row.beforeName, row.afterName)
    }

    /// - Parameter sideIntervals: the intervals of the two sides by row, where they are shown; on a
    ///   narrow terminal they are the first to go.
    /// - Parameter rowConfidence: of each row's interval, where it is not that of all.
    static func table(
        _ rows: [ComparisonRow], _ dimensions: [String], _ confidence: Double,
        rowConfidence: ((ComparisonRow) -> Double)? = nil,
        sideIntervals: [(before: Interval?, after: Interval?)] = []
    ) -> Table {
        let sides = headings(rows)
        // Where both sides count the same responses, one column says it.
        let isPaired = rows.allSatisfy { $0.before.total == $0.after.total }
        var table = Table(columns: [
            .label(dimensions.joined(separator: " · "), rows.map(\.name)),
            .number("n", dropPriority: 4), .number(sides?.before ?? "from", dropPriority: 3),
            .number("n", dropPriority: 4), .number(sides?.after ?? "to", dropPriority: 3),
            .number("change"), .number("interval", dropPriority: 2),
            .number("adj. p", dropPriority: 1), Table.Column(""),
        ])
        if isPaired { table.columns.remove(at: 3) }
        if rows.contains(where: { $0.perPerson != nil }) { table.columns += PersonScore.columns }
        // Only models are shown with intervals, and they are paired.
        if !sideIntervals.isEmpty {
            for (place, name) in [(3, sides?.before), (5, sides?.after)] {
                table.columns.insert(
                    .number((name ?? "its") + " interval", dropPriority: 5), at: place)
            }
        }
        for (index, row) in rows.enumerated() {
            if row.isTotal { table.appendRule() }
            var cells = row.cells(confidence, rowConfidence?(row) ?? confidence)
            if isPaired { cells.remove(at: 3) }
            if sideIntervals.indices.contains(index) {
                let (before, after) = sideIntervals[index]
                cells.insert(.interval(before), at: 3)
                cells.insert(.interval(after), at: 5)
            }
            table.append(cells)
        }
        return table
    }

    private func cells(_ confidence: Double, _ intervalConfidence: Double) -> [Table.Cell] {
        let shown = adjustedP ?? p
        let isReal = (shown ?? 1) < 1 - confidence
        let change = difference.map { $0.estimate * 100 }
        let tone: TerminalStyle.Role = (change ?? 0) < 0 ? .bad : .good
        return [
            Table.Cell(name, isTotal ? .strong : .plain), .count(before.total), .score(before),
            .count(after.total), .score(after),
            change.map { Table.Cell(Formatted.points($0), isReal ? tone : .plain) } ?? "—",
            .interval(difference?.interval(confidence: intervalConfidence)),
            Table.Cell(shown.map(AnswerNumber.probability) ?? ""),
            Table.Cell(isReal ? "●" : "", tone),
        ]
            + (perPerson.map { perPerson in
                PersonScore.cells(
                    perPerson.difference?.estimate,
                    perPerson.difference?.interval(confidence: intervalConfidence))
            } ?? [])
    }
}

extension FlipMatrix {
    func show(_ printer: Printer) {
        printer.line()
        printer.table(.classes("from ↓ to →") { self[from: $0, to: $1] })
        printer.muted(
            "\(Formatted.count(flipped)) of \(Formatted.count(total)) change class, "
                + "agreement \(Formatted.percent(agreement ?? 1)), kappa "
                + Formatted.fixed(kappa ?? 1, decimals: 3))
    }
}
