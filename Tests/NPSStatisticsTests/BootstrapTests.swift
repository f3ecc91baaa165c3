import Testing

@testable import NPSStatistics

@Suite struct BootstrapTests {
    private let counts = NPSCounts(detractors: 10, passives: 20, promoters: 70)

    @Test func sameSeedSameInterval() {
        #expect(counts.bootstrapInterval(seed: 1) == counts.bootstrapInterval(seed: 1))
        // Any change of the stream or of the ranks shows here, on whichever platform.
        #expect(counts.bootstrapInterval(draws: 1000, seed: 1) == Interval(low: 0.47, high: 0.73))
    }

    @Test func fewerDrawsAreRaisedToTheMinimum() {
        #expect(
            counts.bootstrapInterval(draws: 1, seed: 9)
                == counts.bootstrapInterval(draws: NPSCounts.bootstrapDrawsMin, seed: 9))
    }

    @Test(arguments: seeds)
    func agreesWithWald(seed: UInt64) throws {
        let big = NPSCounts(detractors: 1000, passives: 2000, promoters: 7000)
        let interval = try #require(big.bootstrapInterval(draws: 4000, seed: seed))
        let wald = try #require(big.interval(.wald))
        #expect((interval.low - wald.low).magnitude < 0.1 * wald.width)
        #expect((interval.high - wald.high).magnitude < 0.1 * wald.width)
    }

    @Test func unanimityHasNoWidth() {
        let interval = NPSCounts(promoters: 7).bootstrapInterval(seed: 3)
        #expect(interval == Interval(low: 1, high: 1))
    }

    @Test(arguments: seeds)
    func resamplesKeepTheSize(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let original = generator.nextCounts(limit: 50)
            let drawn = original.resampled(using: &generator)
            #expect(drawn.total == original.total && drawn.isConsistent)
            #expect(original.detractors > 0 || drawn.detractors == 0)
            #expect(original.promoters > 0 || drawn.promoters == 0)
        }
    }

    @Test func aMillionResponsesAreQuick() throws {
        let big = NPSCounts(detractors: 200_000, passives: 300_000, promoters: 500_000)
        let interval = try #require(big.bootstrapInterval(draws: 1000, seed: 5))
        #expect(interval.contains(0.3))
        #expect(interval.width < 0.004)
    }
}
