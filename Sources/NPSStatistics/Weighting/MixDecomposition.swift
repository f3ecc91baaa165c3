/// Did the score change, or did the mix of segments?
///
/// Kitagawa (1955), the symmetric form: with w a segment's share of responses and s its score,
///
///     total change = Σ w̄·Δs (score effect) + Σ s̄·Δw (mix effect)
///
/// where bars are means of the two periods. The two effects add up to the change exactly and do
/// not depend on which period is called first. A segment present in one period only has no change
/// of score to speak of: it counts wholly as mix.
public struct MixDecomposition: Sendable, Hashable {
    /// One segment's part in both effects, as shares of score.
    public struct Contribution: Sendable, Hashable {
        /// w̄·Δs: the segment's own score moved.
        public let score: Double
        /// Δw·(s̄ − overall mean): the segment grew or shrank, and is better or worse than most.
        public let mix: Double
    }

    /// After minus before, all segments together.
    public let totalChange: Double
    /// What the change would have been with a fixed mix.
    public let scoreEffect: Double
    /// What the change would have been with fixed segment scores.
    public let mixEffect: Double
    /// The standard error of ``scoreEffect``, shares taken as fixed: Σ w̄²·SE² of the segments' changes,
    /// which takes segments for independent of each other, and where nothing else is known the periods
    /// too.
    public let scoreEffectStandardError: Double
    /// Segment by segment, in the order given.
    public let contributions: [Contribution]

    /// Decomposes the change over disjoint segments that together are everything.
    ///
    /// - Returns: `nil` if a period has no responses at all or a count is negative.
    public init?(_ segments: [SegmentChange]) {
        guard segments.allSatisfy({ $0.before.isConsistent && $0.after.isConsistent }) else {
            return nil
        }
        let before = segments.reduce(NPSCounts.zero) { $0 + $1.before }
        let after = segments.reduce(NPSCounts.zero) { $0 + $1.after }
        guard let scoreBefore = before.score, let scoreAfter = after.score else { return nil }
        let overall = (scoreBefore + scoreAfter) / 2
        var contributions: [Contribution] = []
        var variance = 0.0
        for segment in segments {
            let earlierShare = Double(segment.before.total) / Double(before.total)
            let laterShare = Double(segment.after.total) / Double(after.total)
            guard let earlier = segment.before.score ?? segment.after.score,
                let later = segment.after.score ?? segment.before.score
            else {
                contributions.append(Contribution(score: 0, mix: 0))
                continue
            }
            let share = (earlierShare + laterShare) / 2
            contributions.append(
                Contribution(
                    score: share * (later - earlier),
                    mix: (laterShare - earlierShare) * ((earlier + later) / 2 - overall)))
            if let error = segment.standardError {
                variance += share * share * error * error
            }
        }
        self.contributions = contributions
        totalChange = scoreAfter - scoreBefore
        scoreEffect = contributions.reduce(0) { $0 + $1.score }
        mixEffect = contributions.reduce(0) { $0 + $1.mix }
        scoreEffectStandardError = variance.squareRoot()
    }

    /// Both effects together, as a part in itself.
    public var effects: Contribution { Contribution(score: scoreEffect, mix: mixEffect) }

    /// Whether all together went one way and the scores of the segments, at a fixed mix, the other:
    /// Simpson's paradox (Simpson, JRSS B 13, 1951), where the mix outweighs what happened to everybody.
    public var isOpposed: Bool { totalChange * scoreEffect < 0 }

    /// The normal interval of ``scoreEffect``; nil for a confidence outside (0, 1).
    public func scoreEffectInterval(confidence: Double = 0.95) -> Interval? {
        StandardNormal.criticalValue(confidence: confidence).map { z in
            Interval(
                low: scoreEffect - z * scoreEffectStandardError,
                high: scoreEffect + z * scoreEffectStandardError)
        }
    }
}
