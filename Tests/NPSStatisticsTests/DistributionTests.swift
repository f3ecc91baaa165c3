import Testing

@testable import NPSStatistics

// Expected values are scipy 1.17's.
@Suite struct DistributionTests {
    @Test(arguments: [
        (-8.0, 6.22096057427174e-16), (-3.5, 0.00023262907903552502), (-1, 0.15865525393145707),
        (0, 0.5), (0.5, 0.6914624612740131), (1.959963984540054, 0.975),
        (2.9277, 0.998292603209269), (6, 0.9999999990134123),
    ])
    func normalCumulative(x: Double, expected: Double) {
        #expect(isClose(StandardNormal.cumulative(x), expected))
        #expect(isClose(StandardNormal.survival(-x), expected))
    }

    @Test(arguments: [(10.0, 7.61985302416047e-24), (20, 2.7536241186061556e-89)])
    func normalFarTail(x: Double, expected: Double) {
        #expect(isClose(StandardNormal.survival(x), expected))
    }

    @Test(arguments: [
        (1e-300, -37.0470962993612), (1e-100, -21.273453560965322), (1e-20, -9.262340089798409),
        (1e-12, -7.034483825301131), (1e-5, -4.264890793922825), (0.001, -3.090232306167813),
        (0.025, -1.9599639845400545), (0.075, -1.4395314709384563), (0.1, -1.2815515655446004),
        (0.25, -0.6744897501960817), (0.4, -0.2533471031357997), (0.5, 0),
        (0.6, 0.2533471031357997), (0.975, 1.959963984540054), (0.999999, 4.753424308817087),
    ])
    func normalQuantile(p: Double, expected: Double) {
        #expect(isClose(StandardNormal.quantile(p), expected))
    }

    @Test func normalQuantileAtTheEdges() {
        #expect(StandardNormal.quantile(0) == -.infinity)
        #expect(StandardNormal.quantile(1) == .infinity)
        #expect(StandardNormal.quantile(-0.1).isNaN)
        #expect(StandardNormal.quantile(.nan).isNaN)
    }

    @Test(arguments: [
        (1, 1.959963984540054), (2, 2.2364766445577895), (10, 2.799625219301087),
        (1000, 4.0496605495541695),
    ])
    func sidak(intervals: Int, expected: Double) {
        let z = StandardNormal.sidakCriticalValue(confidence: 0.95, intervals: intervals)
        #expect(isClose(z, expected, relative: 1e-11))
    }

    @Test(arguments: seeds)
    func quantileInvertsCumulative(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let p = generator.nextUnit() / 2 + 1e-12
            #expect(isClose(StandardNormal.cumulative(StandardNormal.quantile(p)), p))
        }
    }

    @Test(arguments: [
        (0.5, 1, 0.47950012218695337), (3.841458820694124, 1, 0.04999999999999989),
        (5.991464547107979, 2, 0.05000000000000007), (0.1, 3, 0.9918374237318764),
        (7.8, 3, 0.050331097859853326), (30, 9, 0.00043872177097947936),
        (3.3, 10, 0.9734570253742074), (150, 100, 0.0009039320423540184),
        (60, 100, 0.999481108537452), (1100, 1000, 0.014614408126295192),
        (800, 3, 4.327470814385081e-173),
    ])
    func chiSquareSurvival(x: Double, degrees: Int, expected: Double) {
        let relative = degrees > 500 ? 1e-11 : 1e-12
        let value = ChiSquare.survival(x, degreesOfFreedom: degrees)
        #expect(isClose(value, expected, relative: relative))
        let sum = value + ChiSquare.cumulative(x, degreesOfFreedom: degrees)
        #expect(isClose(sum, 1))
    }

    @Test(arguments: [
        (0.95, 1, 3.841458820694124), (0.95, 2, 5.991464547107979), (0.99, 2, 9.21034037197618),
        (0.5, 3, 2.3659738843753377), (0.05, 10, 3.9402991361190605),
        (0.999, 10, 29.58829844507442), (0.95, 100, 124.34211340400407),
        (0.9, 1000, 1057.723901381614), (1e-6, 4, 0.0028297613229586872),
    ])
    func chiSquareQuantile(p: Double, degrees: Int, expected: Double) {
        #expect(isClose(ChiSquare.quantile(p, degreesOfFreedom: degrees), expected))
    }

    @Test func chiSquareAtTheEdges() {
        #expect(ChiSquare.survival(-1, degreesOfFreedom: 3) == 1)
        #expect(ChiSquare.survival(.infinity, degreesOfFreedom: 3) == 0)
        #expect(ChiSquare.survival(1, degreesOfFreedom: 0).isNaN)
        #expect(ChiSquare.quantile(0, degreesOfFreedom: 3) == 0)
        #expect(ChiSquare.quantile(1, degreesOfFreedom: 3) == .infinity)
        #expect(ChiSquare.quantile(1.5, degreesOfFreedom: 3).isNaN)
    }

    @Test(arguments: [
        (0.2, 0.999999999999495), (0.4, 0.9971923267772983), (0.6, 0.8642827790506042),
        (0.9, 0.3927307079406543), (0.9999, 0.2701068819688554), (1.0001, 0.2698924922564844),
        (1.2, 0.11224966667072497), (1.358, 0.05002679733444698), (2, 0.0006709252557796953),
        (3, 3.045995948942526e-08), (5, 3.8574996959278356e-22),
    ])
    func kolmogorov(x: Double, expected: Double) {
        #expect(isClose(Kolmogorov.survival(x), expected))
    }

    @Test func fairBinomial() {
        #expect(FairBinomial.probabilities(flips: 0) == [1])
        #expect(FairBinomial.probabilities(flips: 3) == [0.125, 0.375, 0.375, 0.125])
        let many = FairBinomial.probabilities(flips: 10_001)
        #expect(isClose(many.reduce(0, +), 1))
        #expect(many[5000] == many[5001])
    }

    @Test(arguments: [
        (0.0, 3, 1.0),
        (0.3, 7, 0.7728900504021342),
        (0.99, 1, 0.50319906740619),
        (1.0, 1, 0.5000000000000001),
        (2.0, 4, 0.11611652351681556),
        (8.0, 11, 6.532217155384708e-06),
        (4.5, 39, 5.97838192619614e-05),
        (30.0, 5, 7.718648620496053e-07),
        (5.0, 1000, 6.767256364648635e-07),
        (-2.0, 4, 0.11611652351681556),
    ])
    func studentsTails(t: Double, degreesOfFreedom: Int, expected: Double) {
        #expect(
            isClose(
                StudentT.twoSidedPValue(t, degreesOfFreedom: degreesOfFreedom), expected,
                relative: 1e-11))
    }

    @Test(arguments: [
        (0.95, 1, 12.706204736174694),
        (0.95, 9, 2.262157162798205),
        (0.95, 120, 1.9799304050824402),
        (0.99, 4, 4.604094871349992),
        (0.5, 3, 0.7648923284043444),
    ])
    func studentsCriticalValues(confidence: Double, degreesOfFreedom: Int, expected: Double) {
        #expect(
            isClose(
                StudentT.criticalValue(
                    confidence: confidence, degreesOfFreedom: degreesOfFreedom), expected,
                relative: 1e-11))
    }

    @Test func studentsEdges() {
        #expect(StudentT.twoSidedPValue(.infinity, degreesOfFreedom: 3) == 0)
        #expect(StudentT.twoSidedPValue(1, degreesOfFreedom: 0).isNaN)
        #expect(StudentT.twoSidedPValue(.nan, degreesOfFreedom: 3).isNaN)
        #expect(StudentT.criticalValue(confidence: 1, degreesOfFreedom: 3) == nil)
        #expect(StudentT.criticalValue(confidence: 0.95, degreesOfFreedom: 0) == nil)
    }

    /// Reckoned with sixty digits, near its mean and far from it, few trials and many.
    @Test(arguments: [
        (0, 5, 0.3, -1.7833747196936618),
        (5, 5, 0.3, -6.01986402162968),
        (3, 10, 0.3, -1.3211512777668886),
        (1, 40, 0.9, -86.21729968831168),
        (500, 1000, 0.5, -3.6799189920941293),
        (16, 1000, 0.02, -2.7402325746989344),
        (300100, 1_000_000, 0.3, -7.070273469118701),
        (250000, 1_000_000, 0.3, -6171.254122681442),
        (4_999_000, 10_000_000, 0.5, -8.484839184457222),
    ])
    func binomialChances(k: Int, n: Int, p: Double, expected: Double) {
        #expect(isClose(BinomialChance.log(k, of: n, p), expected, relative: 1e-12))
    }
}
