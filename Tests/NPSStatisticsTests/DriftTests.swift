import Testing

@testable import NPSStatistics

@Suite struct DriftTests {
    private let reference = [50, 30, 20, 0]
    private let current = [40, 20, 25, 15]

    @Test func populationStability() {
        let index = Drift.populationStabilityIndex(reference: reference, current: current)
        #expect(isClose(index, 0.5762824264093678))
        let p = Drift.populationStabilityPValue(reference: reference, current: current)
        #expect(isClose(p, 2.450145451032359e-06, relative: 1e-10))
        #expect(Drift.populationStabilityIndex(reference: [3, 5], current: [3, 5]) == 0)
        let infinite = Drift.populationStabilityIndex(
            reference: reference, current: current, pseudoCount: 0)
        #expect(infinite == .infinity)
    }

    @Test func jensenShannon() {
        let value = Drift.jensenShannonDivergence(reference: reference, current: current)
        #expect(isClose(value, 0.08828601099553286))
        #expect(Drift.jensenShannonDivergence(reference: [1, 0], current: [0, 9]) == 1)
        #expect(Drift.jensenShannonDivergence(reference: [2, 4], current: [1, 2]) == 0)
    }

    @Test func kolmogorovSmirnovOverBins() {
        let test = Drift.kolmogorovSmirnov(reference: reference, current: current)
        #expect(isClose(test?.statistic, 0.2))
        #expect(isClose(test?.pValue, 0.03663105270711945, relative: 1e-10))
    }

    @Test func kolmogorovSmirnovOverValues() {
        let test = Drift.kolmogorovSmirnov(
            reference: [0.1, 0.4, 0.4, 0.7, 0.9, 1.3],
            current: [1.5, 0.4, 0.8, 1.1, 1.2, 0.3, 2.0])
        #expect(isClose(test?.statistic, 0.40476190476190477))
        #expect(isClose(test?.pValue, 0.6650462760459455))
    }

    @Test func unusableInput() {
        #expect(Drift.populationStabilityIndex(reference: [1], current: [1, 2]) == nil)
        #expect(Drift.populationStabilityIndex(reference: [], current: []) == nil)
        #expect(Drift.populationStabilityIndex(reference: [0, 0], current: [1, 2]) == nil)
        #expect(Drift.populationStabilityIndex(reference: [1, -1], current: [1, 2]) == nil)
        #expect(Drift.populationStabilityPValue(reference: [1, 0], current: [1, 0]) == nil)
        #expect(Drift.jensenShannonDivergence(reference: [1], current: [1, 2]) == nil)
        #expect(Drift.kolmogorovSmirnov(reference: [1], current: [1, 2]) == nil)
        #expect(Drift.kolmogorovSmirnov(reference: [Double](), current: [1.0]) == nil)
        #expect(Drift.kolmogorovSmirnov(reference: [.nan], current: [1.0]) == nil)
    }

    @Test(arguments: seeds)
    func properties(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let a = (0..<11).map { _ in generator.next(below: 30) } + [1]
            let b = (0..<11).map { _ in generator.next(below: 30) } + [1]
            let forward = try #require(Drift.populationStabilityIndex(reference: a, current: b))
            #expect(forward >= 0)
            let divergence = try #require(Drift.jensenShannonDivergence(reference: a, current: b))
            #expect(divergence >= 0 && divergence <= 1)
            let back = Drift.jensenShannonDivergence(reference: b, current: a)
            #expect(isClose(back, divergence))
            let test = try #require(Drift.kolmogorovSmirnov(reference: a, current: b))
            #expect(test.statistic >= 0 && test.statistic <= 1)
            #expect(test.pValue >= 0 && test.pValue <= 1)
            // Bins are values: the two forms of the test agree.
            let valuesA = a.enumerated().flatMap { [Double](repeating: Double($0), count: $1) }
            let valuesB = b.enumerated().flatMap { [Double](repeating: Double($0), count: $1) }
            let plain = try #require(
                Drift.kolmogorovSmirnov(reference: valuesA, current: valuesB))
            #expect(isClose(plain.statistic, test.statistic, absolute: 1e-12))
        }
    }

    /// Where nothing moved, p is below 0.05 about one time in twenty.
    @Test func stabilityPUnderNoDrift() throws {
        var generator = SeededGenerator(seed: 5)
        var alarms = 0
        for _ in 0..<1000 {
            var histograms = [[Int](repeating: 0, count: 6), [Int](repeating: 0, count: 6)]
            for _ in 0..<300 {
                histograms[0][generator.next(below: 6)] += 1
                histograms[1][generator.next(below: 6)] += 1
            }
            let p = try #require(
                Drift.populationStabilityPValue(
                    reference: histograms[0], current: histograms[1]))
            if p < 0.05 { alarms += 1 }
        }
        #expect(alarms > 25 && alarms < 80, "\(alarms)")
    }
}
