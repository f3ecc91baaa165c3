/// How many responses are detractors, passives and promoters: all that a Net Promoter Score needs.
///
/// Scores are shares between −1 and 1; multiply by 100 for points at display. Counts are integers,
/// so merging is exact and does not depend on order. Subtracting more than there was leaves a
/// negative count; such a value is not ``isConsistent`` and has no score.
public struct NPSCounts: AdditiveArithmetic, Sendable, Hashable {
    /// Responses that score 0 to 6.
    public var detractors: Int
    /// Responses that score 7 or 8.
    public var passives: Int
    /// Responses that score 9 or 10.
    public var promoters: Int

    /// Counts of the three classes.
    public init(detractors: Int = 0, passives: Int = 0, promoters: Int = 0) {
        self.detractors = detractors
        self.passives = passives
        self.promoters = promoters
    }

    /// No responses.
    public static let zero = NPSCounts()

    /// n, all responses.
    public var total: Int { detractors + passives + promoters }

    /// Whether no count is negative.
    public var isConsistent: Bool { detractors >= 0 && passives >= 0 && promoters >= 0 }

    /// (promoters − detractors) / n, from −1 to 1; `nil` without responses.
    public var score: Double? {
        guard isConsistent, total > 0 else { return nil }
        return Double(promoters - detractors) / Double(total)
    }

    /// The variance of one response's contribution (−1, 0 or 1), with divisor n.
    ///
    /// (promoters + detractors)/n − score², evaluated as (4QD + P(Q+D))/n²: the same number
    /// without the cancellation. `nil` without responses.
    public var variance: Double? {
        guard isConsistent, total > 0 else { return nil }
        return ScoreMoments(self).variance
    }

    /// √(variance / n), with divisor n; `nil` without responses.
    public var standardError: Double? {
        guard isConsistent, total > 0 else { return nil }
        return ScoreMoments(self).standardError
    }

    /// The counts with detractors and promoters exchanged; its score is the negative.
    public var mirrored: NPSCounts {
        NPSCounts(detractors: promoters, passives: passives, promoters: detractors)
    }

    /// Class by class.
    public static func + (left: NPSCounts, right: NPSCounts) -> NPSCounts {
        NPSCounts(
            detractors: left.detractors + right.detractors,
            passives: left.passives + right.passives,
            promoters: left.promoters + right.promoters)
    }

    /// Class by class.
    public static func - (left: NPSCounts, right: NPSCounts) -> NPSCounts {
        NPSCounts(
            detractors: left.detractors - right.detractors,
            passives: left.passives - right.passives,
            promoters: left.promoters - right.promoters)
    }
}
