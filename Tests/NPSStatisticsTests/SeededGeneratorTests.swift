import Testing

@testable import NPSStatistics

@Suite struct SeededGeneratorTests {
    /// The reference outputs of the authors' C code for the state 1, 2, 3, 4.
    @Test func xoshiroVectors() {
        var generator = SeededGenerator(state: (1, 2, 3, 4))
        let expected: [UInt64] = [
            11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
            607_988_272_756_665_600,
        ]
        #expect(expected.map { _ in generator.next() } == expected)
    }

    /// The reference outputs for the seed 1234567.
    @Test func splitMixVectors() {
        var mixer = SplitMix64(state: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in mixer.next() } == expected)
    }

    @Test func sameSeedSameStream() {
        var first = SeededGenerator(seed: 7)
        var second = SeededGenerator(seed: 7)
        var other = SeededGenerator(seed: 8)
        let stream = (0..<100).map { _ in first.next() }
        #expect(stream == (0..<100).map { _ in second.next() })
        #expect(stream != (0..<100).map { _ in other.next() })
    }

    @Test(arguments: seeds)
    func boundedDrawsCoverTheRangeEvenly(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var seen = [Int](repeating: 0, count: 7)
        for _ in 0..<7000 { seen[generator.next(below: 7)] += 1 }
        let squares = seen.reduce(0.0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
        #expect(ChiSquare.survival(squares, degreesOfFreedom: 6) > 1e-4)
    }

    @Test(arguments: seeds)
    func shuffleIsAPermutation(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let values = Array(0..<50)
        let shuffled = generator.shuffled(values)
        #expect(shuffled != values)
        #expect(shuffled.sorted() == values)
        #expect(generator.shuffled([Int]()).isEmpty)
    }

    @Test(arguments: seeds)
    func unitsAreUniform(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let units = (0..<2000).map { _ in generator.nextUnit() }
        #expect(units.allSatisfy { $0 >= 0 && $0 < 1 })
        let grid = (0..<2000).map { (Double($0) + 0.5) / 2000 }
        let test = Drift.kolmogorovSmirnov(reference: grid, current: units)
        #expect((test?.pValue ?? 0) > 1e-3)
    }

    @Test(arguments: [(10, 1, 3), (64, 1, 2), (1000, 7, 9), (12, 0, 5), (12, 5, 5), (0, 1, 2)])
    func binomialMoments(trials: Int, numerator: Int, denominator: Int) {
        var generator = SeededGenerator(seed: 42)
        let draws = (0..<4000).map { _ in
            Double(
                generator.binomial(trials: trials, numerator: numerator, denominator: denominator))
        }
        let p = Double(numerator) / Double(denominator)
        let mean = draws.reduce(0, +) / 4000
        let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
        let expected = Double(trials) * p * (1 - p)
        #expect((mean - Double(trials) * p).magnitude <= 4 * (expected / 4000).squareRoot())
        #expect((variance - expected).magnitude <= 0.12 * expected)
        #expect(draws.allSatisfy { $0 >= 0 && $0 <= Double(trials) })
    }
}
