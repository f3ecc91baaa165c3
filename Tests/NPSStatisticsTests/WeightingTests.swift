import Testing

@testable import NPSStatistics

@Suite struct WeightingTests {
    private let strata = [
        Stratum(weight: 0.5, counts: NPSCounts(detractors: 10, passives: 20, promoters: 70)),
        Stratum(weight: 0.3, counts: NPSCounts(detractors: 20, passives: 30, promoters: 50)),
        Stratum(weight: 0.2, counts: NPSCounts(detractors: 1, passives: 2, promoters: 3)),
    ]

    @Test func stratified() throws {
        let score = try #require(StratifiedScore(strata))
        #expect(isClose(score.score, 0.45666666666666667))
        #expect(isClose(score.standardError, 0.07316217399519853))
        #expect(isClose(score.effectiveCount, 99.33774834437085))
        #expect(try #require(score.interval()).contains(score.score))
    }

    @Test func weightsAreTakenAsShares() throws {
        let percent = strata.map { Stratum(weight: $0.weight * 100, counts: $0.counts) }
        let score = try #require(StratifiedScore(percent))
        #expect(isClose(score.score, 0.45666666666666667))
        #expect(isClose(score.standardError, 0.07316217399519853))
    }

    @Test func withoutAnAnswer() {
        #expect(StratifiedScore([]) == nil)
        #expect(StratifiedScore(strata + [Stratum(weight: 0.1, counts: .zero)]) == nil)
        #expect(StratifiedScore(strata + [Stratum(weight: 0, counts: .zero)]) != nil)
        #expect(StratifiedScore([Stratum(weight: -1, counts: strata[0].counts)]) == nil)
        #expect(StratifiedScore([Stratum(weight: .nan, counts: strata[0].counts)]) == nil)
    }

    @Test(arguments: seeds)
    func proportionalWeightsChangeNothing(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let parts = (0..<4).map { _ in generator.nextNonEmptyCounts(limit: 60) }
            let pooled = parts.reduce(NPSCounts.zero, +)
            let score = try #require(
                StratifiedScore(parts.map { Stratum(weight: Double($0.total), counts: $0) }))
            #expect(isClose(score.score, try #require(pooled.score), absolute: 1e-14))
            #expect(isClose(score.effectiveCount, Double(pooled.total)))
            // Strata explain part of the variance, never add to it.
            #expect(score.standardError <= (try #require(pooled.standardError)) + 1e-14)
        }
    }

    @Test func kish() {
        #expect(Weights.effectiveCount([1, 1, 1, 1]) == 4)
        #expect(isClose(Weights.effectiveCount([1, 2, 3]), 36.0 / 14))
        #expect(isClose(Weights.effectiveCount([1e200, 2e200, 3e200]), 36.0 / 14))
        #expect(Weights.effectiveCount([5, 0, 0]) == 1)
        #expect(Weights.effectiveCount([]) == nil)
        #expect(Weights.effectiveCount([0, 0]) == nil)
        #expect(Weights.effectiveCount([1, -1]) == nil)
        #expect(Weights.effectiveCount([1, .nan]) == nil)
        #expect(Weights.effectiveCount([.infinity]) == nil)
    }

    @Test func onlyTheMixMoved() throws {
        // Both segments keep their scores (0.6 and 0.0); the weaker one doubles.
        let strong = NPSCounts(detractors: 10, passives: 20, promoters: 70)
        let weak = NPSCounts(detractors: 30, passives: 40, promoters: 30)
        let parts = try #require(
            MixDecomposition([
                SegmentChange(before: strong, after: strong),
                SegmentChange(before: weak, after: weak + weak),
            ]))
        #expect(isClose(parts.totalChange, -0.1))
        #expect(parts.scoreEffect == 0)
        #expect(isClose(parts.mixEffect, -0.1))
    }

    @Test func onlyTheScoreMoved() throws {
        let before = NPSCounts(detractors: 10, passives: 20, promoters: 70)
        let after = NPSCounts(detractors: 20, passives: 30, promoters: 50)
        let parts = try #require(
            MixDecomposition([
                SegmentChange(before: before, after: after),
                SegmentChange(before: before, after: before),
            ]))
        #expect(isClose(parts.scoreEffect, -0.15) && isClose(parts.totalChange, -0.15))
        #expect(isClose(parts.mixEffect, 0, absolute: 1e-15))
        #expect(isClose(parts.contributions[0].score, -0.15))
        #expect(parts.contributions[1] == MixDecomposition.Contribution(score: 0, mix: 0))
    }

    @Test func theMixOutweighsEverybody() throws {
        // Both fall by 0.1 while the better one grows.
        let parts = try #require(
            MixDecomposition([
                SegmentChange(
                    before: NPSCounts(detractors: 10, promoters: 30),
                    after: NPSCounts(detractors: 48, promoters: 112)),
                SegmentChange(
                    before: NPSCounts(detractors: 120, promoters: 40),
                    after: NPSCounts(detractors: 32, promoters: 8)),
            ]))
        #expect(isClose(parts.totalChange, 0.5) && isClose(parts.scoreEffect, -0.1))
        #expect(isClose(parts.mixEffect, 0.6) && parts.isOpposed)
        let error = (0.75 / 40 + 0.84 / 160 + 0.75 / 160 + 0.64 / 40).squareRoot() / 2
        let interval = try #require(parts.scoreEffectInterval())
        #expect(isClose(interval.low, -0.1 - 1.959963984540054 * error))
        #expect(isClose(interval.high, -0.1 + 1.959963984540054 * error))
        // An error that is known otherwise takes the place of that of independent periods.
        let counts = NPSCounts(detractors: 10, promoters: 30)
        let known = MixDecomposition([
            SegmentChange(before: counts, after: counts, standardError: 0.25)
        ])
        #expect(known?.scoreEffectStandardError == 0.25)
        #expect(known?.isOpposed == false)
    }

    @Test func emptyPeriods() {
        #expect(MixDecomposition([]) == nil)
        #expect(
            MixDecomposition([SegmentChange(before: .zero, after: NPSCounts(promoters: 1))]) == nil)
    }

    @Test(arguments: seeds)
    func effectsAddUp(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let segments = (0..<5).map { _ in
                SegmentChange(
                    before: generator.nextCounts(limit: 40), after: generator.nextCounts(limit: 40))
            }
            guard let parts = MixDecomposition(segments) else { continue }
            #expect(
                isClose(parts.scoreEffect + parts.mixEffect, parts.totalChange, absolute: 1e-13))
            let reversed = try #require(
                MixDecomposition(segments.map { SegmentChange(before: $0.after, after: $0.before) })
            )
            #expect(isClose(reversed.scoreEffect, -parts.scoreEffect, absolute: 1e-13))
            #expect(isClose(reversed.mixEffect, -parts.mixEffect, absolute: 1e-13))
        }
    }
}
