import RealModule

/// The standard normal distribution: cumulative probability, tails and quantile.
///
/// Tails go through the complementary error function, so they keep their relative accuracy
/// (about 1e-13) far out, where 1 − Φ(x) would have lost every digit.
package enum StandardNormal {
    /// Φ(x), the probability below `x`.
    package static func cumulative(_ x: Double) -> Double {
        0.5 * Double.erfc(-x * 0.5.squareRoot())
    }

    /// 1 − Φ(x), the probability above `x`.
    package static func survival(_ x: Double) -> Double {
        0.5 * Double.erfc(x * 0.5.squareRoot())
    }

    /// The two-sided p of a standard normal statistic: 2(1 − Φ(|z|)).
    package static func twoSidedPValue(_ z: Double) -> Double {
        Double.erfc(z.magnitude * 0.5.squareRoot())
    }

    /// The z with Φ(z) = `probability`; ±∞ at 0 and 1, NaN outside [0, 1].
    ///
    /// Wichura, "Algorithm AS 241: The percentage points of the normal distribution",
    /// Applied Statistics 37 (1988), routine PPND16: about 16 digits.
    package static func quantile(_ probability: Double) -> Double {
        guard probability >= 0, probability <= 1 else { return .nan }
        guard probability > 0 else { return -.infinity }
        guard probability < 1 else { return .infinity }
        let q = probability - 0.5
        if q.magnitude <= 0.425 {
            let r = 0.180625 - q * q
            return q * ratio(r, numerator: centralNumerator, denominator: centralDenominator)
        }
        let tail = q < 0 ? probability : 1 - probability
        let r = (-Double.log(tail)).squareRoot()
        let size =
            r <= 5
            ? ratio(r - 1.6, numerator: middleNumerator, denominator: middleDenominator)
            : ratio(r - 5, numerator: farNumerator, denominator: farDenominator)
        return q < 0 ? -size : size
    }

    /// The z of a two-sided interval with this confidence; `nil` unless 0 < confidence < 1.
    package static func criticalValue(confidence: Double) -> Double? {
        guard confidence > 0, confidence < 1 else { return nil }
        // From the lower tail: 1 − confidence is exact for confidence ≥ 0.5 (Sterbenz).
        return -quantile((1 - confidence) / 2)
    }

    /// The z that makes `intervals` independent intervals all hold at once with `confidence`.
    ///
    /// Šidák (1967): each interval is taken at confidence^(1/intervals). `nil` unless
    /// 0 < confidence < 1 and `intervals` ≥ 1.
    package static func sidakCriticalValue(confidence: Double, intervals: Int) -> Double? {
        guard confidence > 0, confidence < 1, intervals >= 1 else { return nil }
        let each = -Double.expMinusOne(Double.log(confidence) / Double(intervals))
        return -quantile(each / 2)
    }

    private static func ratio(
        _ r: Double, numerator: [Double], denominator: [Double]
    ) -> Double {
        polynomial(r, numerator) / polynomial(r, denominator)
    }

    /// Horner's rule; coefficients from the constant term up.
    private static func polynomial(_ r: Double, _ coefficients: [Double]) -> Double {
        var value = 0.0
        for coefficient in coefficients.reversed() { value = value * r + coefficient }
        return value
    }

    private static let centralNumerator = [
        3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
        1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
        3.3430575583588128105e+4, 2.5090809287301226727e+3,
    ]
    private static let centralDenominator = [
        1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
        2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
        5.2264952788528545610e+3,
    ]
    private static let middleNumerator = [
        1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
        3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
        2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ]
    private static let middleDenominator = [
        1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ]
    private static let farNumerator = [
        6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
        2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
        2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ]
    private static let farDenominator = [
        1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ]
}
