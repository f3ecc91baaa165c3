extension ExpectedScore {
    /// The confidence interval of the expected score, inside [−1, 1] and holding ``mean``.
    ///
    /// Adjusted like ``IntervalMethod/adjustedWald``: 0.75 certain detractors, 1.5 passives and
    /// 0.75 certain promoters are added first, so for stated responses the two agree.
    ///
    /// The sampling error is all this can know of. It takes the model's probabilities at their
    /// word, and because probabilities vary less than classes it is *narrower* than the interval
    /// of the same number of stated responses. Say how far the model may be off with
    /// `modelMargin`, or measure it and use ``RectifiedScore``.
    /// - Parameters:
    ///   - confidence: between 0 and 1, both excluded.
    ///   - modelMargin: the largest bias of the model as a share (0.02 is two points), added on
    ///     both sides; at least 0.
    /// - Returns: `nil` without responses, or for an argument out of range.
    public func interval(confidence: Double = 0.95, modelMargin: Double = 0) -> Interval? {
        guard let z = StandardNormal.criticalValue(confidence: confidence) else { return nil }
        guard modelMargin >= 0, modelMargin.isFinite, let mean, let moments = adjustedMoments
        else { return nil }
        return Interval.around(
            moments.mean, halfWidth: z * moments.standardError + modelMargin
        ).clipped(to: .everyScore).stretched(to: mean)
    }

    /// Moments with the adjusted-Wald pseudo-responses added; `nil` without responses.
    var adjustedMoments: ScoreMoments? {
        guard let mean, let variance else { return nil }
        let n = Double(count)
        let size = n + PseudoCounts.total
        // Pooled variance of the sample and of the pseudo-responses, whose mean is 0: within
        // both, then between them. No difference of large squares, so nothing cancels.
        let within = n * variance + PseudoCounts.extremes
        let between = n * PseudoCounts.total / size * mean * mean
        return ScoreMoments(
            count: size, mean: n * mean / size, variance: (within + between) / size)
    }

    /// Plain moments; `nil` without responses.
    var moments: ScoreMoments? {
        guard let mean, let variance else { return nil }
        return ScoreMoments(count: Double(count), mean: mean, variance: variance)
    }
}
