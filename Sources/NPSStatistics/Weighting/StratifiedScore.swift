/// A score weighted to a known mix: what it would be had every part answered equally often.
///
/// With weights of a reference period it is the fixed-mix (directly standardised) score. Score
/// Σ W·NPS and variance Σ W²·Var/n, W the weights' shares, divisors n.
public struct StratifiedScore: Sendable, Hashable {
    /// The weighted score, −1 to 1.
    public let score: Double
    /// Its standard error; too small when strata hold fewer than about ten responses.
    public let standardError: Double
    /// Kish's effective n: how many unweighted responses carry as much information.
    public let effectiveCount: Double

    /// Weights the strata.
    ///
    /// Strata of weight 0 are left out.
    /// - Returns: `nil` without strata, for a weight that is negative or not finite, or if a
    ///   stratum with weight has no responses: its score is unknown, and leaving it out would
    ///   change the mix. Merge it with a neighbour instead.
    public init?(_ strata: [Stratum]) {
        guard strata.allSatisfy({ $0.weight >= 0 && $0.weight.isFinite }) else { return nil }
        let sum = strata.reduce(0) { $0 + $1.weight }
        guard sum > 0, sum.isFinite else { return nil }
        var score = 0.0
        var variance = 0.0
        var inverse = 0.0
        for stratum in strata where stratum.weight > 0 {
            guard let part = stratum.counts.score, let spread = stratum.counts.variance else {
                return nil
            }
            let share = stratum.weight / sum
            let count = Double(stratum.counts.total)
            score += share * part
            variance += share * share * spread / count
            inverse += share * share / count
        }
        self.score = score
        standardError = variance.squareRoot()
        effectiveCount = 1 / inverse
    }

    /// score ± z·SE, inside [−1, 1]; `nil` unless 0 < confidence < 1.
    public func interval(confidence: Double = 0.95) -> Interval? {
        guard let z = StandardNormal.criticalValue(confidence: confidence) else { return nil }
        return Interval.around(score, halfWidth: z * standardError).clipped(to: .everyScore)
    }
}
