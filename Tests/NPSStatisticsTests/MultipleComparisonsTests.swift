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
