import RealModule

/// The sum of a simple random sample, drawn without replacement from known values, or of one from
/// each of several strata: its tails.
///
/// Saddlepoint approximation for the sum given the sizes of the samples: Robinson, "Saddlepoint
/// approximations for permutation tests and confidence intervals", Journal of the Royal Statistical
/// Society B 44 (1982); Skovgaard, "Saddlepoint expansions for conditional distributions", Journal
/// of Applied Probability 24 (1987), with the second continuity correction of Daniels (1987) for
/// sums on a lattice. The error is relative, so a p of 10⁻⁶ is as good as one of 0.05.
///
/// Each value is thought of as drawn by itself with chance f = n/N, given that n are drawn in all;
/// with K(α, β) = Σ m_j·log(1 − f + f·e^(α + βx_j)) the saddlepoint solves ∂K = (n, t), with an α
/// for each stratum.
struct SampledSum {
    /// Values that so many are drawn from, fewer than there are and at least one.
    struct Stratum {
        private(set) var values: [Double]
        private(set) var multiplicities: [Double]
        let drawn: Double
        /// f.
        let share: Double

        init(values: [Double], multiplicities: [Double], drawn: Double) {
            precondition(values.count == multiplicities.count)
            self.values = values
            self.multiplicities = multiplicities
            self.drawn = drawn
            share = drawn / multiplicities.reduce(0, +)
        }

        /// What the sum is expected to be, and its variance with the finite-population correction.
        var moments: (mean: Double, variance: Double) {
            let size = multiplicities.reduce(0, +)
            let mean = zip(values, multiplicities).reduce(0) { $0 + $1.0 * $1.1 } / size
            let squares = zip(values, multiplicities).reduce(0) {
                $0 + ($1.0 - mean) * ($1.0 - mean) * $1.1
            }
            return (drawn * mean, drawn * (1 - share) * squares / max(size - 1, 1))
        }

        var mirrored: Stratum {
            var result = self
            result.values = values.map { -$0 }
            return result
        }
    }

    private let strata: [Stratum]
    /// What the sum is expected to be.
    let mean: Double
    private let standardDeviation: Double

    init(_ strata: [Stratum]) {
        self.strata = strata
        let moments = strata.map(\.moments)
        mean = moments.reduce(0) { $0 + $1.mean }
        standardDeviation = moments.reduce(0) { $0 + $1.variance }.squareRoot()
    }

    /// The probability of a sum of `threshold` or more.
    ///
    /// - Parameter span: between possible sums, above 0.
    func upperTail(_ threshold: Double, span: Double) -> Double {
        guard standardDeviation > 0 else { return threshold <= mean ? 1 : 0 }
        // Within half a step of the largest sum there is that one only.
        guard threshold - span / 2 < largest else { return 0 }
        let target = min(threshold - span / 2, largest - span / 2)
        let distance = (target - mean) / standardDeviation
        // The mean itself is where the formula is 0/0; whoever asks there has a p near 1.
        guard distance.magnitude > 1e-3 else { return StandardNormal.survival(distance) }
        guard let saddle = saddlepoint(target) else { return distance < 0 ? 1 : 0 }
        let w = saddle.signedRoot
        let v = 2 / span * Double.sinh(span * saddle.tilt / 2) * saddle.spreadRatio
        let density = Double.exp(-w * w / 2) / (2 * Double.pi).squareRoot()
        return min(max(StandardNormal.survival(w) + density * (1 / v - 1 / w), 0), 1)
    }

    /// The probability of a sum of `threshold` or less.
    func lowerTail(_ threshold: Double, span: Double) -> Double {
        SampledSum(strata.map(\.mirrored)).upperTail(-threshold, span: span)
    }

    /// The largest sum there can be.
    private var largest: Double {
        strata.reduce(0) { sum, stratum in
            var left = stratum.drawn
            var sum = sum
            for (x, count) in zip(stratum.values, stratum.multiplicities).sorted(by: { $0.0 > $1.0 }
            ) where left > 0 {
                sum += x * min(count, left)
                left -= count
            }
            return sum
        }
    }

    private struct Saddlepoint {
        /// β.
        let tilt: Double
        /// ±√(2·(what the exponent fell by)).
        let signedRoot: Double
        /// √(det K″(α, β) / det K″_αα(0, 0)).
        let spreadRatio: Double
    }

    /// Newton's method on the convex K − αn − βt, with steps halved until it falls.
    ///
    /// Strata meet in β alone, so each α is eliminated by itself.
    /// - Returns: `nil` where the target is out of reach: at or beyond the largest possible sum.
    private func saddlepoint(_ target: Double) -> Saddlepoint? {
        var alphas = [Double](repeating: 0, count: strata.count)
        var beta = 0.0
        var parts = strata.map { Derivatives($0, alpha: 0, beta: 0) }
        for _ in 0..<Self.stepsMax {
            var slope = -target
            var curvature = 0.0
            for part in parts {
                slope += part.b - part.ab * part.a / part.aa
                curvature += part.bb - part.ab * part.ab / part.aa
            }
            guard curvature > 0, curvature.isFinite else { return nil }
            let step = -slope / curvature
            let steps = parts.map { -($0.a + $0.ab * step) / $0.aa }
            let decrement =
                slope * slope / curvature + parts.reduce(0) { $0 + $1.a * $1.a / $1.aa }
            let value = parts.reduce(-beta * target) { $0 + $1.value }
            if decrement < Self.precision {
                let fall = max(-2 * value, 0).squareRoot()
                let ratio = zip(parts, strata).reduce(curvature) {
                    $0 * ($1.0.aa / ($1.1.drawn * (1 - $1.1.share)))
                }
                return Saddlepoint(
                    tilt: beta, signedRoot: beta < 0 ? -fall : fall,
                    spreadRatio: ratio.squareRoot())
            }
            var length = 1.0
            while true {
                let next = strata.indices.map {
                    Derivatives(
                        strata[$0], alpha: alphas[$0] + length * steps[$0],
                        beta: beta + length * step)
                }
                let nextValue = next.reduce(-(beta + length * step) * target) { $0 + $1.value }
                // Near the solution whole steps converge, and what is left is less than rounding.
                if decrement <= Self.searchMin || nextValue <= value - 0.25 * length * decrement {
                    parts = next
                    break
                }
                length /= 2
                if length < 1e-9 { return nil }
            }
            for index in alphas.indices { alphas[index] += length * steps[index] }
            beta += length * step
        }
        return nil
    }

    /// Quadratic convergence needs a dozen steps; out of reach, β grows for ever.
    private static let stepsMax = 60
    private static let searchMin = 1e-3
    /// Of the exponent, whose error is the relative error of p.
    private static let precision = 1e-12

    /// K − αn of a stratum, its slope in α and of K in β, and the second derivatives.
    private struct Derivatives {
        var value: Double
        var a: Double
        var b = 0.0
        var aa = 0.0
        var ab = 0.0
        var bb = 0.0

        init(_ stratum: Stratum, alpha: Double, beta: Double) {
            value = -alpha * stratum.drawn
            a = -stratum.drawn
            let share = stratum.share
            for index in stratum.values.indices {
                let count = stratum.multiplicities[index]
                let x = stratum.values[index]
                let eta = alpha + beta * x
                // 1 − f + f·e^η, of which neither part overflows.
                let odds = share * Double.exp((eta - eta.magnitude) / 2)
                let rest = (1 - share) * Double.exp(-(eta + eta.magnitude) / 2)
                let chance = odds / (odds + rest)
                value += count * ((eta.magnitude + eta) / 2 + Double.log(odds + rest))
                a += count * chance
                b += count * chance * x
                let variance = count * chance * rest / (odds + rest)
                aa += variance
                ab += variance * x
                bb += variance * x * x
            }
        }
    }
}
