import Testing

@testable import NPSStatistics

@Suite struct ExpectedScoreTests {
    @Test func plainNumbers() {
        var score = ExpectedScore.zero
        for value in [3000, -2000, 9000, 5000, -7000] { score.add(basisPoints: value) }
        #expect(isClose(score.mean, 0.16))
        // numpy's var, divisor n.
        #expect(isClose(score.variance, 0.3104))
        #expect(isClose(score.standardError, (0.3104 / 5).squareRoot()))
    }

    @Test func nothingHasNoMean() {
        #expect(ExpectedScore.zero.mean == nil)
        #expect(ExpectedScore.zero.variance == nil)
        #expect(ExpectedScore.zero.interval() == nil)
    }

    @Test func impossibleSumsAreNoticed() {
        #expect(!ExpectedScore(count: 2, sum: 10, sumOfSquares: 1).isConsistent)
        #expect(!ExpectedScore(count: 1, sum: 0, sumOfSquares: 200_000_000).isConsistent)
        #expect(!ExpectedScore(count: -1, sum: 0, sumOfSquares: 0).isConsistent)
        #expect(!ExpectedScore(count: 0, sum: 1, sumOfSquares: 1).isConsistent)
        #expect(ExpectedScore(count: 2, sum: 10, sumOfSquares: 1).mean == nil)
        #expect(ExpectedScore(count: 2, sum: 10, sumOfSquares: 1).variance == nil)
        #expect(ExpectedScore(count: 2, sum: .min, sumOfSquares: .max).variance == nil)
    }

    @Test(arguments: seeds)
    func orderAndGroupingDoNotMatter(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<400).map { _ in generator.next(below: 20_001) - 10_000 }
        var forward = ExpectedScore.zero
        for value in values { forward.add(basisPoints: value) }
        var merged = ExpectedScore.zero
        var part = ExpectedScore.zero
        for value in generator.shuffled(values) {
            part.add(basisPoints: value)
            if generator.next(below: 10) == 0 {
                merged = part + merged
                part = .zero
            }
        }
        merged += part
        #expect(merged == forward)
        #expect(merged - part + part == forward)
        #expect(forward.isConsistent)
        // Against two-pass arithmetic.
        let shares = values.map { Double($0) / 10_000 }
        let mean = shares.reduce(0, +) / 400
        let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400
        #expect(isClose(forward.mean, mean, relative: 1e-11, absolute: 1e-13))
        #expect(isClose(forward.variance, variance, relative: 1e-11))
    }

    @Test(arguments: seeds)
    func statedResponsesAgreeWithCounts(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let counts = generator.nextNonEmptyCounts(limit: 100)
            let expected = ExpectedScore(counts)
            #expect(isClose(expected.mean, try #require(counts.score)))
            #expect(isClose(expected.variance, try #require(counts.variance)))
            let one = try #require(expected.interval())
            let other = try #require(counts.interval(.adjustedWald))
            #expect(isClose(one.low, other.low, absolute: 1e-14))
            #expect(isClose(one.high, other.high, absolute: 1e-14))
        }
    }

    @Test func hugeSumsDoNotCancel() throws {
        // Ten billion responses alternating ±1 basis point around 5000.
        let half: Int64 = 5_000_000_000
        let score = ExpectedScore(
            count: 10_000_000_000, sum: half * 5001 + half * 4999,
            sumOfSquares: half * 5001 * 5001 + half * 4999 * 4999)
        #expect(isClose(score.variance, 1e-8))
    }

    @Test func modelMarginWidensBothSides() throws {
        let score = ExpectedScore(NPSCounts(detractors: 30, passives: 40, promoters: 30))
        let plain = try #require(score.interval())
        let wide = try #require(score.interval(modelMargin: 0.02))
        #expect(isClose(wide.low, plain.low - 0.02) && isClose(wide.high, plain.high + 0.02))
        #expect(score.interval(modelMargin: -0.1) == nil)
        #expect(score.interval(modelMargin: .nan) == nil)
    }

    @Test func rectified() throws {
        var score = RectifiedScore()
        #expect(score.score == nil && score.interval() == nil)
        for value in [3000, -2000, 9000, 5000, -7000] { score.addInferred(basisPoints: value) }
        #expect(score.score == nil)
        for (stated, inferred) in [
            (10_000, 3000), (0, 1000), (10_000, 9500), (-10_000, -7000),
        ] {
            score.addPair(statedBasisPoints: stated, inferredBasisPoints: inferred)
        }
        #expect(isClose(score.bias, 0.0875))
        #expect(isClose(score.score, 0.2475))
        #expect(isClose(score.standardError, 0.31176463478079103))
        #expect(try #require(score.interval()).contains(0.2475))
        #expect((score + RectifiedScore()) == score)
        #expect((score + score).errorCount == 8)
    }

    /// A model that is off by ten points: the rectified interval holds, the plain one does not.
    @Test func rectificationRemovesBias() throws {
        var generator = SeededGenerator(seed: 77)
        var plainHeld = 0
        var rectifiedHeld = 0
        for _ in 0..<300 {
            var score = RectifiedScore()
            for index in 0..<900 {
                let level = generator.nextUnit()
                // Truth: promoter with chance level, else detractor; mean 0. Model reads +0.1.
                let inferred = Int((2 * level - 1) * 9000) + 1000
                let stated = generator.nextUnit() < level ? 10_000 : -10_000
                if index % 3 == 0 {
                    score.addPair(statedBasisPoints: stated, inferredBasisPoints: inferred)
                } else {
                    score.addInferred(basisPoints: inferred)
                }
            }
            if try #require(score.inferred.interval()).contains(0) { plainHeld += 1 }
            if try #require(score.interval()).contains(0) { rectifiedHeld += 1 }
        }
        #expect(rectifiedHeld > 273, "of 300 at 95 %")
        #expect(plainHeld < 60)
    }
}
