import JSON
import LedgerQueries
import NPSStatistics
import Presentation

extension ComparisonAnswer {
    /// The comparison for programs.
    package var json: JSONValue {
        .object(
            frame.json + [("rows", .array(rows.map { $0.json(frame.confidenceShare) }))])
    }

    /// The comparison as a header and rows.
    package var csv: (header: [String], rows: [[String]]) {
        (
            [
                "name", "first", "second", "firstResponses", "secondResponses", "firstNps",
                "secondNps", "difference", "low", "high", "p", "adjustedP",
            ], rows.map { $0.csv(frame.confidenceShare) }
        )
    }
}

extension ComparisonRow {
    private static func side(_ name: String, _ counts: NPSCounts) -> JSONValue {
        [
            "name": .string(name), "responses": .integer(counts.total),
            "promoters": .integer(counts.promoters), "passives": .integer(counts.passives),
            "detractors": .integer(counts.detractors),
            "nps": .optional(AnswerNumber.points(counts.score)),
        ]
    }

    fileprivate func json(_ confidence: Double) -> JSONValue {
        let bounds = difference?.interval(confidence: confidence)
        var fields: [(String, JSONValue)] = [
            ("name", .string(name)), ("first", Self.side(beforeName, before)),
            ("second", Self.side(afterName, after)),
            ("difference", .optional(AnswerNumber.points(difference?.estimate))),
            ("low", .optional(AnswerNumber.points(bounds?.low))),
            ("high", .optional(AnswerNumber.points(bounds?.high))),
            ("p", .optional(p)), ("adjustedP", .optional(adjustedP)),
        ]
        if let flips {
            fields.append(("exactP", .bool(isExact)))
            fields.append(("flips", flips.json))
        }
        return .object(fields)
    }

    fileprivate func csv(_ confidence: Double) -> [String] {
        let bounds = difference?.interval(confidence: confidence)
        return [name, beforeName, afterName, "\(before.total)", "\(after.total)"]
            + [before.score, after.score, difference?.estimate, bounds?.low, bounds?.high]
            .map(AnswerNumber.pointsText)
            + [p, adjustedP].map(AnswerNumber.text)
    }
}

extension FlipMatrix {
    /// From which class (rows) to which (columns), and how far both agree.
    package var json: JSONValue {
        [
            "matrix": .array(
                (0..<3).map { from in .array((0..<3).map { .integer(self[from: from, to: $0]) }) }),
            "flipped": .integer(flipped), "total": .integer(total),
            "agreement": .optional(agreement), "kappa": .optional(kappa),
        ]
    }
}
