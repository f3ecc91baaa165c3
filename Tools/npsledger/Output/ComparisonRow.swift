import AnswerEncoding
import NPSStatistics
import Presentation

/// One comparison: two sides and their difference, the one after minus the one before.
///
/// The side named first on the command line is the one before.
struct ComparisonRow {
    let name: String
    let beforeName: String
    let afterName: String
    let before: NPSCounts
    let after: NPSCounts
    let difference: Difference?
    /// The segment's values, for rows that are segments.
    var values: [String?] = []
    var flips: FlipMatrix?
    var isTotal = false
    var adjustedP: Double?

    /// Whether p comes from the exact test.
    var isExact: Bool { flips?.isExact ?? false }

    /// p before any adjustment.
    var p: Double? { flips?.pValue ?? difference?.pValue }

    private static func side(_ name: String, _ counts: NPSCounts) -> JSONValue {
        [
            "name": .string(name), "responses": .integer(counts.total),
            "promoters": .integer(counts.promoters), "passives": .integer(counts.passives),
            "detractors": .integer(counts.detractors),
            "nps": .optional(ScoreRow.points(counts.score)),
        ]
    }

    private func json(_ confidence: Double) -> JSONValue {
        let bounds = difference?.interval(confidence: confidence)
        var fields: [(String, JSONValue)] = [
            ("name", .string(name)), ("first", Self.side(beforeName, before)),
            ("second", Self.side(afterName, after)),
            ("difference", .optional(ScoreRow.points(difference?.estimate))),
            ("low", .optional(ScoreRow.points(bounds?.low))),
            ("high", .optional(ScoreRow.points(bounds?.high))),
            ("p", .optional(p)), ("adjustedP", .optional(adjustedP)),
        ]
        if let flips {
            fields.append(("exactP", .bool(isExact)))
            fields.append(("flips", Self.json(flips)))
        }
        return .object(fields)
    }

    static func json(_ flips: FlipMatrix) -> JSONValue {
        [
            "matrix": .array(
                (0..<3).map { from in
                    .array((0..<3).map { .integer(flips[from: from, to: $0]) })
                }),
            "flipped": .integer(flips.flipped), "total": .integer(flips.total),
            "agreement": .optional(flips.agreement), "kappa": .optional(flips.kappa),
        ]
    }

    static func show(
        _ rows: [ComparisonRow], by dimensions: [String], _ frame: ResultFrame,
        _ confidence: Double, _ printer: Printer
    ) {
        switch printer.format {
        case .json:
            printer.json([
                "asOf": frame.asOf, "lens": frame.json, "window": frame.window,
                "rows": .array(rows.map { $0.json(confidence) }),
            ])
        case .csv:
            printer.csv(
                [
                    "name", "first", "second", "firstResponses", "secondResponses", "firstNps",
                    "secondNps", "difference", "low", "high", "p", "adjustedP",
                ], rows.map { $0.csv(confidence) })
        case .table:
            printer.table(table(rows, dimensions, confidence))
            if headings(rows) == nil, let row = rows.first {
                printer.muted("from \(row.beforeName) to \(row.afterName)")
            }
            if let flips = rows.last?.flips { showFlips(flips, printer) }
            printer.muted(frame.sentence)
        }
    }

    private func csv(_ confidence: Double) -> [String] {
        let bounds = difference?.interval(confidence: confidence)
        let points = [
            before.score, after.score, difference?.estimate, bounds?.low, bounds?.high,
        ].map { ScoreRow.points($0).flatMap { Formatted.shortest($0) } ?? "" }
        return [name, beforeName, afterName, "\(before.total)", "\(after.total)"] + points
            + [p, adjustedP].map { $0.flatMap { Formatted.shortest($0) } ?? "" }
    }

    /// The names of the two sides where both fit a column's head.
    private static func headings(_ rows: [ComparisonRow]) -> (before: String, after: String)? {
        guard let row = rows.first, max(row.beforeName.count, row.afterName.count) < 12 else {
            return nil
        }
        return (row.beforeName, row.afterName)
    }

    /// - Parameter sideIntervals: the intervals of the two sides by row, where they are shown; on a
    ///   narrow terminal they are the first to go.
    static func table(
        _ rows: [ComparisonRow], _ dimensions: [String], _ confidence: Double,
        sideIntervals: [(before: Interval?, after: Interval?)] = []
    ) -> Table {
        let sides = headings(rows)
        // Where both sides count the same responses, one column says it.
        let isPaired = rows.allSatisfy { $0.before.total == $0.after.total }
        var table = Table(columns: [
            Table.Column(dimensions.joined(separator: " · "), minWidth: 8, flexible: true),
            .number("n", dropPriority: 2), .number(sides?.before ?? "from"),
            .number("n", dropPriority: 2), .number(sides?.after ?? "to"),
            .number("change"), .number("interval", dropPriority: 1), .number("adj. p"),
            Table.Column(""),
        ])
        if isPaired { table.columns.remove(at: 3) }
        // Only models are shown with intervals, and they are paired.
        if !sideIntervals.isEmpty {
            for (place, name) in [(3, sides?.before), (5, sides?.after)] {
                table.columns.insert(
                    .number((name ?? "its") + " interval", dropPriority: 3), at: place)
            }
        }
        for (index, row) in rows.enumerated() {
            if row.isTotal { table.appendRule() }
            var cells = row.cells(confidence)
            if isPaired { cells.remove(at: 3) }
            if sideIntervals.indices.contains(index) {
                let (before, after) = sideIntervals[index]
                cells.insert(Table.Cell(AnswerNumber.intervalText(before), .muted), at: 3)
                cells.insert(Table.Cell(AnswerNumber.intervalText(after), .muted), at: 5)
            }
            table.append(cells)
        }
        return table
    }

    private func cells(_ confidence: Double) -> [Table.Cell] {
        let shown = adjustedP ?? p
        let isReal = (shown ?? 1) < 1 - confidence
        let change = difference.map { $0.estimate * 100 }
        let tone: TerminalStyle.Role = (change ?? 0) < 0 ? .bad : .good
        func points(_ counts: NPSCounts) -> Table.Cell {
            counts.score.map { Table.Cell(Formatted.points($0 * 100)) } ?? "—"
        }
        return [
            Table.Cell(name, isTotal ? .strong : .plain), .count(before.total), points(before),
            .count(after.total), points(after),
            change.map { Table.Cell(Formatted.points($0), isReal ? tone : .plain) } ?? "—",
            Table.Cell(
                AnswerNumber.intervalText(difference?.interval(confidence: confidence)), .muted),
            Table.Cell(shown.map(AnswerNumber.probability) ?? ""),
            Table.Cell(isReal ? "●" : "", tone),
        ]
    }

    static func showFlips(_ flips: FlipMatrix, _ printer: Printer) {
        printer.line()
        var table = Table(columns: [
            Table.Column("from ↓ to →"), .number("detractor"), .number("passive"),
            .number("promoter"),
        ])
        for (from, name) in ["detractor", "passive", "promoter"].enumerated() {
            table.append(
                [Table.Cell(name)]
                    + (0..<3).map { .count(flips[from: from, to: $0]) })
        }
        printer.table(table)
        printer.muted(
            "\(Formatted.count(flips.flipped)) of \(Formatted.count(flips.total)) change class, "
                + "agreement \(Formatted.percent(flips.agreement ?? 1)), kappa "
                + Formatted.fixed(flips.kappa ?? 1, decimals: 3))
    }
}
