import Testing

@testable import NPSStatistics

/// Sixty judgements of three classes that any language can make again, and what scikit-learn 1.9
/// says of them.
private struct Judgements {
    var rows: [[Int]] = []
    var truths: [Int] = []

    init() {
        var state = 12_345
        func next() -> Int {
            state = (1_103_515_245 * state + 12_345) % 2_147_483_648
            return state >> 16
        }
        for _ in 0..<60 {
            let low = next() % 10_001
            let high = next() % (10_001 - low)
            let row = [low, 10_000 - low - high, high]
            var truth = next() % 3
            if next() % 3 != 0 { truth = Self.likeliest(row) }
            rows.append(row)
            truths.append(truth)
        }
    }

    static func likeliest(_ row: [Int]) -> Int { row.firstIndex(of: row.max() ?? 0) ?? 0 }

    var read: [Int] { rows.map(Self.likeliest) }
    var shares: [[Double]] { rows.map { $0.map { Double($0) / 10_000 } } }
}

@Suite("Figures of a classifier against scikit-learn")
struct QualityEstimateTests {
    private let given = Judgements()

    @Test("accuracy, F1, both kappas, Brier, log loss, calibration error")
    func measured() throws {
        #expect(given.rows[0] == [1466, 7081, 1453] && given.truths.prefix(3) == [1, 0, 0])
        let matrix = try #require(
            ConfusionMatrix(actual: given.truths, predicted: given.read, classCount: 3))
        #expect(
            (0..<3).map { actual in (0..<3).map { matrix[actual: actual, predicted: $0] } }
                == [[22, 5, 0], [3, 10, 1], [5, 3, 11]])
        #expect(isClose(matrix.accuracy, 0.7166666666666667))
        #expect(isClose(matrix.macroF1, 0.7022024146387474))
        #expect(isClose(matrix.kappa, 0.5584415584415585))
        #expect(isClose(matrix.quadraticWeightedKappa, 0.6153846153846154))
        for (index, figures) in [
            (0.7333333333333333, 0.8148148148148148, 0.7719298245614035),
            (0.5555555555555556, 0.7142857142857143, 0.625),
            (0.9166666666666666, 0.5789473684210527, 0.7096774193548387),
        ].enumerated() {
            #expect(isClose(matrix.precision(index), figures.0))
            #expect(isClose(matrix.recall(index), figures.1))
            #expect(isClose(matrix.f1(index), figures.2))
        }
        let (shares, truths) = (given.shares, given.truths)
        #expect(
            isClose(
                ProbabilityLoss.brier(classProbabilities: shares, classes: truths), 0.468166123))
        #expect(
            isClose(
                ProbabilityLoss.logLoss(classProbabilities: shares, classes: truths),
                0.9260364652566125))
        let reliability = try #require(
            Reliability(classProbabilities: shares, classes: truths, binCount: 15))
        #expect(isClose(reliability.expectedCalibrationError, 0.132745))
    }

    @Test("estimated without labels: each class weighted by its probability")
    func estimated() throws {
        var estimate = ConfidenceBasedEstimate(classCount: 3)
        #expect(estimate.accuracy == nil && estimate.accuracyInterval() == nil)
        #expect(estimate.bootstrapInterval(of: \.macroF1, seed: 1) == nil)
        for (row, read) in zip(given.rows, given.read) {
            estimate.add(predicted: read, basisPoints: row)
        }
        #expect(estimate.count == 60)
        #expect(estimate.expected[actual: 1, predicted: 0] == 54_248)
        #expect(isClose(estimate.accuracy, 0.651195))
        #expect(isClose(estimate.macroF1, 0.6302084066203534))
        #expect(isClose(estimate.expected.kappa, 0.4478089585696431))
        let interval = try #require(estimate.bootstrapInterval(of: \.macroF1, seed: 3))
        #expect(interval.contains(0.63) && interval.width > 0.15 && interval.width < 0.35)
        #expect(interval == estimate.bootstrapInterval(of: \.macroF1, seed: 3))
    }

    @Test("the paired bias is that of the hand's computation, and merges")
    func bias() throws {
        var (all, first, second) = (PairedBias.zero, PairedBias.zero, PairedBias.zero)
        #expect(all.difference == nil)
        for (index, row) in given.rows.enumerated() {
            let (read, stated) = (row[2] - row[0], (given.truths[index] - 1) * 10_000)
            all.add(readBasisPoints: read, statedBasisPoints: stated)
            if index < 20 {
                first.add(readBasisPoints: read, statedBasisPoints: stated)
            } else {
                second.add(readBasisPoints: read, statedBasisPoints: stated)
            }
        }
        #expect(first + second == all && all - first == second)
        let difference = try #require(all.difference)
        #expect(isClose(difference.estimate, -0.08828333333333334))
        #expect(isClose(difference.center, -0.08407936507936509))
        #expect(isClose(difference.standardError, 0.08493460259433161))
        // Three responses that are all off by the same are no certainty.
        var few = PairedBias.zero
        for _ in 0..<3 { few.add(readBasisPoints: 9_000, statedBasisPoints: 10_000) }
        #expect(few.difference?.estimate == -0.1)
        #expect(few.difference?.pValue ?? 0 > 0.5)
        // The same by likeliest classes: as if each were read with certainty.
        var flips = FlipMatrix()
        var counted = PairedBias.zero
        for (stated, read) in [(0, 0), (0, 2), (1, 0), (2, 2), (2, 2), (1, 1)] {
            flips.add(from: stated, to: read, count: 1)
            counted.add(
                readBasisPoints: (read - 1) * 10_000, statedBasisPoints: (stated - 1) * 10_000)
        }
        #expect(flips.bias == counted)
        #expect(isClose(try #require(flips.bias.difference?.estimate), 1.0 / 6))
        let right = try #require(FlipMatrix(rows: [[3, 0, 0], [0, 0, 0], [0, 0, 3]]))
        let interval = try #require(right.bias.difference?.interval())
        #expect(interval.low < -0.1 && interval.high > 0.1 && right.change?.standardError == 0)
    }

    @Test("the score interval of a share")
    func wilson() throws {
        let most = try #require(Proportion.interval(hits: 81, of: 100))
        #expect(isClose(most.low, 0.7222115462093562) && isClose(most.high, 0.8748524849023126))
        let all = try #require(Proportion.interval(hits: 10, of: 10))
        #expect(isClose(all.low, 0.7224672001371107) && isClose(all.high, 1))
        let none = try #require(Proportion.interval(hits: 0, of: 10))
        #expect(none.low == 0 && isClose(none.high, 0.2775327998628892))
        #expect(Proportion.interval(hits: 0, of: 0) == nil)
        #expect(Proportion.interval(hits: 2, of: 1) == nil)
        #expect(Proportion.interval(share: .nan, of: 3) == nil)
        #expect(Proportion.interval(hits: 1, of: 2, confidence: 1) == nil)
    }

    @Test("a mean and its error as by two passes, however large the values")
    func means() throws {
        var mean = SampleMean()
        #expect(mean.value == nil && mean.standardError == nil && mean.interval() == nil)
        for value in [1.0, 2, 4, 5] { mean.add(1e9 + value) }
        #expect(mean.value == 1e9 + 3)
        #expect(isClose(mean.standardError, (2.5 / 4).squareRoot(), relative: 1e-7))
        let interval = try #require(mean.interval())
        let width = 2 * 1.959963984540054 * (2.5 / 4).squareRoot()
        #expect(isClose(interval.width, width, relative: 1e-7))
    }
}

@Suite("Intervals of a classifier's figures")
struct QualityIntervalTests {
    @Test("resampled cases are as many, and none where there were none")
    func resampled() {
        var generator = SeededGenerator(seed: 5)
        var matrix = ConfusionMatrix(classCount: 3)
        matrix.add(actual: 0, predicted: 0, count: 70)
        matrix.add(actual: 2, predicted: 1, count: 30)
        var sum = 0
        for _ in 0..<400 {
            let drawn = matrix.resampled(using: &generator)
            #expect(drawn.total == 100)
            #expect(drawn[actual: 0, predicted: 0] + drawn[actual: 2, predicted: 1] == 100)
            sum += drawn[actual: 2, predicted: 1]
        }
        #expect((11_500...12_500).contains(sum), "a mean of 30: \(sum)")
        let empty = ConfusionMatrix(classCount: 2)
        #expect(empty.resampled(using: &generator).total == 0)
        #expect(empty.bootstrapInterval(of: \.accuracy, seed: 1) == nil)
        #expect(matrix.bootstrapInterval(of: \.accuracy, confidence: 1, seed: 1) == nil)
    }

    /// A judge of three classes that is right with its stated probability.
    private static func calibrated(
        _ generator: inout SeededGenerator
    ) -> (row: [Int], truth: Int) {
        let low = generator.next(below: 10_001)
        let high = generator.next(below: 10_001 - low)
        let row = [low, 10_000 - low - high, high]
        let draw = generator.next(below: 10_000)
        return (row, draw < row[0] ? 0 : draw < row[0] + row[1] ? 1 : 2)
    }

    @Test("of a calibrated judge the estimate without labels holds what labels show")
    func estimateHolds() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("confidence-based estimates, seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var (accuracyHits, scoreHits, biasHits) = (0, 0, 0)
        for _ in 0..<100 {
            var estimate = ConfidenceBasedEstimate(classCount: 3)
            var truth = ConfusionMatrix(classCount: 3)
            var bias = PairedBias.zero
            for _ in 0..<400 {
                let (row, actual) = Self.calibrated(&generator)
                let read = Judgements.likeliest(row)
                estimate.add(predicted: read, basisPoints: row)
                truth.add(actual: actual, predicted: read)
                bias.add(
                    readBasisPoints: row[2] - row[0], statedBasisPoints: (actual - 1) * 10_000)
            }
            let accuracy = try #require(estimate.accuracyInterval())
            let score = try #require(estimate.bootstrapInterval(of: \.macroF1, seed: 1))
            if accuracy.contains(try #require(truth.accuracy)) { accuracyHits += 1 }
            if score.contains(try #require(truth.macroF1)) { scoreHits += 1 }
            if try #require(bias.difference?.interval()).contains(0) { biasHits += 1 }
        }
        // 95 expected; fewer than 84 by chance once in a hundred thousand.
        #expect(accuracyHits >= 84 && scoreHits >= 84 && biasHits >= 84)
        print("  held \(accuracyHits), \(scoreHits), \(biasHits) of 100")
    }

    @Test("what chance alone shows of a calibration error")
    func chance() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("calibration by chance, seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var beyond = 0
        for _ in 0..<100 {
            var rows: [[Double]] = []
            var truths: [Int] = []
            for _ in 0..<500 {
                let (row, actual) = Self.calibrated(&generator)
                rows.append(row.map { Double($0) / 10_000 })
                truths.append(actual)
            }
            let reliability = try #require(
                Reliability(classProbabilities: rows, classes: truths, binCount: 15))
            let chance = reliability.errorByChance(seed: 1)
            #expect(chance.mean > 0.01 && chance.mean < chance.high)
            if reliability.expectedCalibrationError > chance.high { beyond += 1 }
        }
        // 5 expected; 17 or more by chance once in a hundred thousand.
        #expect(beyond < 17, "\(beyond) of 100 calibrated judges beyond chance")

        // Always certain, right four times of five: off by .2 and too sure by as much.
        let sure = try #require(
            Reliability(
                probabilities: [Double](repeating: 1, count: 100),
                outcomes: (0..<100).map { $0 % 5 > 0 }))
        #expect(isClose(sure.overconfidence, 0.2))
        #expect(sure.errorByChance(seed: 1).high == 0, "what is certain cannot miss by chance")
        #expect(sure.bins[9].interval()?.contains(0.8) == true && sure.bins[0].interval() == nil)
    }
}
