import Testing

@testable import NPSStatistics

@Suite struct MultipleComparisonsTests {
    private let pValues = [0.01, 0.04, 0.03, 0.005, 0.55, 0.04]

    @Test func benjaminiHochberg() {
        // scipy.stats.false_discovery_control.
        let expected = [0.03, 0.048, 0.048, 0.03, 0.55, 0.048]
        let adjusted = MultipleComparisons.benjaminiHochberg(pValues)
        #expect(zip(adjusted, expected).allSatisfy { isClose($0, $1) })
    }

    @Test func holm() {
        let expected = [0.05, 0.12, 0.12, 0.03, 0.55, 0.12]
        let adjusted = MultipleComparisons.holm(pValues)
        #expect(zip(adjusted, expected).allSatisfy { isClose($0, $1) })
    }

    @Test func edges() {
        #expect(MultipleComparisons.benjaminiHochberg([]).isEmpty)
        #expect(MultipleComparisons.holm([0.2]) == [0.2])
        #expect(MultipleComparisons.benjaminiHochberg([0.2]) == [0.2])
        #expect(MultipleComparisons.benjaminiHochberg([.nan, 2, -1]) == [1, 1, 0])
        #expect(MultipleComparisons.holm([.nan, 2, -1]) == [1, 1, 0])
    }

    @Test func confidenceOfSelected() {
        #expect(isClose(MultipleComparisons.confidenceOfSelected(3, of: 60), 0.9975))
        #expect(MultipleComparisons.confidenceOfSelected(60, of: 60) == 0.95)
        #expect(MultipleComparisons.confidenceOfSelected(0, of: 60) == nil)
        #expect(MultipleComparisons.confidenceOfSelected(61, of: 60) == nil)
        #expect(MultipleComparisons.confidenceOfSelected(1, of: 60, confidence: 1) == nil)
    }

    /// Of intervals shown for selected rows no more miss than promised; at the usual level many do.
    @Test func selectedIntervalsHold() throws {
        var generator = SeededGenerator(seed: 2005)
        var shown = 0
        var missed = 0
        var missedAtTheUsualLevel = 0
        for _ in 0..<120 {
            // 200 true effects, most of them none, each measured with an error of 1.
            let truths = (0..<200).map { $0 < 20 ? 2.0 : 0 }
            let differences = truths.map { truth in
                let z = StandardNormal.quantile((generator.nextUnit() + 0x1p-54))
                return Difference(
                    estimate: (truth + z) / 10, center: (truth + z) / 10, standardError: 0.1)
            }
            let q = MultipleComparisons.benjaminiHochberg(differences.map(\.pValue))
            let selected = q.indices.filter { q[$0] < 0.05 }
            guard
                let confidence = MultipleComparisons.confidenceOfSelected(
                    selected.count, of: q.count)
            else { continue }
            for index in selected {
                shown += 1
                let truth = truths[index] / 10
                let adjusted = try #require(differences[index].interval(confidence: confidence))
                let usual = try #require(differences[index].interval())
                if !adjusted.contains(truth) { missed += 1 }
                if !usual.contains(truth) { missedAtTheUsualLevel += 1 }
            }
        }
        #expect(shown > 100)
        #expect(Double(missed) < 0.08 * Double(shown), "\(missed) of \(shown)")
        #expect(Double(missedAtTheUsualLevel) > 0.15 * Double(shown))
    }

    @Test(arguments: seeds)
    func properties(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let values = (0..<(1 + generator.next(below: 40))).map { _ in
                generator.nextUnit() * generator.nextUnit() * generator.nextUnit()
            }
            let rate = MultipleComparisons.benjaminiHochberg(values)
            let family = MultipleComparisons.holm(values)
            for i in values.indices {
                // Never below the raw p, never above 1, and Holm never more lenient.
                #expect(rate[i] >= values[i] && rate[i] <= 1)
                #expect(family[i] >= rate[i] - 1e-15)
                for j in values.indices where values[i] <= values[j] {
                    #expect(rate[i] <= rate[j] && family[i] <= family[j])
                }
            }
            let order = generator.shuffled(Array(values.indices))
            let moved = MultipleComparisons.benjaminiHochberg(order.map { values[$0] })
            #expect(moved == order.map { rate[$0] })
        }
    }

    /// Among true nulls only, at least one discovery happens in about 5 % of families.
    @Test func falseAlarmsUnderTheNull() {
        var generator = SeededGenerator(seed: 11)
        var alarms = 0
        for _ in 0..<2000 {
            let values = (0..<20).map { _ in generator.nextUnit() }
            if MultipleComparisons.benjaminiHochberg(values).contains(where: { $0 < 0.05 }) {
                alarms += 1
            }
        }
        #expect(alarms > 60 && alarms < 145)
    }
}
