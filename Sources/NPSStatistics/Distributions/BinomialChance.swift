import RealModule

/// The logarithm of a binomial probability, to full accuracy however many trials there are.
///
/// Loader, "Fast and accurate computation of binomial probabilities" (2000): Stirling's error and a
/// deviance in place of factorials, whose logarithms lose a digit for each digit of n.
enum BinomialChance {
    /// log of C(n, k)·pᵏ·(1 − p)ⁿ⁻ᵏ; −∞ where that is impossible.
    ///
    /// - Precondition: 0 < p < 1 and n ≥ 0.
    static func log(_ k: Int, of n: Int, _ p: Double) -> Double {
        guard k >= 0, k <= n else { return -.infinity }
        let successes = Double(k)
        let trials = Double(n)
        if k == 0 { return trials * Double.log(onePlus: -p) }
        if k == n { return trials * Double.log(p) }
        let failures = trials - successes
        return stirlingError(n) - stirlingError(k) - stirlingError(n - k)
            - deviance(successes, trials * p) - deviance(failures, trials * (1 - p))
            + 0.5 * Double.log(trials / (2 * Double.pi * successes * failures))
    }

    /// log n! − log(√(2πn)·(n/e)ⁿ), for n ≥ 1.
    private static func stirlingError(_ n: Int) -> Double {
        if n < exactErrors.count { return exactErrors[n] }
        let inverse = 1 / Double(n)
        let square = inverse * inverse
        return inverse
            * (1.0 / 12
                - square
                * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188))))
    }

    private static let exactErrors: [Double] = (0...15).map { n in
        guard n > 0 else { return 0 }
        let value = Double(n)
        return Double.logGamma(value + 1)
            - (0.5 * Double.log(2 * Double.pi * value) + value * Double.log(value) - value)
    }

    /// x·log(x/mean) + mean − x, without cancellation where x is near the mean.
    private static func deviance(_ x: Double, _ mean: Double) -> Double {
        let distance = x - mean
        guard distance.magnitude < 0.1 * (x + mean) else {
            return x * Double.log(x / mean) - distance
        }
        let ratio = distance / (x + mean)
        var sum = distance * ratio
        var term = 2 * x * ratio
        let square = ratio * ratio
        var odd = 1.0
        while true {
            term *= square
            odd += 2
            let next = sum + term / odd
            if next == sum { return sum }
            sum = next
        }
    }
}
