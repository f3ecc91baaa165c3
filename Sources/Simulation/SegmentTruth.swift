/// The true classes of the responses in one segment, before and after the planted shift.
///
/// Without a planted shift every response is before it.
public struct SegmentTruth: Sendable, Hashable {
    /// The dimension: `region`, `plan`, `product` or `channel`; `all` for the whole.
    public let dimension: String
    /// The value within the dimension; empty for the whole.
    public let value: String
    /// Responses with a score, before the shift.
    public internal(set) var statedBefore = ClassCounts()
    /// Responses with a score, from the shift on.
    public internal(set) var statedAfter = ClassCounts()
    /// Responses with a comment alone, before the shift, by the class in their writers' minds.
    public internal(set) var unstatedBefore = ClassCounts()
    /// Responses with a comment alone, from the shift on.
    public internal(set) var unstatedAfter = ClassCounts()

    /// Responses with a score over the whole time.
    public var stated: ClassCounts { statedBefore + statedAfter }
    /// Responses with a comment alone over the whole time.
    public var unstated: ClassCounts { unstatedBefore + unstatedAfter }

    init(dimension: String, value: String) {
        self.dimension = dimension
        self.value = value
    }

    mutating func add(_ scoreClass: ScoreClass, isStated: Bool, isAfter: Bool) {
        switch (isStated, isAfter) {
        case (true, false): statedBefore.add(scoreClass)
        case (true, true): statedAfter.add(scoreClass)
        case (false, false): unstatedBefore.add(scoreClass)
        case (false, true): unstatedAfter.add(scoreClass)
        }
    }
}
