import LedgerCore
import LedgerStore
import NPSBySegmentProjection
import NPSStatistics

/// What the spread of stated scores is asked of.
public struct DistributionRequest: Hashable, Sendable {
    /// Which responses, and how they are grouped.
    public var selection: Selection
    /// Under which frame; its basis is taken to be stated.
    public var lens: LensRequest
    /// Order of the segments.
    public var order: ScoreRequest.Order
    /// Segments at most; nil for all.
    public var limit: Int?

    /// A question.
    public init(
        _ selection: Selection = Selection(), _ lens: LensRequest = LensRequest(),
        order: ScoreRequest.Order = .responses, limit: Int? = nil
    ) {
        self.selection = selection
        self.lens = lens
        self.order = order
        self.limit = limit
    }
}

/// The stated scores of one segment.
public struct SegmentDistribution: Sendable {
    /// The score that they come to, as the same question about it answers.
    public let score: SegmentScore
    /// How they are spread.
    public let scores: ScoreDistribution

    init(
        _ dimensions: [String], _ values: [String?], _ scores: ScoreDistribution,
        _ tally: NPSTally, _ sums: ClusterSums, _ frame: AnswerFrame
    ) {
        score = SegmentScore(dimensions, values, tally, sums, frame)
        self.scores = scores
    }

    /// The classes of the scores.
    fileprivate static func tally(_ scores: ScoreDistribution, _ frame: AnswerFrame) -> NPSTally {
        var tally = NPSTally()
        for (hundredths, count) in scores.values {
            switch frame.thresholds.classify(score: hundredths) {
            case .detractor: tally.stated.detractors += count
            case .passive: tally.stated.passives += count
            case .promoter: tally.stated.promoters += count
            }
        }
        let expected = ExpectedScore(tally.stated)
        (tally.expectedSum, tally.expectedSquares) = (expected.sum, expected.sumOfSquares)
        return tally
    }
}

/// The spread of stated scores by segment.
public struct DistributionAnswer: Sendable {
    /// Under which frame.
    public let frame: AnswerFrame
    /// The segments asked for, in their order; none where none were.
    public let rows: [SegmentDistribution]
    /// All responses with a score that the selection keeps.
    public let total: SegmentDistribution
    /// Segments beyond the limit.
    public let omitted: Int
}

extension OpenLedger {
    /// How stated scores are spread, by segment, under any lens.
    ///
    /// - Throws: `LedgerError` as ``score(_:for:)`` does, with code `invalid` for the inferred
    ///   basis: a text has a class, and no score.
    public func distribution(
        _ request: DistributionRequest, for viewer: Viewer = .everything
    ) throws -> DistributionAnswer {
        guard request.lens.basis != .inferred else {
            throw LedgerError(.invalid, "only stated scores are spread: a text has a class alone")
        }
        let chosen = request.selection.segments
        return try scores { state, horizon in
            let query = try query(state)
            try check(chosen, query)
            var asked = request.lens
            asked.basis = .stated
            let lens = try resolve(asked, request.selection, horizon: horizon, state)
            let frame = try frame(lens, asked)
            let groups = try query.distributions(lens, chosen)
            let total = groups.reduce(into: ScoreDistribution()) { $0.merge($1.scores) }
            let tallies = groups.map { SegmentDistribution.tally($0.scores, frame) }
            let persons = SumsByPerson(
                zip(groups, tallies).map { ($0.values, $1.counts) },
                try query.repeated(lens, chosen))
            let rows = groups.indices.map { index in
                SegmentDistribution(
                    chosen.by, groups[index].values, groups[index].scores, tallies[index],
                    persons.groups[index], frame)
            }
            let shown =
                chosen.by.isEmpty
                ? [] : request.order.apply(rows, by: \.score).prefix(request.limit ?? .max)
            return DistributionAnswer(
                frame: frame, rows: Array(shown),
                total: SegmentDistribution(
                    [], [], total, SegmentDistribution.tally(total, frame), persons.all, frame),
                omitted: chosen.by.isEmpty ? 0 : rows.count - shown.count)
        }
    }
}
