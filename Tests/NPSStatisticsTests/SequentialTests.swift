import Testing

@testable import NPSStatistics

@Suite struct SequentialTests {
    @Test func halfWidths() throws {
        let sequence = try #require(ConfidenceSequence())
        #expect(isClose(sequence.rho, 0.08908509752892212))
        let expected = [
            (1, 19.518626565125416), (30, 0.7333407205369683), (1000, 0.06786933628399806),
            (100_000, 0.00796407147894777),
        ]
        for (count, width) in expected {
            #expect(
                isClose(sequence.halfWidth(variance: 0.5, count: count), width, relative: 1e-11))
        }
    }

    @Test func argumentsOutOfRange() throws {
        #expect(ConfidenceSequence(confidence: 1) == nil)
        #expect(ConfidenceSequence(tunedFor: 0) == nil)
        #expect(ConfidenceSequence(confidence: 0.9, rho: 0) == nil)
        let sequence = try #require(ConfidenceSequence())
        #expect(sequence.halfWidth(variance: -1, count: 5) == nil)
        #expect(sequence.halfWidth(variance: 1, count: 0) == nil)
        #expect(sequence.interval(NPSCounts.zero) == nil)
        #expect(sequence.interval(NPSCounts(promoters: 29)) == .everyScore)
    }

    @Test func statedAndExpectedAgree() throws {
        let sequence = try #require(ConfidenceSequence())
        let counts = NPSCounts(detractors: 20, passives: 30, promoters: 50)
        let one = try #require(sequence.interval(counts))
        let other = try #require(sequence.interval(ExpectedScore(counts)))
        #expect(isClose(one.low, other.low) && isClose(one.high, other.high))
        #expect(one.contains(0.3))
        #expect(one.width > (try #require(counts.interval())).width)
    }

    /// Looked at after every response up to 1500: the sequence holds, the repeated interval fails.
    @Test func alwaysValid() throws {
        var generator = SeededGenerator(seed: 2024)
        let sequence = try #require(ConfidenceSequence(tunedFor: 500))
        var sequenceMissed = 0
        var intervalMissed = 0
        for _ in 0..<200 {
            var counts = NPSCounts.zero
            var sequenceHolds = true
            var intervalHolds = true
            for looks in 1...1500 {
                counts += generator.nextSample(1, detractors: 0.2, promoters: 0.5)
                guard looks >= ConfidenceSequence.countMin, looks % 5 == 0 else { continue }
                if try !#require(sequence.interval(counts)).contains(0.3) { sequenceHolds = false }
                if try !#require(counts.interval()).contains(0.3) { intervalHolds = false }
            }
            if !sequenceHolds { sequenceMissed += 1 }
            if !intervalHolds { intervalMissed += 1 }
        }
        #expect(sequenceMissed <= 17, "5 % of 200, and chance")
        #expect(intervalMissed > 40)
    }

    @Test func runLengths() throws {
        let counts = NPSCounts(detractors: 200, passives: 300, promoters: 500)
        let chart = try #require(CusumChart(baseline: counts))
        #expect(isClose(chart.threshold, 4.766064972197488, relative: 1e-10))
        #expect(isClose(chart.averageRunLength(), 370, relative: 1e-9))
        #expect(chart.averageRunLength(shift: 1) < 12)
        #expect(chart.averageRunLength(shift: -1) == chart.averageRunLength(shift: 1))
        let longer = try #require(CusumChart(baseline: counts, averageRunLength: 1000))
        #expect(longer.threshold > chart.threshold)
        // Exact run lengths for slack 0.5: 465 at threshold 5, 168 at 4 (Montgomery's tables).
        let five = try #require(
            CusumChart(baseline: counts, averageRunLength: 469.11118205819747))
        #expect(isClose(five.threshold, 5, relative: 1e-9))
        #expect(isClose(five.averageRunLength(), 465, relative: 0.03))
        #expect(isClose(five.averageRunLength(shift: 1), 10.33619478544663, relative: 1e-9))
    }

    @Test func chartArgumentsOutOfRange() {
        let counts = NPSCounts(detractors: 2, passives: 3, promoters: 5)
        #expect(CusumChart(baseline: .zero) == nil)
        #expect(CusumChart(baseline: counts, averageRunLength: 1) == nil)
        #expect(CusumChart(baseline: counts, shift: 0) == nil)
        #expect(CusumChart(baseline: counts, dispersion: 0.5) == nil)
    }

    /// The stated run length against simulated quiet days of 80 responses.
    @Test func falseAlarmsComeAsRarelyAsStated() throws {
        var generator = SeededGenerator(seed: 31)
        let baseline = NPSCounts(detractors: 200_000, passives: 300_000, promoters: 500_000)
        let chart = try #require(CusumChart(baseline: baseline, averageRunLength: 100))
        let days = (0..<12_000).map { _ in
            generator.nextSample(80, detractors: 0.2, promoters: 0.5)
        }
        let length = 12_000 / Double(chart.signals(in: days).count)
        #expect(length > 75 && length < 135, "\(length)")
    }

    @Test func aFallIsFoundAndDated() throws {
        var generator = SeededGenerator(seed: 8)
        let baseline = NPSCounts(detractors: 200, passives: 300, promoters: 500)
        let chart = try #require(CusumChart(baseline: baseline))
        var days = (0..<60).map { _ in generator.nextSample(50, detractors: 0.2, promoters: 0.5) }
        days[10] = .zero
        days += (0..<20).map { _ in generator.nextSample(50, detractors: 0.35, promoters: 0.4) }
        let signal = try #require(chart.signals(in: days).first)
        #expect(signal.direction == .fall)
        #expect(signal.index >= 60 && signal.index < 72)
        #expect((signal.onset - 60).magnitude <= 4)
        #expect(signal.statistic > chart.threshold)
        let mirrored = chart.signals(in: Array(days.prefix(60)))
        #expect(mirrored.isEmpty)
    }

    @Test func dispersion() throws {
        var generator = SeededGenerator(seed: 12)
        let quiet = (0..<200).map { _ in
            generator.nextSample(50, detractors: 0.2, promoters: 0.5)
        }
        #expect(try #require(CusumChart.dispersion(of: quiet)) < 1.3)
        let uneven = (0..<200).map { day in
            generator.nextSample(50, detractors: day % 2 == 0 ? 0.1 : 0.3, promoters: 0.5)
        }
        #expect(try #require(CusumChart.dispersion(of: uneven)) > 1.5)
        #expect(CusumChart.dispersion(of: []) == nil)
        #expect(
            CusumChart.dispersion(of: [NPSCounts(promoters: 4), NPSCounts(promoters: 2)]) == nil)
    }

    @Test func pageHinkley() throws {
        let test = try #require(PageHinkley(tolerance: 0.05, threshold: 1))
        #expect(test.signals(in: [Double](repeating: 0.3, count: 100)).isEmpty)
        let step = [Double](repeating: 0.3, count: 40) + [Double](repeating: 0.7, count: 20)
        let signals = test.signals(in: step)
        #expect(signals.count == 1)
        #expect(signals.first?.direction == .rise)
        #expect(signals.first?.onset == 40)
        // 0.35·40/41-ish a step, less each time the mean follows: four steps.
        #expect(signals.first?.index == 43)
        #expect(test.signals(in: step.map { -$0 }).map(\.direction) == [.fall])
        #expect(test.signals(in: [.nan, .infinity]).isEmpty)
        #expect(PageHinkley(tolerance: -1, threshold: 1) == nil)
        #expect(PageHinkley(tolerance: 0, threshold: 0) == nil)
    }
}
