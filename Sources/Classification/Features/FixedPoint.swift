/// Integer arithmetic of the classifier: the same bits on every processor.
enum FixedPoint {
    /// 1 + ln(count) in 1/256, for counts of 0 (unused) to 255; larger counts are taken as 255.
    static let dampedCounts: [Int32] = [0] + (1...255).map { dampedCount($0) }

    /// Largest value of `dampedCounts`.
    static let dampedCountMax = 1675

    /// 1 + ln(count) in 1/256: log2 by repeated squaring, times ln 2.
    static func dampedCount(_ count: Int) -> Int32 {
        let one = UInt64(1) << 30
        let exponent = UInt64.bitWidth - 1 - UInt64(count).leadingZeroBitCount
        var mantissa = (UInt64(count) << 30) >> UInt64(exponent)
        var log2 = UInt64(exponent) << 20
        for bit in stride(from: 19, through: 0, by: -1) {
            mantissa = (mantissa * mantissa) >> 30
            if mantissa >= one << 1 {
                mantissa >>= 1
                log2 |= 1 << UInt64(bit)
            }
        }
        // ln 2 in 1/2^20 is 726_817; the sum is rounded to 1/256.
        let natural = (log2 * 726_817) >> 20
        return Int32(256 + (natural + (1 << 11)) >> 12)
    }

    /// ⌊√value⌋.
    static func squareRoot(_ value: UInt64) -> UInt64 {
        guard value > 0 else { return 0 }
        var guess = UInt64(Double(value).squareRoot())
        // The square root of IEEE 754 is exact to half a unit in every implementation; these two
        // steps mend the rounding of the conversion.
        while guess.multipliedReportingOverflow(by: guess).overflow || guess * guess > value {
            guess -= 1
        }
        while !(guess + 1).multipliedReportingOverflow(by: guess + 1).overflow,
            (guess + 1) * (guess + 1) <= value
        {
            guess += 1
        }
        return guess
    }

    /// e^(x / 2^16) in 1/2^30, for x ≤ 0; error below 1e-8.
    static func exponential(_ x: Int64) -> UInt64 {
        guard x > -(30 << 16) else { return 0 }
        // log2 e in 1/2^30; the product is x·log2 e in 1/2^46.
        let power = (x * 1_549_082_005) >> 16
        let whole = -(power >> 30)
        let fraction = power & ((1 << 30) - 1)
        // Taylor terms of 2^f: (ln 2)^k / k!, in 1/2^30, from k = 9 down.
        var sum: Int64 = 109
        for term in terms { sum = term + (sum * fraction) >> 30 }
        return UInt64(sum) >> UInt64(whole)
    }

    private static let terms: [Int64] = [
        1419, 16_377, 165_394, 1_431_680, 10_327_387, 59_597_083, 257_941_248, 744_261_118,
        1_073_741_824,
    ]

    /// Softmax of logits (in 1/2^16) in basis points that sum to 10,000.
    ///
    /// What rounding down leaves over goes to the largest remainders, ties to the lower index.
    static func softmax(_ a: Int64, _ b: Int64, _ c: Int64) -> (UInt16, UInt16, UInt16) {
        let top = max(a, b, c)
        let weights = (exponential(a - top), exponential(b - top), exponential(c - top))
        let total = weights.0 + weights.1 + weights.2
        let scaled = (weights.0 * 10_000, weights.1 * 10_000, weights.2 * 10_000)
        var points = (scaled.0 / total, scaled.1 / total, scaled.2 / total)
        var rest = (scaled.0 % total, scaled.1 % total, scaled.2 % total)
        var left = 10_000 - points.0 - points.1 - points.2
        while left > 0 {
            if rest.0 >= rest.1, rest.0 >= rest.2 {
                points.0 += 1
                rest.0 = 0
            } else if rest.1 >= rest.2 {
                points.1 += 1
                rest.1 = 0
            } else {
                points.2 += 1
                rest.2 = 0
            }
            left -= 1
        }
        return (UInt16(points.0), UInt16(points.1), UInt16(points.2))
    }

    /// 1 / (1 + e^-x) of a logit (in 1/2^16), in basis points, rounded to nearest.
    static func sigmoid(_ x: Int64) -> UInt16 {
        let small = exponential(x < 0 ? x : -x)
        let one = UInt64(1) << 30
        let upper = x < 0 ? small : one
        return UInt16((upper * 10_000 + (one + small) / 2) / (one + small))
    }
}
