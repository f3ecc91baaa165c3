import RealModule

/// An interval one may look at after every response without fooling oneself.
///
/// A 95 % interval computed daily misses at some point almost surely; a 95 % confidence sequence
/// covers the true score at *all* times together with 95 % (asymptotically). Waudby-Smith, Arbour,
/// Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence
/// sequences" (2024): after t responses the half width is
///
///     σ̂ · √( 2(tρ² + 1)/(t²ρ²) · ln(√(tρ² + 1)/α) )
///
/// Wider than a fixed-n interval by about half at the size it is tuned for.
public struct ConfidenceSequence: Sendable, Hashable {
    /// Below this many responses nothing is claimed: the guarantee rests on the central limit.
    public static let countMin = 30

    /// The share of sequences that never miss.
    public let confidence: Double
    /// ρ, which sets where the sequence is tightest.
    public let rho: Double

    /// A sequence that is tightest around `count` responses.
    ///
    /// ρ² = (−2 ln α + ln(1 − 2 ln α))/count.
    /// - Returns: `nil` unless 0 < confidence < 1 and `count` ≥ 1.
    public init?(confidence: Double = 0.95, tunedFor count: Int = 1000) {
        guard confidence > 0, confidence < 1, count >= 1 else { return nil }
        let reach = -2 * Double.log(1 - confidence)
        self.confidence = confidence
        rho = ((reach + Double.log(onePlus: reach)) / Double(count)).squareRoot()
    }

    /// A sequence with a ρ of the caller's own.
    ///
    /// - Returns: `nil` unless 0 < confidence < 1 and `rho` is finite and above 0.
    public init?(confidence: Double, rho: Double) {
        guard confidence > 0, confidence < 1, rho > 0, rho.isFinite else { return nil }
        self.confidence = confidence
        self.rho = rho
    }

    /// Half the width after `count` responses with this variance; `nil` unless `count` ≥ 1 and
    /// `variance` ≥ 0.
    public func halfWidth(variance: Double, count: Int) -> Double? {
        guard count >= 1, variance >= 0, variance.isFinite else { return nil }
        let t = Double(count)
        let scale = t * rho * rho + 1
        let logarithm = Double.log(scale) / 2 - Double.log(1 - confidence)
        return (variance * 2 * scale / (t * t * rho * rho) * logarithm).squareRoot()
    }

    /// The interval after these responses; all of [−1, 1] below ``countMin``.
    ///
    /// The variance includes the adjusted-Wald pseudo-counts: a unanimous start would otherwise
    /// claim certainty. `nil` without responses.
    public func interval(_ counts: NPSCounts) -> Interval? {
        guard let score = counts.score else { return nil }
        return interval(
            score: score, variance: ScoreMoments.adjusted(counts).variance, count: counts.total)
    }

    /// The interval after these expected scores; as for counts.
    public func interval(_ expected: ExpectedScore) -> Interval? {
        guard let mean = expected.mean, let moments = expected.adjustedMoments else { return nil }
        return interval(score: mean, variance: moments.variance, count: expected.count)
    }

    private func interval(score: Double, variance: Double, count: Int) -> Interval? {
        guard count >= Self.countMin else { return .everyScore }
        guard let halfWidth = halfWidth(variance: variance, count: count) else { return nil }
        return Interval.around(score, halfWidth: halfWidth).clipped(to: .everyScore)
    }
}
