import NPSStatistics
import Presentation

/// One comparison: two sides and their difference, first minus second.
struct ComparisonRow {
    let name: String
    let firstName: String
    let secondName: String
    let first: NPSCounts
    let second: NPSCounts
    let difference: Difference?
    var flips: FlipMatrix?
    var isTotal = false
    var adjustedP: Double?

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
            ("name", .string(name)), ("first", Self.side(firstName, first)),
            ("second", Self.side(secondName, second)),
            ("difference", .optional(ScoreRow.points(difference?.estimate))),
            ("low", .optional(ScoreRow.points(bounds?.low))),
            ("high", .optional(ScoreRow.points(bounds?.high))),
            ("p", .optional(difference?.pValue)), ("adjustedP", .optional(adjustedP)),
        ]
        if let flips {
            fields.append(
                (
                    "flips",
                    [
                        "matrix": .array(
                            (0..<3).map { from in
                                .array((0..<3).map { .integer(flips[from: from, to: $0]) })
                            }),
                        "flipped": .integer(flips.flipped), "total": .integer(flips.total),
                        "agreement": .optional(flips.agreement), "kappa": .optional(flips.kappa),
                    ]
                ))
        }
        return .object(fields)
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
                printer.muted("from \(row.secondName) to \(row.firstName)")
            }
            if let flips = rows.last?.flips { showFlips(flips, printer) }
            printer.muted(frame.sentence)
        }
    }

    private func csv(_ confidence: Double) -> [String] {
        let bounds = difference?.interval(confidence: confidence)
        let points = [
            first.score, second.score, difference?.estimate, bounds?.low, bounds?.high,
        ].map { ScoreRow.points($0).flatMap { Formatted.shortest($0) } ?? "" }
        return [name, firstName, secondName, "\(first.total)", "\(second.total)"] + points
            + [difference?.pValue, adjustedP].map { $0.flatMap { Formatted.shortest($0) } ?? "" }
    }

    /// The names of the two sides where both fit a column's head.
    private static func headings(_ rows: [ComparisonRow]) -> (first: String, second: String)? {
        guard let row = rows.first, max(row.firstName.count, row.secondName.count) < 12 else {
            return nil
        }
        return (row.firstName, row.secondName)
    }

    private static func table(
        _ rows: [ComparisonRow], _ dimensions: [String], _ confidence: Double
    ) -> Table {
        let sides = headings(rows)
        var table = Table(columns: [
            Table.Column(dimensions.joined(separator: " · "), minWidth: 8, flexible: true),
            .number("n", dropPriority: 2),
            .number(sides?.second ?? "from"), .number(sides?.first ?? "to"),
            .number("change"), .number("interval", dropPriority: 1), .number("adj. p"),
            Table.Column(""),
        ])
        for row in rows {
            if row.isTotal { table.appendRule() }
            let bounds = row.difference?.interval(confidence: confidence)
            let p = row.adjustedP ?? row.difference?.pValue
            let isReal = (p ?? 1) < 1 - confidence
            let change = row.difference.map { $0.estimate * 100 }
            table.append([
                Table.Cell(row.name, row.isTotal ? .strong : .plain), .count(row.first.total),
                row.second.score.map { Table.Cell(Formatted.points($0 * 100)) } ?? "—",
                row.first.score.map { Table.Cell(Formatted.points($0 * 100)) } ?? "—",
                change.map {
                    Table.Cell(
                        Formatted.points($0), !isReal ? .plain : $0 < 0 ? .bad : .good)
                } ?? "—",
                Table.Cell(NPSCommand.interval(bounds), .muted),
                Table.Cell(p.map(Self.probability) ?? ""),
                Table.Cell(isReal ? "●" : "", (change ?? 0) < 0 ? .bad : .good),
            ])
        }
        return table
    }

    private static func probability(_ p: Double) -> String {
        p < 0.0001 ? "<0.0001" : Formatted.fixed(p, decimals: 4)
    }

    private static func showFlips(_ flips: FlipMatrix, _ printer: Printer) {
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
