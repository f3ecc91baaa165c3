import RealModule

/// The chi-square distribution: upper tail and quantile.
///
/// The tail is the regularised incomplete gamma function Q(df/2, x/2), by its power series below
/// the hump (DLMF 8.11.4) and by its continued fraction above it (DLMF 8.9.2, evaluated with
/// Lentz's method). Relative accuracy is about 1e-12 for up to a thousand degrees of freedom.
package enum ChiSquare {
    /// Bounds both expansions; they converge in about √(df) steps, so this is never the limit
    /// for any table a person would read.
    private static let stepsMax = 10_000

    /// The probability of a value above `x`; 1 for x ≤ 0, NaN unless `degreesOfFreedom` ≥ 1.
    package static func survival(_ x: Double, degreesOfFreedom: Int) -> Double {
        guard degreesOfFreedom >= 1, !x.isNaN else { return .nan }
        guard x > 0 else { return 1 }
        guard x < .infinity else { return 0 }
        // Two degrees of freedom is the exponential distribution: exact, and the common case.
        if degreesOfFreedom == 2 { return Double.exp(-x / 2) }
        let a = Double(degreesOfFreedom) / 2
        return x / 2 < a + 1 ? 1 - lowerGamma(a, x / 2) : upperGamma(a, x / 2)
    }

    /// The probability of a value below `x`; 0 for x ≤ 0, NaN unless `degreesOfFreedom` ≥ 1.
    package static func cumulative(_ x: Double, degreesOfFreedom: Int) -> Double {
        guard degreesOfFreedom >= 1, !x.isNaN else { return .nan }
        guard x > 0 else { return 0 }
        guard x < .infinity else { return 1 }
        if degreesOfFreedom == 2 { return -Double.expMinusOne(-x / 2) }
        let a = Double(degreesOfFreedom) / 2
        return x / 2 < a + 1 ? lowerGamma(a, x / 2) : 1 - upperGamma(a, x / 2)
    }

    /// The x with `probability` below it; 0 at 0, ∞ at 1, NaN outside [0, 1].
    package static func quantile(_ probability: Double, degreesOfFreedom: Int) -> Double {
        guard degreesOfFreedom >= 1, probability >= 0, probability <= 1 else { return .nan }
        guard probability > 0 else { return 0 }
        guard probability < 1 else { return .infinity }
        let tail = 1 - probability
        if degreesOfFreedom == 2 { return -2 * Double.log(onePlus: -probability) }
        // The smaller of the two sides is the one that still has its digits.
        func isBelow(_ x: Double) -> Bool {
            probability < 0.5
                ? cumulative(x, degreesOfFreedom: degreesOfFreedom) < probability
                : survival(x, degreesOfFreedom: degreesOfFreedom) > tail
        }
        var low = 0.0
        var high = Double(degreesOfFreedom) + 1
        while isBelow(high) {
            low = high
            high *= 2
        }
        while true {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { return high }
            if isBelow(middle) {
                low = middle
            } else {
                high = middle
            }
        }
    }

    /// x^a e^(−x) / Γ(a), in logarithms so that nothing overflows on the way.
    private static func front(_ a: Double, _ x: Double) -> Double {
        Double.exp(a * Double.log(x) - x - Double.logGamma(a))
    }

    private static func lowerGamma(_ a: Double, _ x: Double) -> Double {
        var term = 1 / a
        var sum = term
        var denominator = a
        for _ in 0..<stepsMax {
            denominator += 1
            term *= x / denominator
            sum += term
            if term < sum * 0x1p-53 { break }
        }
        return sum * front(a, x)
    }

    private static func upperGamma(_ a: Double, _ x: Double) -> Double {
        let tiny = Double.leastNormalMagnitude / Double.ulpOfOne
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var fraction = d
        for step in 1...stepsMax {
            let numerator = -Double(step) * (Double(step) - a)
            b += 2
            d = numerator * d + b
            if d.magnitude < tiny { d = tiny }
            c = b + numerator / c
            if c.magnitude < tiny { c = tiny }
            d = 1 / d
            let factor = d * c
            fraction *= factor
            if (factor - 1).magnitude <= 0x1p-52 { break }
        }
        return front(a, x) * fraction
    }
}
