import RealModule

/// The limit distribution of √n·D, Kolmogorov's statistic.
package enum Kolmogorov {
    /// The probability of a value above `x`.
    ///
    /// Kolmogorov (1933): 2 Σ (−1)^(k−1) exp(−2k²x²). Below 1 that series alternates too slowly,
    /// so its theta-function twin is summed there instead; five terms of either reach 1e-15.
    package static func survival(_ x: Double) -> Double {
        guard !x.isNaN else { return .nan }
        guard x > 0 else { return 1 }
        if x < 1 {
            let scale = -Double.pi * Double.pi / (8 * x * x)
            var sum = 0.0
            for odd in stride(from: 1.0, through: 9, by: 2) { sum += Double.exp(odd * odd * scale) }
            return 1 - (2 * Double.pi).squareRoot() / x * sum
        }
        var sum = 0.0
        for k in stride(from: 5.0, through: 1, by: -1) {
            let term = Double.exp(-2 * k * k * x * x)
            sum += k.truncatingRemainder(dividingBy: 2) == 1 ? term : -term
        }
        return 2 * sum
    }
}
