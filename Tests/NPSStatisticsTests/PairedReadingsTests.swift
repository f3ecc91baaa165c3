import NPSStatistics
import Testing

@Suite("Two readings of the same cases")
struct PairedReadingsTests {
    private func readings(onlyFirst: Int, onlySecond: Int, both: Int) -> PairedReadings {
        var readings = PairedReadings(classCount: 3)
        readings.add(label: 0, first: 0, second: 1, count: onlyFirst)
        readings.add(label: 2, first: 1, second: 2, count: onlySecond)
        readings.add(label: 1, first: 1, second: 1, count: both)
        return readings
    }

    /// McNemar's exact p by statsmodels 0.15.0, the adjusted difference and its error by their formula
    /// in numpy.
    @Test(
        "accuracy: McNemar, and Bonett and Price",
        arguments: [
            (12, 5, 100, 0.143463134765625, 0.06862745098039215, 0.04219060191511099),
            (0, 0, 20, 1, 0, 0.0642824346533225),
            (3, 9, 40, 0.14599609375, -0.14285714285714285, 0.08631685401666339),
            (1, 0, 3, 1, 0.2, 0.33466401061363027),
            (60, 30, 500, 0.0020602656809630745, 0.05976095617529881, 0.01891981193461752),
        ] as [(Int, Int, Int, Double, Double, Double)])
    func accuracy(
        _ second: Int, _ first: Int, _ total: Int, _ p: Double, _ center: Double, _ error: Double
    ) throws {
        let readings = readings(
            onlyFirst: first, onlySecond: second, both: total - first - second)
        #expect(readings.total == total)
        #expect(isClose(readings.accuracyPValue, p, absolute: 1e-12))
        let change = try #require(readings.accuracyChange)
        #expect(isClose(change.estimate, Double(second - first) / Double(total)))
        #expect(isClose(change.center, center, absolute: 1e-12))
        #expect(isClose(change.standardError, error, absolute: 1e-12))
        #expect(
            isClose(
                readings.change(of: \.accuracy) ?? .nan, change.estimate, absolute: 1e-12))
    }

    @Test("the sides are what each reads against the labels")
    func sides() {
        var readings = PairedReadings(classCount: 2)
        readings.add(label: 0, first: 1, second: 0, count: 3)
        readings.add(label: 1, first: 1, second: 0)
        #expect(readings.first[actual: 0, predicted: 1] == 3)
        #expect(readings.second[actual: 0, predicted: 0] == 3)
        #expect(readings.second[actual: 1, predicted: 0] == 1)
        #expect(readings.onlyRight == (1, 3))
        #expect(PairedReadings(classCount: 2).accuracyChange == nil)
        #expect(PairedReadings(classCount: 2).change(of: \.macroF1) == nil)
    }

    /// What both readings have in common cancels: the interval is that of the differences, not that of
    /// two samples.
    @Test("the bootstrap draws both readings of a case together")
    func bootstrap() throws {
        let readings = readings(onlyFirst: 40, onlySecond: 60, both: 400)
        let found = try #require(readings.bootstrapInterval(of: \.accuracy, seed: 1))
        let change = try #require(readings.accuracyChange)
        let normal = try #require(change.interval())
        #expect(abs(found.low - normal.low) < 0.008 && abs(found.high - normal.high) < 0.008)
        let again = readings.bootstrapInterval(of: \.accuracy, seed: 1)
        #expect(again == found)
        #expect(readings.bootstrapInterval(of: \.accuracy, seed: 2) != found)
        let same = self.readings(onlyFirst: 0, onlySecond: 0, both: 50)
        #expect(same.bootstrapInterval(of: \.accuracy, seed: 1) == Interval(low: 0, high: 0))
        #expect(readings.bootstrapInterval(of: \.accuracy, confidence: 1, seed: 1) == nil)
    }
}
