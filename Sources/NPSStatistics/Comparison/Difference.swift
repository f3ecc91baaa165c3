/// A signed difference of two scores, first minus second (or after minus before).
///
/// Shares, from −2 to 2. Made by one of the constructors that say how the two relate: independent
/// groups, overlapping windows, or the same responses twice (``FlipMatrix/change``).
public struct Difference: Sendable, Hashable {
    /// The plain difference of the two scores; what to show.
    public let estimate: Double
    /// What the interval is centred on: ``estimate``, or the adjusted difference.
    public let center: Double
    /// The standard error of ``center``.
    public let standardError: Double

    init(estimate: Double, center: Double, standardError: Double) {
        self.estimate = estimate
        self.center = center
        self.standardError = standardError
    }

    /// ``center`` / ``standardError``; 0 when both are 0, infinite when only the error is.
    public var z: Double {
        if center == 0 { return 0 }
        return center / standardError
    }

    /// The two-sided p: 2(1 − Φ(|z|)).
    public var pValue: Double { StandardNormal.twoSidedPValue(z) }

    /// ``center`` ± z·SE, inside [−2, 2]; excludes 0 exactly when ``pValue`` < 1 − confidence.
    ///
    /// - Returns: `nil` unless 0 < confidence < 1.
    public func interval(confidence: Double = 0.95) -> Interval? {
        guard let critical = StandardNormal.criticalValue(confidence: confidence) else {
            return nil
        }
        return Interval.around(center, halfWidth: critical * standardError)
            .clipped(to: .everyDifference)
    }
}
