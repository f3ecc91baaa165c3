import Testing

@testable import NPSStatistics

@Suite struct NPSCountsTests {
    @Test(arguments: [
        (NPSCounts(detractors: 1, passives: 2, promoters: 3), 1.0 / 3, 5.0 / 9, 0.304),
        (NPSCounts(detractors: 1, passives: 1, promoters: 1), 0, 2.0 / 3, 0.471),
        (NPSCounts(detractors: 10, passives: 20, promoters: 70), 0.6, 0.44, 0.066332),
    ])
    func workedExamples(counts: NPSCounts, score: Double, variance: Double, error: Double) {
        #expect(isClose(counts.score, score))
        #expect(isClose(counts.variance, variance))
        #expect(isClose(counts.standardError, error, relative: 0, absolute: 5e-4))
    }

    @Test func nothingHasNoScore() {
        #expect(NPSCounts.zero.score == nil)
        #expect(NPSCounts.zero.variance == nil)
        #expect(NPSCounts.zero.standardError == nil)
        for method in IntervalMethod.allCases { #expect(NPSCounts.zero.interval(method) == nil) }
        #expect(NPSCounts.zero.bootstrapInterval(seed: 1) == nil)
    }

    @Test func moreTakenAwayThanThereWasIsNotAScore() {
        let counts = NPSCounts(promoters: 5) - NPSCounts(detractors: 1)
        #expect(!counts.isConsistent)
        #expect(counts.score == nil)
        #expect(counts.interval() == nil)
    }

    @Test func methodNames() {
        #expect(IntervalMethod.allCases.map(\.rawValue) == ["adjusted-wald", "score", "wald"])
    }

    @Test func bigCountsKeepTheirVariance() {
        let counts = NPSCounts(detractors: 1, passives: 1_000_000_000, promoters: 0)
        // (Q + D)/n − NPS² at one detractor in a billion.
        #expect(isClose(counts.variance, 1e-9, relative: 1e-8))
        let unanimous = NPSCounts(promoters: 3_000_000_001)
        #expect(unanimous.variance == 0)
    }

    @Test(arguments: seeds)
    func invariants(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let a = generator.nextNonEmptyCounts(limit: 400)
            let b = generator.nextNonEmptyCounts(limit: 400)
            #expect(a.detractors + a.passives + a.promoters == a.total)
            #expect((a + b).total == a.total + b.total)
            #expect(a + b == b + a)
            #expect(a + b - b == a)
            let score = try #require(a.score)
            let variance = try #require(a.variance)
            #expect(Interval.everyScore.contains(score))
            #expect(variance >= 0 && variance <= 1 - score * score + 1e-12)
            #expect(a.mirrored.score == -score)
            #expect(a.mirrored.variance == variance)
            // The published form of the variance, before it was rearranged.
            let n = Double(a.total)
            let plain = Double(a.promoters + a.detractors) / n - score * score
            #expect(isClose(variance, plain, relative: 1e-9, absolute: 1e-13))
        }
    }
}
