/// A signed difference of two scores, first minus second (or after minus before).
///
/// Shares, from −2 to 2. Made by one of the constructors that say how the two relate: independent
/// groups, overlapping windows, or the same responses twice (``FlipMatrix/change``); or of sums by
/// person, which know (``ClusterPairSums/difference(adjusted:)``).
public struct Difference: Sendable, Hashable {
    /// The plain difference of the two scores; what to show.
    public let estimate: Double
    /// What the interval is centred on: ``estimate``, or the adjusted difference.
    public let center: Double
    /// The standard error of ``center``.
    public let standardError: Double
    /// Of Student's t, which p goes by; `nil` for the normal curve.
    public let degreesOfFreedom: Int?
    /// Beyond these many degrees of freedom intervals are the normal curve's: at 95 % Student's t
    /// differs by less than a hundredth. Far out, where p is small, it still differs.
    public static let intervalFreedomMax = 120
    /// The smallest p that so few observations can give; 0 where nothing bounds it.
    public let pValueMin: Double

    init(
        estimate: Double, center: Double, standardError: Double, degreesOfFreedom: Int? = nil,
        pValueMin: Double = 0
    ) {
        self.estimate = estimate
        self.center = center
        self.standardError = standardError
        self.degreesOfFreedom = degreesOfFreedom
        self.pValueMin = pValueMin
    }

    /// ``center`` / ``standardError``; 0 when both are 0, infinite when only the error is.
    public var z: Double {
        if center == 0 { return 0 }
        return center / standardError
    }

    /// The two-sided p of ``z``, at least ``pValueMin``.
    ///
    /// The normal curve's far tail is too thin for few responses; of two plain samples ask
    /// ``PermutationTest`` instead.
    public var pValue: Double {
        let p =
            degreesOfFreedom.map { StudentT.twoSidedPValue(z, degreesOfFreedom: $0) }
            ?? StandardNormal.twoSidedPValue(z)
        return max(p, pValueMin)
    }

    /// ``center`` ± the critical value times SE, inside [−2, 2] and reaching ``estimate``.
    ///
    /// The adjusted centre is pulled towards no difference, for a handful of unanimous responses
    /// so far that the difference itself lay outside.
    /// - Returns: `nil` unless 0 < confidence < 1.
    public func interval(confidence: Double = 0.95) -> Interval? {
        let freedom = degreesOfFreedom.flatMap { $0 <= Self.intervalFreedomMax ? $0 : nil }
        let critical =
            if let freedom {
                StudentT.criticalValue(confidence: confidence, degreesOfFreedom: freedom)
            } else {
                StandardNormal.criticalValue(confidence: confidence)
            }
        guard let critical else { return nil }
        return Interval.around(center, halfWidth: critical * standardError)
            .clipped(to: .everyDifference).stretched(to: estimate)
    }
}
