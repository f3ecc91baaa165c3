/// A share that was observed: so many of so many.
public struct Proportion: Sendable, Hashable {
    /// How many were.
    public let count: Int
    /// Of how many.
    public let total: Int

    /// A share.
    ///
    /// - Precondition: 0 ≤ `count` ≤ `total`.
    public init(_ count: Int, of total: Int) {
        precondition(count >= 0 && count <= total, "a share of what there is")
        self.count = count
        self.total = total
    }

    /// The share; `nil` of nothing.
    public var share: Double? { total > 0 ? Double(count) / Double(total) : nil }

    /// The score interval of the share; `nil` of nothing, or for a confidence out of range.
    public func interval(confidence: Double = 0.95) -> Interval? {
        Self.interval(hits: count, of: total, confidence: confidence)
    }

    /// The score interval of a share (Wilson 1927): never beyond 0 or 1, and of some width where
    /// all or none are right, where the textbook interval has none.
    ///
    /// - Parameters:
    ///   - share: between 0 and 1; it need not be a whole number of cases.
    ///   - count: the cases it is a share of.
    /// - Returns: `nil` without cases, for a share or a confidence out of range.
    public static func interval(
        share: Double, of count: Int, confidence: Double = 0.95
    ) -> Interval? {
        guard count > 0, (0...1).contains(share),
            let z = StandardNormal.criticalValue(confidence: confidence)
        else { return nil }
        let n = Double(count)
        let square = z * z
        let center = (share + square / (2 * n)) / (1 + square / n)
        let half =
            z / (1 + square / n)
            * (share * (1 - share) / n + square / (4 * n * n)).squareRoot()
        let interval = Interval.around(center, halfWidth: half)
        // At the ends the formula gives them exactly; only rounding would leave a remainder.
        return Interval(
            low: share == 0 ? 0 : max(interval.low, 0), high: share == 1 ? 1 : min(interval.high, 1)
        )
    }

    /// The score interval of `hits` of `count`.
    ///
    /// - Returns: `nil` without cases, for more hits than cases, or a confidence out of range.
    public static func interval(
        hits: Int, of count: Int, confidence: Double = 0.95
    ) -> Interval? {
        guard count > 0 else { return nil }
        return interval(
            share: Double(hits) / Double(count), of: count, confidence: confidence)
    }
}
