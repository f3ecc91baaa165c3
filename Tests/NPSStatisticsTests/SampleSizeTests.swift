import Testing

@testable import NPSStatistics

@Suite struct SampleSizeTests {
    @Test func workedExamples() {
        #expect(SampleSize.count(margin: 0.05) == 1537)
        #expect(SampleSize.count(margin: 0.10) == 385)
    }

    @Test func population() {
        #expect(SampleSize.count(margin: 0.10, population: 1000) == 278)
        #expect(SampleSize.count(margin: 0.0001, population: 50) == 50)
        #expect(SampleSize.count(margin: 0.10, population: 0) == nil)
    }

    @Test func perGroup() {
        #expect(SampleSize.countPerGroup(difference: 0.1) == 1570)
        #expect(SampleSize.countPerGroup(difference: -0.1) == 1570)
        #expect(SampleSize.countPerGroup(difference: 0) == nil)
        #expect(SampleSize.countPerGroup(difference: 0.1, power: 1) == nil)
    }

    @Test func outOfRange() {
        #expect(SampleSize.count(margin: 0) == nil)
        #expect(SampleSize.count(margin: -1) == nil)
        #expect(SampleSize.count(margin: .nan) == nil)
        #expect(SampleSize.count(margin: 0.1, variance: 2) == nil)
        #expect(SampleSize.count(margin: 0.1, confidence: 1) == nil)
        #expect(SampleSize.count(margin: 1e-12) == nil, "more than an Int holds")
        #expect(SampleSize.count(margin: 0.1, variance: 0) == 1)
    }

    @Test(arguments: seeds)
    func theSizeIsEnoughAndNotTooMuch(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let margin = 0.01 + generator.nextUnit() * 0.3
            let n = try #require(SampleSize.count(margin: margin))
            #expect(1.959963984540054 / Double(n).squareRoot() <= margin + 1e-12)
            if n > 1 { #expect(1.959963984540054 / Double(n - 1).squareRoot() > margin - 1e-12) }
        }
    }
}
