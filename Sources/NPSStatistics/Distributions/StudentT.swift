import RealModule

/// Student's t distribution: two-sided tails and critical values.
///
/// The tail is the regularised incomplete beta function I_x(ν/2, 1/2) at x = ν/(ν + t²), by its
/// continued fraction (DLMF 8.17.22, evaluated with Lentz's method). Relative accuracy is about
/// 1e-12, far out as well.
package enum StudentT {
    /// Bounds the fraction, which converges in about √ν steps.
    private static let stepsMax = 10_000

    /// The probability of a value at least as far from 0 as `t`; NaN unless `degreesOfFreedom` ≥ 1.
    package static func twoSidedPValue(_ t: Double, degreesOfFreedom: Int) -> Double {
        guard degreesOfFreedom >= 1, !t.isNaN else { return .nan }
        guard t.isFinite else { return 0 }
        let freedom = Double(degreesOfFreedom)
        let square = t * t
        // Near 0 the fraction is that of the other side: it converges below the mean of x only.
        if square < 1 {
            return 1
                - regularizedBeta(
                    square / (freedom + square), freedom / (freedom + square), 0.5, freedom / 2)
        }
        return regularizedBeta(
            freedom / (freedom + square), square / (freedom + square), freedom / 2, 0.5)
    }

    /// The t of a two-sided interval with this confidence; `nil` unless 0 < confidence < 1 and
    /// `degreesOfFreedom` ≥ 1.
    package static func criticalValue(confidence: Double, degreesOfFreedom: Int) -> Double? {
        guard degreesOfFreedom >= 1, confidence > 0, confidence < 1 else { return nil }
        let tail = 1 - confidence
        var low = 0.0
        var high = 2.0
        while twoSidedPValue(high, degreesOfFreedom: degreesOfFreedom) > tail {
            low = high
            high *= 2
        }
        while true {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { return high }
            if twoSidedPValue(middle, degreesOfFreedom: degreesOfFreedom) > tail {
                low = middle
            } else {
                high = middle
            }
        }
    }

    /// I_x(a, b), with 1 − x beside it so that neither loses its digits.
    private static func regularizedBeta(
        _ x: Double, _ complement: Double, _ a: Double, _ b: Double
    ) -> Double {
        guard x > 0 else { return 0 }
        let logFront =
            a * Double.log(x) + b * Double.log(complement) + Double.logGamma(a + b)
            - Double.logGamma(a) - Double.logGamma(b)
        let tiny = Double.leastNormalMagnitude / Double.ulpOfOne
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        if d.magnitude < tiny { d = tiny }
        d = 1 / d
        var fraction = d
        for step in 1...stepsMax {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            var factor = 1.0
            for numerator in [even, odd] {
                d = 1 + numerator * d
                if d.magnitude < tiny { d = tiny }
                c = 1 + numerator / c
                if c.magnitude < tiny { c = tiny }
                d = 1 / d
                factor = d * c
                fraction *= factor
            }
            if (factor - 1).magnitude <= 0x1p-52 { break }
        }
        return Double.exp(logFront) * fraction / a
    }
}
