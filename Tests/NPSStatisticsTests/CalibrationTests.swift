import Testing

@testable import NPSStatistics

@Suite struct CalibrationTests {
    private let probabilities = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95]
    private let outcomes = [0, 0, 1, 0, 1, 0, 1, 1, 1, 1].map { $0 == 1 }
    private let rows = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.3, 0.5], [0.5, 0.4, 0.1]]
    private let classes = [0, 1, 1, 2]

    @Test func workedExample() throws {
        let reliability = try #require(
            Reliability(probabilities: probabilities, outcomes: outcomes, binCount: 5))
        #expect(isClose(reliability.expectedCalibrationError, 0.14))
        #expect(isClose(reliability.maximumCalibrationError, 0.3))
        #expect(reliability.bins.map(\.count) == [2, 2, 2, 2, 2])
        #expect(isClose(reliability.bins[3].meanConfidence, 0.7))
        #expect(reliability.bins[3].observedRate == 1)
        let brier = ProbabilityLoss.brier(probabilities: probabilities, outcomes: outcomes)
        #expect(isClose(brier, 0.1525))
        let loss = ProbabilityLoss.logLoss(probabilities: probabilities, outcomes: outcomes)
        #expect(isClose(loss, 0.456018, relative: 0, absolute: 5e-7))
    }

    @Test func classForms() throws {
        #expect(isClose(ProbabilityLoss.brier(classProbabilities: rows, classes: classes), 0.6))
        #expect(
            isClose(
                ProbabilityLoss.logLoss(classProbabilities: rows, classes: classes),
                1.0935146162561762))
        // Top classes 0, 1, 2, 0 with confidences .7, .6, .5, .5: right, right, wrong, wrong.
        let reliability = try #require(
            Reliability(classProbabilities: rows, classes: classes, binCount: 10))
        #expect(isClose(reliability.expectedCalibrationError, (0.3 + 0.4 + 2 * 0.5) / 4))
    }

    @Test func twoClassesAreTwiceTheBinaryForm() {
        let pairs = probabilities.map { [1 - $0, $0] }
        let brier = ProbabilityLoss.brier(
            classProbabilities: pairs, classes: outcomes.map { $0 ? 1 : 0 })
        #expect(isClose(brier, 2 * 0.1525))
    }

    @Test func certaintyIsBoundedLoss() {
        let wrong = ProbabilityLoss.logLoss(probabilities: [0], outcomes: [true])
        #expect(isClose(wrong, 34.538776394910684, relative: 1e-10))
        let right = ProbabilityLoss.logLoss(probabilities: [1], outcomes: [true])
        #expect(isClose(right, 0, absolute: 1e-14))
        let bins = Reliability(probabilities: [0, 1], outcomes: [false, true], binCount: 3)
        #expect(bins?.bins.map(\.count) == [1, 0, 1])
        #expect(bins?.bins[1].meanConfidence == nil && bins?.bins[1].gap == 0)
        #expect(bins?.expectedCalibrationError == 0)
    }

    @Test func unusableInput() {
        #expect(ProbabilityLoss.brier(probabilities: [], outcomes: []) == nil)
        #expect(ProbabilityLoss.brier(probabilities: [0.5], outcomes: []) == nil)
        #expect(ProbabilityLoss.logLoss(probabilities: [1.5], outcomes: [true]) == nil)
        #expect(ProbabilityLoss.logLoss(probabilities: [.nan], outcomes: [true]) == nil)
        #expect(ProbabilityLoss.brier(classProbabilities: [[0.5, 0.5]], classes: [2]) == nil)
        #expect(ProbabilityLoss.logLoss(classProbabilities: [[]], classes: [0]) == nil)
        #expect(Reliability(probabilities: [0.5], outcomes: [true], binCount: 0) == nil)
        #expect(Reliability(classProbabilities: [[0.5]], classes: [-1]) == nil)
    }

    @Test func confusion() throws {
        let flips = try #require(FlipMatrix(rows: [[40, 6, 1], [3, 50, 12], [0, 4, 84]]))
        let matrix = flips.confusion
        #expect(isClose(matrix.accuracy, 0.87))
        let precisions = [0.9302325581395349, 0.8333333333333334, 0.865979381443299]
        let recalls = [0.851063829787234, 0.7692307692307693, 0.9545454545454546]
        let scores = [0.8888888888888888, 0.8, 0.9081081081081082]
        for index in 0..<3 {
            #expect(isClose(matrix.precision(index), precisions[index]))
            #expect(isClose(matrix.recall(index), recalls[index]))
            #expect(isClose(matrix.f1(index), scores[index]))
        }
        #expect(isClose(matrix.macroF1, 0.8656656656656656))
    }

    @Test func confusionFromLabels() throws {
        let matrix = try #require(
            ConfusionMatrix(actual: [0, 1, 1], predicted: [0, 1, 0], classCount: 3))
        #expect(matrix[actual: 1, predicted: 0] == 1)
        #expect(matrix.f1(2) == nil && matrix.precision(2) == nil && matrix.recall(2) == nil)
        #expect(isClose(matrix.macroF1, 2.0 / 3))
        #expect(ConfusionMatrix(actual: [0], predicted: [], classCount: 3) == nil)
        #expect(ConfusionMatrix(actual: [3], predicted: [0], classCount: 3) == nil)
        #expect(ConfusionMatrix(actual: [], predicted: [], classCount: 0) == nil)
        let empty = ConfusionMatrix(classCount: 2)
        #expect(empty.accuracy == nil && empty.macroF1 == nil && empty.kappa == nil)
    }

    /// Forecasts that come true as often as they say are calibrated and beat any shifted copy.
    @Test(arguments: seeds)
    func honestForecasts(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var honest: [Double] = []
        var happened: [Bool] = []
        for _ in 0..<5000 {
            let p = generator.nextUnit()
            honest.append(p)
            happened.append(generator.nextUnit() < p)
        }
        let shifted = honest.map { min($0 + 0.15, 1) }
        let good = try #require(Reliability(probabilities: honest, outcomes: happened))
        let bad = try #require(Reliability(probabilities: shifted, outcomes: happened))
        #expect(good.expectedCalibrationError < 0.03)
        #expect(bad.expectedCalibrationError > 0.1)
        #expect(good.bins.reduce(0) { $0 + $1.count } == 5000)
        let goodBrier = try #require(
            ProbabilityLoss.brier(probabilities: honest, outcomes: happened))
        let badBrier = try #require(
            ProbabilityLoss.brier(probabilities: shifted, outcomes: happened))
        #expect(goodBrier < badBrier)
    }

    /// Counted by probability, the figures are those of the forecasts one by one.
    @Test(arguments: seeds)
    func counted(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var (cases, hits) = ([Int](repeating: 0, count: 101), [Int](repeating: 0, count: 101))
        var (each, happened): ([Double], [Bool]) = ([], [])
        for _ in 0..<500 {
            let percent = Int(generator.nextUnit() * 101)
            let isHit = generator.nextUnit() < 0.4
            cases[percent] += 1
            hits[percent] += isHit ? 1 : 0
            each.append(Double(percent) / 100)
            happened.append(isHit)
        }
        let counts = cases.indices.map { (Double($0) / 100, cases[$0], hits[$0]) }
        for bins in [1, 7, 15] {
            let counted = try #require(Reliability(counts: counts, binCount: bins))
            let single = try #require(
                Reliability(probabilities: each, outcomes: happened, binCount: bins))
            #expect(counted.bins.map(\.count) == single.bins.map(\.count))
            #expect(
                isClose(
                    counted.expectedCalibrationError, single.expectedCalibrationError,
                    relative: 0, absolute: 1e-12))
        }
        #expect(Reliability(counts: []) == nil)
        #expect(Reliability(counts: [(0.5, 0, 0)]) == nil)
        #expect(Reliability(counts: [(1.5, 1, 0)]) == nil)
        #expect(Reliability(counts: [(0.5, 1, 2)]) == nil)
        #expect(Reliability(counts: [(.nan, 1, 1)]) == nil)
    }
}
