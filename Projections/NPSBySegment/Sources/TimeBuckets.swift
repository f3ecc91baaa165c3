import LedgerCore

/// Consecutive spans of response time of one length.
public struct TimeBuckets: Hashable, Sendable {
    /// Most buckets of one question: ten years of days for each of a handful of groups.
    public static let countMax = 20_000

    /// Start of the first bucket.
    public let start: Microseconds
    /// Length of each.
    public let length: Microseconds
    /// How many.
    public let count: Int

    /// Buckets that cover [`from`, `to`), aligned to multiples of `length`; nil where that takes
    /// more than `countMax` or the length is not positive.
    public init?(covering from: Microseconds, to: Microseconds, length: Microseconds) {
        guard length > 0, from < to else { return nil }
        let first = (from / length) * length - (from % length < 0 ? length : 0)
        let count = (to - first + length - 1) / length
        guard count <= Self.countMax else { return nil }
        start = first
        self.length = length
        self.count = Int(count)
    }

    /// Start of bucket `index`.
    public func start(of index: Int) -> Microseconds { start + Microseconds(index) * length }
}
