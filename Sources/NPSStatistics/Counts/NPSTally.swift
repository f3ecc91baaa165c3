/// Integer sums over some responses under one lens: everything a score and its interval need.
public struct NPSTally: Hashable, Sendable {
    /// Responses counted by their stated score, by class.
    public var stated = NPSCounts(detractors: 0, passives: 0, promoters: 0)
    /// Responses counted by what the model read, or by what a person decided, by class.
    public var inferred = NPSCounts(detractors: 0, passives: 0, promoters: 0)
    /// Sum of what each counted response contributes to the expected score, in basis points:
    /// ±10,000 or 0 where stated or decided, P(promoter) − P(detractor) where inferred.
    public var expectedSum: Int64 = 0
    /// Sum of the squares of those contributions.
    public var expectedSquares: Int64 = 0
    /// Responses in the window that the basis could not count: no score, and no judgement of
    /// sufficient confidence.
    public var uncounted = 0
    /// How many of the inferred count as a person decided.
    public var reviewed = 0

    /// Nothing counted.
    public init() {}

    /// Stated and inferred together.
    public var counts: NPSCounts { stated + inferred }

    /// The expected score's sums.
    public var expected: ExpectedScore {
        ExpectedScore(
            count: counts.total, sum: expectedSum, sumOfSquares: expectedSquares)
    }

    /// Adds another tally.
    public static func += (left: inout NPSTally, right: NPSTally) {
        left.stated = left.stated + right.stated
        left.inferred = left.inferred + right.inferred
        left.expectedSum += right.expectedSum
        left.expectedSquares += right.expectedSquares
        left.uncounted += right.uncounted
        left.reviewed += right.reviewed
    }

    /// This tally without one that was added before.
    public func removing(_ other: NPSTally) -> NPSTally {
        var rest = self
        rest.stated = stated - other.stated
        rest.inferred = inferred - other.inferred
        rest.expectedSum -= other.expectedSum
        rest.expectedSquares -= other.expectedSquares
        rest.uncounted -= other.uncounted
        rest.reviewed -= other.reviewed
        return rest
    }
}
