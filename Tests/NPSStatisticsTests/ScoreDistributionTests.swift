import NPSStatistics
import Testing

@Suite("Spread of scores")
struct ScoreDistributionTests {
    private func spread(_ hundredths: [UInt16]) -> ScoreDistribution {
        hundredths.reduce(into: ScoreDistribution()) { $0.add(hundredths: $1) }
    }

    @Test("worked examples")
    func workedExamples() throws {
        // R: sd(c(0, 7, 9, 10, 10))
        let odd = spread([1_000, 0, 700, 1_000, 900])
        #expect(odd.count == 5 && odd.mean == 7.2 && odd.median == 9)
        #expect(abs(try #require(odd.standardDeviation) - 4.207137) < 5e-7)
        #expect(odd.bins == [1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2])
        // R: sd(c(3, 6.67, 8.33, 10))
        let even = spread([667, 1_000, 300, 833])
        #expect(even.mean == 7 && even.median == 7.5 && even.fractional == 2)
        #expect(abs(try #require(even.standardDeviation) - 2.993203) < 5e-7)
        #expect(even.bins == [0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1])
        #expect(even.values.map(\.hundredths) == [300, 667, 833, 1_000])
    }

    @Test("a score stands in the bin of its class, and nothing has neither mean nor spread")
    func edges() {
        #expect(spread([699, 700, 899, 900, 999, 1_000]).bins.suffix(5) == [1, 1, 1, 2, 1])
        let none = ScoreDistribution()
        #expect(none.mean == nil && none.median == nil && none.standardDeviation == nil)
        #expect(spread([500]).standardDeviation == nil)
        #expect(spread([500, 500, 500]).standardDeviation == 0)
    }

    @Test("merging is counting together, and much of it cancels nothing")
    func merging() throws {
        var merged = spread([100, 250, 900])
        merged.merge(spread([250, 1_000]))
        #expect(merged == spread([100, 250, 900, 250, 1_000]))
        var many = ScoreDistribution()
        many.add(hundredths: 1_000, count: 3_000_000_000)
        many.add(hundredths: 999, count: 3_000_000_000)
        #expect(abs(try #require(many.standardDeviation) - 0.005) < 1e-9)
    }
}
