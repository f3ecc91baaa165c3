import Testing

@testable import NPSStatistics

/// Whether two numbers agree to within `relative` of the expected one, or `absolute` near zero.
func isClose(
    _ value: Double?, _ expected: Double, relative: Double = 1e-12, absolute: Double = 1e-15
) -> Bool {
    guard let value else { return false }
    return (value - expected).magnitude <= max(relative * expected.magnitude, absolute)
}

/// Seeds of the property tests; a failure names its seed as the test's argument.
let seeds: [UInt64] = [1, 2, 3, 0x00C0_FFEE, .max]

extension SeededGenerator {
    /// Counts with up to `limit` in each class, some of them zero.
    mutating func nextCounts(limit: Int) -> NPSCounts {
        NPSCounts(
            detractors: nextCount(limit), passives: nextCount(limit), promoters: nextCount(limit))
    }

    /// Counts of at least one response.
    mutating func nextNonEmptyCounts(limit: Int) -> NPSCounts {
        while true {
            let counts = nextCounts(limit: limit)
            if counts.total > 0 { return counts }
        }
    }

    /// Zero more often than chance alone: the edges are where formulas break.
    private mutating func nextCount(_ limit: Int) -> Int {
        next(below: 4) == 0 ? 0 : next(below: limit + 1)
    }

    /// A sample of `count` responses from a population with these shares.
    mutating func nextSample(_ count: Int, detractors: Double, promoters: Double) -> NPSCounts {
        var counts = NPSCounts.zero
        for _ in 0..<count {
            let u = nextUnit()
            if u < detractors {
                counts.detractors += 1
            } else if u < detractors + promoters {
                counts.promoters += 1
            } else {
                counts.passives += 1
            }
        }
        return counts
    }
}
