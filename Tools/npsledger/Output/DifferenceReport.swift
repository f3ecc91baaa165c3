import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import Presentation

/// Two scores and their difference by reason, ready to be written.
struct DifferenceReport {
    let words: DifferenceWords
    let by: [String]
    let frames: [ResultFrame]
    /// Groups in which something counts, largest first.
    let groups: [(values: [String?], sums: DifferenceSums)]
    let total: DifferenceSums
    /// How many responses are listed.
    let listed: Int

    init(
        words: DifferenceWords, by: [String], frames: [ResultFrame],
        groups: [(values: [String?], sums: DifferenceSums)], total: DifferenceSums, listed: Int
    ) {
        self.words = words
        self.by = by
        self.frames = frames
        self.total = total
        self.listed = listed
        self.groups =
            by.isEmpty
            ? []
            : groups.filter { $0.sums.first.total + $0.sums.second.total > 0 }.sorted {
                let (a, b) = (
                    $0.sums.first.total + $0.sums.second.total,
                    $1.sums.first.total + $1.sums.second.total
                )
                return a != b ? a > b : Self.name($0.values) < Self.name($1.values)
            }
    }

    static func name(_ values: [String?]) -> String {
        values.map { $0 ?? "—" }.joined(separator: " · ")
    }

    /// The rows that add up to a difference: those of the reasons that occur, then the rest.
    func rows(
        _ sums: DifferenceSums
    ) -> [(name: String, label: String, row: DifferenceSums.Row)] {
        let reasons = DifferenceReason.allCases.filter { sums[$0].responses > 0 }
        return reasons.map { ($0.name, words.label($0), sums[$0]) }
            + [("unchanged", "same responses, other total", sums.unchanged)]
    }

    /// A part of the difference in points.
    static func points(_ numerator: Int, _ sums: DifferenceSums) -> Double? {
        sums.denominator.map { Double(numerator) / Double($0) * 100 }
    }

    func interval(_ counts: NPSCounts, _ index: Int) -> Interval? {
        let options = frames[index].options
        return counts.interval(options.interval, confidence: options.confidence / 100)
    }

    private func side(_ counts: NPSCounts, _ index: Int) -> [(String, JSONValue)] {
        let bounds = interval(counts, index)
        return [
            ("responses", .integer(counts.total)), ("promoters", .integer(counts.promoters)),
            ("passives", .integer(counts.passives)), ("detractors", .integer(counts.detractors)),
            ("nps", .optional(ScoreRow.points(counts.score))),
            ("low", .optional(ScoreRow.points(bounds?.low))),
            ("high", .optional(ScoreRow.points(bounds?.high))),
        ]
    }

    /// Points for reading, and the fraction of n₁·n₂ for adding up exactly.
    private func amount(_ numerator: Int, _ sums: DifferenceSums) -> [(String, JSONValue)] {
        [
            (
                "points",
                .optional(Self.points(numerator, sums).map { ($0 * 10_000).rounded() / 10_000 })
            ),
            ("numerator", sums.denominator == nil ? .null : .integer(numerator)),
        ]
    }

    private func difference(_ sums: DifferenceSums) -> [(String, JSONValue)] {
        [
            (
                "difference",
                .object(
                    amount(sums.numerator, sums) + [("denominator", .optional(sums.denominator))])
            ),
            (
                "reasons",
                .array(
                    rows(sums).map { name, label, row in
                        .object(
                            [
                                ("reason", .string(name)), ("label", .string(label)),
                                ("responses", .integer(row.responses)),
                            ] + amount(sums.numerator(row), sums))
                    })
            ),
        ]
    }

    /// Everything but the responses.
    var json: [(String, JSONValue)] {
        func lens(_ index: Int, _ counts: NPSCounts) -> JSONValue {
            let frame = frames[index]
            return .object(
                [("asOf", frame.asOf), ("lens", frame.json), ("window", frame.window)]
                    + side(counts, index))
        }
        return [("first", lens(0, total.first)), ("second", lens(1, total.second))]
            + difference(total) + [
                (
                    "segments",
                    .array(
                        groups.map { values, sums in
                            .object(
                                [
                                    (
                                        "segment",
                                        .object(zip(by, values).map { ($0, .optional($1)) })
                                    ), ("first", .object(side(sums.first, 0))),
                                    ("second", .object(side(sums.second, 1))),
                                ] + difference(sums))
                        })
                ), ("changed", .integer(total.changed)),
                ("omitted", .integer(total.changed - listed)),
            ]
    }
}
