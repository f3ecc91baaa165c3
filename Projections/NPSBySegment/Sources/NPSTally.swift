import LedgerCore
import NPSStatistics

/// Integer sums over some responses under one lens: everything a score and its interval need.
public struct NPSTally: Hashable, Sendable {
    /// Responses counted by their stated score, by class.
    public var stated = NPSCounts(detractors: 0, passives: 0, promoters: 0)
    /// Responses counted by what the model read, by class.
    public var inferred = NPSCounts(detractors: 0, passives: 0, promoters: 0)
    /// Sum of what each counted response contributes to the expected score, in basis points:
    /// ±10,000 or 0 where stated, P(promoter) − P(detractor) where inferred.
    public var expectedSum: Int64 = 0
    /// Sum of the squares of those contributions.
    public var expectedSquares: Int64 = 0
    /// Responses in the window that the basis could not count: no score, and no judgement of
    /// sufficient confidence.
    public var uncounted = 0

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
    }
}

/// The tally in the form that the counting loop adds to: plain integers side by side.
struct RawTally {
    /// Stated detractors, passives, promoters, then inferred ones.
    var classes: (Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0)
    var expectedSum: Int64 = 0
    var expectedSquares: Int64 = 0
    var uncounted = 0

    @inline(__always)
    mutating func add(stated npsClass: NPSClass) {
        switch npsClass {
        case .detractor:
            classes.0 += 1
            expectedSum -= 10_000
            expectedSquares += 100_000_000
        case .passive:
            classes.1 += 1
        case .promoter:
            classes.2 += 1
            expectedSum += 10_000
            expectedSquares += 100_000_000
        }
    }

    @inline(__always)
    mutating func add(inferred npsClass: NPSClass, detractor: UInt16, promoter: UInt16) {
        switch npsClass {
        case .detractor: classes.3 += 1
        case .passive: classes.4 += 1
        case .promoter: classes.5 += 1
        }
        let expected = Int64(promoter) - Int64(detractor)
        expectedSum += expected
        expectedSquares += expected * expected
    }

    var tally: NPSTally {
        var tally = NPSTally()
        tally.stated = NPSCounts(
            detractors: classes.0, passives: classes.1, promoters: classes.2)
        tally.inferred = NPSCounts(
            detractors: classes.3, passives: classes.4, promoters: classes.5)
        tally.expectedSum = expectedSum
        tally.expectedSquares = expectedSquares
        tally.uncounted = uncounted
        return tally
    }
}
