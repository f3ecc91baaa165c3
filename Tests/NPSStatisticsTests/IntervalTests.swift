import Testing

@testable import NPSStatistics

@Suite struct IntervalTests {
    private static let hundred = NPSCounts(detractors: 10, passives: 20, promoters: 70)

    @Test(arguments: [
        (hundred, IntervalMethod.wald, 0.469991, 0.730009),
        (hundred, .adjustedWald, 0.452698, 0.712351),
        (hundred, .score, 0.452167, 0.712768),
        (NPSCounts(promoters: 10), .score, 0.444934, 1),
        (NPSCounts(detractors: 10), .score, -1, -0.444934),
        (NPSCounts(passives: 12), .adjustedWald, -0.160030, 0.160030),
        (NPSCounts(passives: 12), .score, -0.242494, 0.242494),
    ])
    func workedExamples(counts: NPSCounts, method: IntervalMethod, low: Double, high: Double) {
        let interval = counts.interval(method)
        #expect(isClose(interval?.low, low, relative: 0, absolute: 5e-7))
        #expect(isClose(interval?.high, high, relative: 0, absolute: 5e-7))
    }

    /// Computed with scipy's bisection on the same statistic.
    @Test(arguments: [
        (hundred, 0.95, 0.45216652064728596, 0.7127679049267743),
        (hundred, 0.99, 0.3986912978702654, 0.7415005914832538),
        (
            NPSCounts(detractors: 1, passives: 2, promoters: 3), 0.95, -0.31107378462422514,
            0.7539566635638689
        ),
        (NPSCounts(passives: 5, promoters: 5), 0.95, 0.08370080020566614, 0.7634069094874361),
        (NPSCounts(passives: 5, promoters: 5), 0.99, -0.09828113995736243, 0.8157744817527649),
        (NPSCounts(detractors: 5, promoters: 5), 0.95, -0.5268138189748722, 0.5268138189748722),
        (
            NPSCounts(detractors: 500, passives: 300, promoters: 1200), 0.99, 0.2998860421252076,
            0.3980369567369279
        ),
    ])
    func scoreInterval(counts: NPSCounts, confidence: Double, low: Double, high: Double) {
        let interval = counts.interval(.score, confidence: confidence)
        #expect(isClose(interval?.low, low, relative: 1e-11))
        #expect(isClose(interval?.high, high, relative: 1e-11))
    }

    @Test func goodmanCriticalValue() {
        let critical = ChiSquare.quantile(0.95, degreesOfFreedom: 2).squareRoot()
        #expect(isClose(critical, 2.447747, relative: 0, absolute: 5e-7))
        #expect(
            Self.hundred.simultaneousInterval(.wald)
                == Self.hundred.interval(.wald, criticalValue: critical))
    }

    @Test func familywise() throws {
        let one = try #require(Self.hundred.familywiseInterval(segments: 1))
        let plain = try #require(Self.hundred.interval())
        #expect(isClose(one.low, plain.low) && isClose(one.high, plain.high))
        let ten = try #require(Self.hundred.familywiseInterval(segments: 10))
        #expect(ten.low < plain.low && ten.high > plain.high)
        #expect(Self.hundred.familywiseInterval(segments: 0) == nil)
    }

    @Test(arguments: [-1, 0, 1, 1.5, .nan, .infinity])
    func confidenceOutOfRange(confidence: Double) {
        #expect(Self.hundred.interval(confidence: confidence) == nil)
        #expect(Self.hundred.simultaneousInterval(confidence: confidence) == nil)
        #expect(Self.hundred.familywiseInterval(confidence: confidence, segments: 2) == nil)
        #expect(Self.hundred.bootstrapInterval(confidence: confidence, seed: 1) == nil)
    }

    @Test(arguments: [-1, .nan, .infinity])
    func criticalValueOutOfRange(critical: Double) {
        #expect(Self.hundred.interval(.wald, criticalValue: critical) == nil)
    }

    @Test func clipping() {
        let bounds = Interval(low: -1, high: 1)
        #expect(Interval(low: -3, high: 0.5).clipped(to: bounds) == Interval(low: -1, high: 0.5))
        #expect(Interval(low: 2, high: 3).clipped(to: bounds) == Interval(low: 1, high: 1))
        #expect(Interval(low: -0.5, high: 0.25).width == 0.75)
    }

    @Test(arguments: seeds)
    func properties(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let counts = generator.nextNonEmptyCounts(limit: 60)
            let score = try #require(counts.score)
            for method in IntervalMethod.allCases {
                let narrow = try #require(counts.interval(method, confidence: 0.8))
                let wide = try #require(counts.interval(method, confidence: 0.99))
                #expect(wide.low <= narrow.low && narrow.high <= wide.high, "\(counts) \(method)")
                #expect(narrow.low <= narrow.high)
                #expect(wide.low >= -1 && wide.high <= 1)
                let mirrored = try #require(counts.mirrored.interval(method, confidence: 0.8))
                #expect(mirrored == Interval(low: -narrow.high, high: -narrow.low))
                #expect(narrow.contains(score), "\(counts) \(method)")
            }
        }
    }

    /// Every sample of up to 60 responses: the interval shown holds the score beside it.
    @Test(arguments: IntervalMethod.allCases, [0.5, 0.8, 0.9, 0.95, 0.99])
    func holdsItsOwnEstimate(method: IntervalMethod, confidence: Double) throws {
        let z = try #require(StandardNormal.criticalValue(confidence: confidence))
        for n in 1...60 {
            for detractors in 0...n {
                for promoters in 0...(n - detractors) {
                    let counts = NPSCounts(
                        detractors: detractors, passives: n - detractors - promoters,
                        promoters: promoters)
                    let score = try #require(counts.score)
                    let interval = try #require(counts.interval(method, criticalValue: z))
                    if !interval.contains(score) { Issue.record("\(counts) \(interval)") }
                    guard method == .adjustedWald else { continue }
                    let expected = try #require(
                        ExpectedScore(counts).interval(
                            confidence: confidence))
                    let mean = try #require(ExpectedScore(counts).mean)
                    if !expected.contains(mean) { Issue.record("\(counts) \(expected)") }
                }
            }
        }
    }

    @Test func oneUnanimousResponse() throws {
        let interval = try #require(NPSCounts(promoters: 1).interval())
        #expect(interval.high == 1)
        #expect(isClose(interval.low, -0.48498649420252027, relative: 1e-12))
        let up = try #require(
            Difference.independent(NPSCounts(promoters: 1), NPSCounts(detractors: 1)))
        #expect(try #require(up.interval()).contains(2))
        let drawn = try #require(
            NPSCounts(detractors: 1, promoters: 6).bootstrapInterval(confidence: 0.01, seed: 1))
        #expect(drawn.contains(5.0 / 7))
    }

    /// More of the same answers narrows every interval that has a width.
    @Test(arguments: seeds)
    func tenTimesTheSampleIsNarrower(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<30 {
            let counts = generator.nextNonEmptyCounts(limit: 30)
            let more = NPSCounts(
                detractors: counts.detractors * 10, passives: counts.passives * 10,
                promoters: counts.promoters * 10)
            for method in [IntervalMethod.adjustedWald, .score] {
                let one = try #require(counts.interval(method))
                let ten = try #require(more.interval(method))
                #expect(ten.width < one.width, "\(counts) \(method)")
            }
        }
    }

    /// Where the score interval earns its name: twenty responses near the top.
    @Test func scoreCoverageBySimulation() throws {
        var generator = SeededGenerator(seed: 20_160_501)
        var covered = 0
        var coveredByWald = 0
        for _ in 0..<2000 {
            let sample = generator.nextSample(20, detractors: 0.05, promoters: 0.85)
            if try #require(sample.interval(.score)).contains(0.8) { covered += 1 }
            if try #require(sample.interval(.wald)).contains(0.8) { coveredByWald += 1 }
        }
        #expect(Double(covered) / 2000 > 0.935 && Double(covered) / 2000 < 0.985)
        #expect(coveredByWald < covered)
    }

    /// Coverage summed over every possible sample of 15: no chance involved.
    @Test(arguments: [(0.2, 0.5), (0.1, 0.8), (0.34, 0.33), (0.02, 0.3)])
    func exactCoverage(detractors: Double, promoters: Double) throws {
        let truth = promoters - detractors
        let n = 15
        let passives = 1 - detractors - promoters
        for method in [IntervalMethod.adjustedWald, .score] {
            var coverage = 0.0
            var total = 0.0
            for d in 0...n {
                for q in 0...(n - d) {
                    var chance = 1.0
                    // The multinomial coefficient, factor by factor.
                    for k in 1...n {
                        chance *= Double(k)
                        if k <= d { chance *= detractors / Double(k) }
                        if k <= q { chance *= promoters / Double(k) }
                        if k <= n - d - q { chance *= passives / Double(k) }
                    }
                    let counts = NPSCounts(detractors: d, passives: n - d - q, promoters: q)
                    total += chance
                    if try #require(counts.interval(method)).contains(truth) { coverage += chance }
                }
            }
            #expect(isClose(total, 1, relative: 1e-9))
            #expect(coverage > 0.925 && coverage <= 1, "\(method): \(coverage)")
        }
    }
}
