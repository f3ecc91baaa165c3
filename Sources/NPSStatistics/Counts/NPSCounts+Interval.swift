extension NPSCounts {
    /// The confidence interval of the score, inside [−1, 1] and holding ``score`` itself.
    ///
    /// - Parameters:
    ///   - method: adjusted Wald by default; ``IntervalMethod/score`` for small or extreme samples.
    ///   - confidence: the share of such intervals that hold, between 0 and 1, both excluded.
    /// - Returns: `nil` without responses, or for a confidence out of range.
    public func interval(
        _ method: IntervalMethod = .adjustedWald, confidence: Double = 0.95
    ) -> Interval? {
        guard let z = StandardNormal.criticalValue(confidence: confidence) else { return nil }
        return interval(method, criticalValue: z)
    }

    /// The interval with a critical value of the caller's own in place of z.
    ///
    /// - Returns: `nil` without responses, or unless `criticalValue` is finite and ≥ 0.
    public func interval(_ method: IntervalMethod, criticalValue z: Double) -> Interval? {
        guard let score, z >= 0, z.isFinite else { return nil }
        switch method {
        case .adjustedWald: return ScoreMoments.adjusted(self).waldInterval(z).stretched(to: score)
        case .wald: return ScoreMoments(self).waldInterval(z).stretched(to: score)
        case .score:
            // The upper end is the lower end of the mirrored sample: one routine, and exact
            // symmetry between promoters and detractors.
            return Interval(
                low: ScoreBound(self, criticalValue: z).lower(),
                high: -ScoreBound(mirrored, criticalValue: z).lower())
        }
    }

    /// The interval from Goodman's simultaneous critical value, √χ²₂(confidence).
    ///
    /// Goodman (1964): with it, every contrast of the three class shares in this one sample
    /// (promoters − detractors, but also promoters − passives, …) holds at once. The critical
    /// value is 2.447747 at 95 %, whatever the number of segments: for a table of many segments
    /// that shall all hold at once use ``familywiseInterval(_:confidence:segments:)``.
    /// - Returns: `nil` without responses, or for a confidence out of range.
    public func simultaneousInterval(
        _ method: IntervalMethod = .adjustedWald, confidence: Double = 0.95
    ) -> Interval? {
        guard confidence > 0, confidence < 1 else { return nil }
        let squared = ChiSquare.quantile(confidence, degreesOfFreedom: 2)
        return interval(method, criticalValue: squared.squareRoot())
    }

    /// The interval to show when `segments` independent segments shall all hold at once.
    ///
    /// Šidák (1967): each segment's interval is taken at confidence^(1/segments).
    /// - Returns: `nil` without responses, for a confidence out of range, or fewer than 1 segment.
    public func familywiseInterval(
        _ method: IntervalMethod = .adjustedWald, confidence: Double = 0.95, segments: Int
    ) -> Interval? {
        guard
            let z = StandardNormal.sidakCriticalValue(confidence: confidence, intervals: segments)
        else { return nil }
        return interval(method, criticalValue: z)
    }
}

extension ScoreMoments {
    /// mean ± z·SE inside [−1, 1].
    func waldInterval(_ z: Double) -> Interval {
        Interval.around(mean, halfWidth: z * standardError).clipped(to: .everyScore)
    }
}
