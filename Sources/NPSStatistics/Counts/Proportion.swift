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

    /// Wilson's score interval, within 0…1; `nil` of nothing, or for a confidence outside (0, 1).
    ///
    /// Wilson (1927). It keeps its coverage for small numbers and for shares near 0 and 1, where
    /// the textbook interval has no width.
    public func interval(confidence: Double = 0.95) -> Interval? {
        guard let share, let z = StandardNormal.criticalValue(confidence: confidence) else {
            return nil
        }
        let n = Double(total)
        let center = share + z * z / (2 * n)
        let spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        let width = 1 + z * z / n
        return Interval(
            low: count == 0 ? 0 : max(0, (center - spread) / width),
            high: count == total ? 1 : min(1, (center + spread) / width))
    }
}
