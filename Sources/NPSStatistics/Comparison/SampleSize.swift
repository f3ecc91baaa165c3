/// How many responses a question needs.
public enum SampleSize {
    /// The variance to plan with when nothing is known: half promoters, half detractors.
    public static let varianceMax = 1.0

    /// Responses for an interval of ± `margin`.
    ///
    /// n = ⌈z²·Var/d²⌉, and with a finite `population` N: ⌈n₀/(1 + (n₀ − 1)/N)⌉.
    /// - Parameters:
    ///   - margin: half the width as a share (0.05 is five points), above 0.
    ///   - confidence: between 0 and 1, both excluded.
    ///   - variance: of one response, 0 … 1; the default is the worst case.
    ///   - population: how many people there are, if that is not many more than n; at least 1.
    /// - Returns: `nil` for an argument out of range, or for a margin so small that the count
    ///   does not fit.
    public static func count(
        margin: Double, confidence: Double = 0.95, variance: Double = varianceMax,
        population: Int? = nil
    ) -> Int? {
        guard
            let z = StandardNormal.criticalValue(confidence: confidence), margin > 0,
            margin.isFinite, variance >= 0, variance <= varianceMax
        else { return nil }
        let unlimited = z * z * variance / (margin * margin)
        guard let population else { return rounded(unlimited) }
        guard population >= 1 else { return nil }
        return rounded(unlimited / (1 + max(unlimited - 1, 0) / Double(population)))
    }

    /// Responses in each of two independent groups to notice a `difference` between them.
    ///
    /// n = ⌈(z₁₋α⁄₂ + z_power)²·(V₁ + V₂)/d²⌉: a true difference of that size gives p below
    /// 1 − confidence with the chance `power`.
    /// - Returns: `nil` for an argument out of range, or a count that does not fit.
    public static func countPerGroup(
        difference: Double, power: Double = 0.8, confidence: Double = 0.95,
        firstVariance: Double = varianceMax, secondVariance: Double = varianceMax
    ) -> Int? {
        guard
            let z = StandardNormal.criticalValue(confidence: confidence), power > 0, power < 1,
            difference != 0, difference.isFinite, firstVariance >= 0, secondVariance >= 0,
            firstVariance <= varianceMax, secondVariance <= varianceMax
        else { return nil }
        let reach = max(z + StandardNormal.quantile(power), 0)
        let spread = firstVariance + secondVariance
        return rounded(reach * reach * spread / (difference * difference))
    }

    private static func rounded(_ count: Double) -> Int? {
        Int(exactly: max(count, 1).rounded(.up))
    }
}
