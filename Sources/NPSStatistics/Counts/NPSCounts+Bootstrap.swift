extension NPSCounts {
    /// The fewest draws a percentile interval is made from; a smaller request is raised to this.
    ///
    /// Below a thousand the 2.5 % ends rest on fewer than 25 draws and wander from seed to seed.
    public static let bootstrapDrawsMin = 1000

    /// The percentile bootstrap interval of the score (Efron 1981).
    ///
    /// Each draw resamples n responses with replacement; the ends are the k-th smallest and k-th
    /// largest score with k = ⌊(draws + 1)(1 − confidence)/2⌋, at least 1. The same seed gives the
    /// same interval on every platform. A unanimous sample has an interval of no width: prefer
    /// ``IntervalMethod/score`` there.
    /// - Returns: `nil` without responses, or for a confidence out of range.
    public func bootstrapInterval(
        confidence: Double = 0.95, draws: Int = 2000, seed: UInt64
    ) -> Interval? {
        guard let score, confidence > 0, confidence < 1 else { return nil }
        let drawCount = max(draws, Self.bootstrapDrawsMin)
        var generator = SeededGenerator(seed: seed)
        var sums: [Int] = []
        sums.reserveCapacity(drawCount)
        for _ in 0..<drawCount {
            let resampled = resampled(using: &generator)
            sums.append(resampled.promoters - resampled.detractors)
        }
        sums.sort()
        let rank = max(Int(Double(drawCount + 1) * (1 - confidence) / 2), 1)
        return Interval(
            low: Double(sums[rank - 1]) / Double(total),
            high: Double(sums[drawCount - rank]) / Double(total)
        ).stretched(to: score)
    }

    /// n responses drawn from these with replacement.
    ///
    /// - Precondition: the counts are consistent.
    public func resampled(using generator: inout SeededGenerator) -> NPSCounts {
        precondition(isConsistent, "negative counts cannot be resampled")
        guard total > 0 else { return .zero }
        let drawnPromoters = generator.binomial(
            trials: total, numerator: promoters, denominator: total)
        let rest = total - promoters
        guard rest > 0 else { return NPSCounts(promoters: drawnPromoters) }
        let drawnDetractors = generator.binomial(
            trials: total - drawnPromoters, numerator: detractors, denominator: rest)
        return NPSCounts(
            detractors: drawnDetractors,
            passives: total - drawnPromoters - drawnDetractors,
            promoters: drawnPromoters)
    }
}
