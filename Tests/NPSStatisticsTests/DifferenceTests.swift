import Testing

@testable import NPSStatistics

@Suite struct DifferenceTests {
    private let first = NPSCounts(detractors: 10, passives: 20, promoters: 70)
    private let second = NPSCounts(detractors: 20, passives: 30, promoters: 50)

    @Test func workedExample() throws {
        let d = try #require(Difference.independent(first, second, adjusted: false))
        #expect(isClose(d.estimate, 0.3))
        #expect(isClose(d.standardError, 0.102470, relative: 0, absolute: 5e-7))
        #expect(isClose(d.z, 2.927700, relative: 0, absolute: 5e-7))
        #expect(isClose(d.pValue, 0.003415, relative: 0, absolute: 5e-7))
        #expect(isClose(d.pValue, 0.0034147911781178164, relative: 1e-10))
    }

    @Test func adjusted() throws {
        let d = try #require(Difference.independent(first, second))
        #expect(isClose(d.estimate, 0.3))
        #expect(isClose(d.center, 0.2912621359223301))
        #expect(isClose(d.standardError, 0.10150655123023944))
        #expect(isClose(d.pValue, 0.004112611152630446, relative: 1e-10))
    }

    @Test func twoUnanimousHandfuls() throws {
        let up = NPSCounts(promoters: 1)
        let down = NPSCounts(detractors: 1)
        let plain = try #require(Difference.independent(up, down, adjusted: false))
        #expect(plain.pValue == 0 && plain.z == .infinity)
        let adjusted = try #require(Difference.independent(up, down))
        #expect(adjusted.pValue > 0.2)
    }

    @Test func emptyGroups() {
        #expect(Difference.independent(first, .zero) == nil)
        #expect(Difference.independent(NPSCounts.zero, first) == nil)
        #expect(Difference.independent(ExpectedScore.zero, ExpectedScore(first)) == nil)
        #expect(Difference.overlapping(onlyFirst: .zero, shared: .zero, onlySecond: first) == nil)
    }

    @Test(arguments: seeds)
    func properties(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let a = generator.nextNonEmptyCounts(limit: 80)
            let b = generator.nextNonEmptyCounts(limit: 80)
            for adjusted in [true, false] {
                let d = try #require(Difference.independent(a, b, adjusted: adjusted))
                let reversed = try #require(Difference.independent(b, a, adjusted: adjusted))
                #expect(d.estimate == -reversed.estimate && d.pValue == reversed.pValue)
                #expect(d.pValue >= 0 && d.pValue <= 1)
                let narrow = try #require(d.interval(confidence: 0.8))
                let wide = try #require(d.interval(confidence: 0.99))
                #expect(wide.low <= narrow.low && narrow.high <= wide.high)
                // The interval excludes 0 exactly when p says so.
                let interval = try #require(d.interval(confidence: 0.95))
                if (d.pValue - 0.05).magnitude > 1e-9 {
                    #expect(interval.contains(0) == (d.pValue > 0.05), "\(a) \(b)")
                }
                let expected = try #require(
                    Difference.independent(
                        ExpectedScore(a), ExpectedScore(b), adjusted: adjusted))
                #expect(isClose(expected.center, d.center, absolute: 1e-13))
                #expect(isClose(expected.standardError, d.standardError, absolute: 1e-13))
            }
        }
    }

    @Test func overlappingNumbers() throws {
        let d = try #require(
            Difference.overlapping(
                onlyFirst: NPSCounts(detractors: 4, passives: 6, promoters: 10),
                shared: NPSCounts(detractors: 10, passives: 20, promoters: 50),
                onlySecond: NPSCounts(detractors: 8, passives: 5, promoters: 9)))
        #expect(isClose(d.estimate, 0.058039215686274515, relative: 1e-11))
        #expect(isClose(d.standardError, 0.053396215681908846))
        #expect(isClose(d.pValue, 0.2770572598494542, relative: 1e-10))
    }

    @Test(arguments: seeds)
    func overlappingLimits(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let a = generator.nextNonEmptyCounts(limit: 50)
            let b = generator.nextNonEmptyCounts(limit: 50)
            let apart = try #require(
                Difference.overlapping(onlyFirst: a, shared: .zero, onlySecond: b))
            let independent = try #require(Difference.independent(a, b, adjusted: false))
            #expect(isClose(apart.standardError, independent.standardError))
            #expect(isClose(apart.estimate, independent.estimate))
            let same = try #require(
                Difference.overlapping(onlyFirst: .zero, shared: a, onlySecond: .zero))
            #expect(same.estimate == 0 && same.standardError == 0 && same.pValue == 1)
        }
    }

    /// Two 28-day windows a week apart: the formula's error against the one actually seen.
    @Test func overlappingErrorBySimulation() throws {
        var generator = SeededGenerator(seed: 4)
        var squares = 0.0
        var predicted = 0.0
        for _ in 0..<1500 {
            let left = generator.nextSample(25, detractors: 0.2, promoters: 0.5)
            let shared = generator.nextSample(75, detractors: 0.2, promoters: 0.5)
            let right = generator.nextSample(40, detractors: 0.2, promoters: 0.5)
            let d = try #require(
                Difference.overlapping(onlyFirst: left, shared: shared, onlySecond: right))
            squares += d.estimate * d.estimate
            predicted += d.standardError * d.standardError
        }
        #expect(predicted / squares > 0.85 && predicted / squares < 1.15)
    }
}
