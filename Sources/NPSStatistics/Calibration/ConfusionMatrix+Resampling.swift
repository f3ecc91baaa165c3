extension ConfusionMatrix {
    /// As many cases as these, drawn from these with replacement.
    ///
    /// Drawn cell by cell as binomials of what is left, so a million cases cost no more than nine
    /// draws.
    public func resampled(using generator: inout SeededGenerator) -> ConfusionMatrix {
        drawn(total, using: &generator)
    }

    /// `count` cases, each falling into a cell with the chance that is the cell's share of all.
    func drawn(_ count: Int, using generator: inout SeededGenerator) -> ConfusionMatrix {
        var result = ConfusionMatrix(classCount: classCount)
        var (left, weight) = (count, total)
        for actual in 0..<classCount {
            for predicted in 0..<classCount {
                let cell = self[actual: actual, predicted: predicted]
                guard left > 0, weight > 0 else { return result }
                let drawn = generator.binomial(trials: left, numerator: cell, denominator: weight)
                result.add(actual: actual, predicted: predicted, count: drawn)
                left -= drawn
                weight -= cell
            }
        }
        return result
    }

    /// The percentile bootstrap interval of a figure (Efron 1981), for those without a formula:
    /// macro-F1, kappa.
    ///
    /// The ends are the k-th smallest and k-th largest of the draws with
    /// k = ⌊(draws + 1)(1 − confidence)/2⌋, at least 1, as for
    /// ``NPSCounts/bootstrapInterval(confidence:draws:seed:)``. The same seed gives the same
    /// interval on every platform. Draws in which the figure does not exist are left out.
    /// - Parameters:
    ///   - figure: such as `\.macroF1`.
    ///   - draws: at least ``NPSCounts/bootstrapDrawsMin``; a smaller number is raised to it.
    /// - Returns: `nil` where the figure does not exist, in most of the draws either, or for a
    ///   confidence out of range.
    public func bootstrapInterval(
        of figure: (ConfusionMatrix) -> Double?, confidence: Double = 0.95,
        draws: Int = NPSCounts.bootstrapDrawsMin, seed: UInt64
    ) -> Interval? {
        bootstrapInterval(
            of: figure, count: total, confidence: confidence, draws: draws, seed: seed)
    }

    /// - Parameter count: cases of each draw, where the cells hold weights instead of cases.
    func bootstrapInterval(
        of figure: (ConfusionMatrix) -> Double?, count: Int, confidence: Double, draws: Int,
        seed: UInt64
    ) -> Interval? {
        guard confidence > 0, confidence < 1, count > 0, figure(self) != nil else { return nil }
        let drawCount = max(draws, NPSCounts.bootstrapDrawsMin)
        var generator = SeededGenerator(seed: seed)
        var values: [Double] = []
        values.reserveCapacity(drawCount)
        for _ in 0..<drawCount {
            if let value = figure(drawn(count, using: &generator)) { values.append(value) }
        }
        guard values.count > drawCount / 2 else { return nil }
        values.sort()
        let rank = max(Int(Double(values.count + 1) * (1 - confidence) / 2), 1)
        return Interval(low: values[rank - 1], high: values[values.count - rank])
    }
}
