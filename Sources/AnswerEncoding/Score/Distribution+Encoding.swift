import JSON
import LedgerQueries
import NPSStatistics

extension DistributionAnswer {
    /// The answer, for programs. `scores` are the counts of eleven bins: bin k holds the scores from
    /// k to below k + 1.
    package var json: JSONValue {
        .object(
            frame.json + [
                ("rows", .array(rows.map(\.json))), ("omitted", .integer(omitted)),
                ("total", total.json),
            ])
    }

    /// The segments as a header and rows, or without any all responses.
    package var csv: (header: [String], rows: [[String]]) {
        let dimensions = (rows.first ?? total).score.segment.map(\.dimension)
        let bins = (0...10).map { "score\($0)" }
        return Incomplete.csv(
            (
                dimensions + ["responses"] + bins + [
                    "fractional", "mean", "median", "standardDeviation", "detractors", "passives",
                    "promoters", "nps", "low", "high",
                ], (rows.isEmpty ? [total] : rows).map(\.csv)
            ), frame.incomplete)
    }
}

extension SegmentDistribution {
    /// A figure in points of the scale with four decimals: more than any sample can tell.
    private static func rounded(_ value: Double?) -> Double? {
        value.map { ($0 * 10_000).rounded() / 10_000 }
    }

    fileprivate var json: JSONValue {
        let counts = score.tally.counts
        return [
            "segment": .object(score.segment.map { ($0.dimension, .optional($0.value)) }),
            "responses": .integer(scores.count),
            "scores": .array(scores.bins.map { .integer($0) }),
            "fractional": .integer(scores.fractional),
            "mean": .optional(Self.rounded(scores.mean)),
            "median": .optional(Self.rounded(scores.median)),
            "standardDeviation": .optional(Self.rounded(scores.standardDeviation)),
            "detractors": .integer(counts.detractors), "passives": .integer(counts.passives),
            "promoters": .integer(counts.promoters),
            "nps": .optional(AnswerNumber.points(counts.score)),
            "low": .optional(AnswerNumber.points(score.interval?.low)),
            "high": .optional(AnswerNumber.points(score.interval?.high)),
        ]
    }

    fileprivate var csv: [String] {
        let counts = score.tally.counts
        let figures = [scores.mean, scores.median, scores.standardDeviation].map {
            AnswerNumber.text(Self.rounded($0))
        }
        let points = [counts.score, score.interval?.low, score.interval?.high]
            .map(AnswerNumber.pointsText)
        return score.segment.map { $0.value ?? "" } + ["\(scores.count)"]
            + scores.bins.map(String.init) + ["\(scores.fractional)"] + figures
            + [counts.detractors, counts.passives, counts.promoters].map(String.init) + points
    }
}
