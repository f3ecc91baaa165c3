import LedgerCore
import NPSStatistics

/// The tally in the form that the counting loop adds to: plain integers side by side.
struct RawTally {
    /// Stated detractors, passives, promoters, then inferred ones.
    var classes: (Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0)
    var expectedSum: Int64 = 0
    var expectedSquares: Int64 = 0
    var uncounted = 0
    /// How many of the inferred were decided by a person.
    var decided = 0

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

    /// A person's decision is as certain as a stated score.
    @inline(__always)
    mutating func add(decided npsClass: NPSClass) {
        switch npsClass {
        case .detractor: classes.3 += 1
        case .passive: classes.4 += 1
        case .promoter: classes.5 += 1
        }
        let expected = (Int64(npsClass.rawValue) - 1) * 10_000
        expectedSum += expected
        expectedSquares += expected * expected
        decided += 1
    }

    var isEmpty: Bool {
        classes == (0, 0, 0, 0, 0, 0) && expectedSum == 0 && expectedSquares == 0
            && uncounted == 0 && decided == 0
    }

    static func += (left: inout RawTally, right: RawTally) {
        left.classes.0 += right.classes.0
        left.classes.1 += right.classes.1
        left.classes.2 += right.classes.2
        left.classes.3 += right.classes.3
        left.classes.4 += right.classes.4
        left.classes.5 += right.classes.5
        left.expectedSum += right.expectedSum
        left.expectedSquares += right.expectedSquares
        left.uncounted += right.uncounted
        left.decided += right.decided
    }

    static func -= (left: inout RawTally, right: RawTally) {
        left.classes.0 -= right.classes.0
        left.classes.1 -= right.classes.1
        left.classes.2 -= right.classes.2
        left.classes.3 -= right.classes.3
        left.classes.4 -= right.classes.4
        left.classes.5 -= right.classes.5
        left.expectedSum -= right.expectedSum
        left.expectedSquares -= right.expectedSquares
        left.uncounted -= right.uncounted
        left.decided -= right.decided
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
        tally.reviewed = decided
        return tally
    }
}
