import JSON
import LedgerCore
import LedgerQueries
import NPSBySegmentProjection
import NPSStatistics
import Presentation

/// One line of a score: a segment's sums with its interval, ready to be written.
struct ScoreRow {
    let segment: [(dimension: String, value: String?)]
    let tally: NPSTally
    let interval: Interval?

    init(
        _ dimensions: [String], _ values: [String?], _ tally: NPSTally, _ lens: LensOptions
    ) {
        segment = Array(zip(dimensions, values))
        self.tally = tally
        interval = tally.counts.interval(lens.interval, confidence: lens.confidence / 100)
    }

    /// Points with four decimals: more than any sample can tell, few enough to be read.
    static func points(_ share: Double?) -> Double? {
        share.map { ($0 * 1_000_000).rounded() / 10_000 }
    }

    var name: String { segment.map { $0.value ?? "—" }.joined(separator: " · ") }

    var json: JSONValue {
        let counts = tally.counts
        return [
            "segment": .object(segment.map { ($0.dimension, .optional($0.value)) }),
            "responses": .integer(counts.total),
            "promoters": .integer(counts.promoters),
            "passives": .integer(counts.passives),
            "detractors": .integer(counts.detractors),
            "stated": .integer(tally.stated.total),
            "inferred": .integer(tally.inferred.total),
            "reviewed": .integer(tally.reviewed),
            "uncounted": .integer(tally.uncounted),
            "nps": .optional(Self.points(counts.score)),
            "expectedNps": .optional(Self.points(tally.expected.mean)),
            "low": .optional(Self.points(interval?.low)),
            "high": .optional(Self.points(interval?.high)),
        ]
    }

    static let csvColumns = [
        "responses", "promoters", "passives", "detractors", "stated", "inferred", "uncounted",
        "nps", "expectedNps", "low", "high", "reviewed",
    ]

    var csv: [String] {
        let counts = tally.counts
        let numbers = [
            counts.total, counts.promoters, counts.passives, counts.detractors,
            tally.stated.total, tally.inferred.total, tally.uncounted,
        ].map(String.init)
        let points = [counts.score, tally.expected.mean, interval?.low, interval?.high].map {
            Self.points($0).flatMap { Formatted.shortest($0) } ?? ""
        }
        return segment.map { $0.value ?? "" } + numbers + points + ["\(tally.reviewed)"]
    }
}

/// The lens and window that a result was made with, as every JSON answer states them.
struct ResultFrame {
    let lens: ResolvedLens
    let options: LensOptions
    let recordedAt: Microseconds?
    /// The two that are compared, where the question is about them instead of the lens's one.
    var models: [ModelVersion] = []

    init(_ session: OpenLedger, _ lens: ResolvedLens, _ options: LensOptions) throws {
        self.lens = lens
        self.options = options
        recordedAt = try session.recordedAt(lens.lens.asOf)
    }

    var asOf: JSONValue {
        [
            "position": .integer(lens.lens.asOf),
            "recordedAt": .optional(recordedAt.map(Timestamp.format)),
        ]
    }

    var json: JSONValue {
        [
            "basis": .string(lens.lens.basis.rawValue),
            "model": models.isEmpty
                ? .optional(lens.model) : .array(models.map { .integer($0) }),
            "thresholds": .optional(lens.thresholdsID),
            "duplicates": .string(lens.lens.duplicates.rawValue),
            "reviews": .string(lens.lens.reviews.rawValue),
            "interval": .string(options.interval.rawValue),
            "confidence": .number(options.confidence),
        ]
    }

    var window: JSONValue {
        [
            "from": .optional(lens.lens.from.map(Timestamp.format)),
            "to": .optional(lens.lens.to.map(Timestamp.format)),
        ]
    }

    /// One line for people.
    var sentence: String {
        var parts = ["\(lens.lens.basis.rawValue)"]
        if lens.lens.basis != .stated {
            let pinned = if case .pinned = lens.lens.model { " (pinned)" } else { "" }
            parts.append(
                models.isEmpty
                    ? lens.model.map { "model \($0)\(pinned)" } ?? "no model"
                    : "models " + models.map { "\($0)" }.joined(separator: " and "))
        }
        if let id = lens.thresholdsID { parts.append("thresholds \(id)") }
        if lens.lens.duplicates != .all {
            parts.append("the \(lens.lens.duplicates.rawValue) answer of each respondent")
        }
        if lens.lens.reviews == .ignored { parts.append("reviews ignored") }
        parts.append("as of position \(lens.lens.asOf)")
        if let from = lens.lens.from { parts.append("from \(Timestamp.format(from))") }
        if let to = lens.lens.to { parts.append("to \(Timestamp.format(to))") }
        parts.append(
            "\(Formatted.shortest(options.confidence) ?? "") % \(options.interval.rawValue)")
        return parts.joined(separator: ", ")
    }
}
