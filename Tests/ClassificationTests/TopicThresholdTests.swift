import Testing

@testable import Classification

/// Thresholds against looking at every one there is.
struct TopicThresholdTests {
    private func f1(_ found: [Bool], _ holds: [Bool]) -> Double {
        let both = zip(found, holds).count { $0 && $1 }
        let all = found.count { $0 } + holds.count { $0 }
        return all > 0 ? Double(2 * both) / Double(all) : 0
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func theBestOneIsFound(_ seed: UInt64) {
        var random = SeededTexts(seed: seed)
        let holds = (0..<60).map { _ in random.below(4) == 0 }
        let points = holds.map { random.below(50) + ($0 ? 20 : 0) }
        let best = TopicThreshold.best(points, holds)
        let reached = f1(points.map { $0 >= best }, holds)
        for threshold in 1...80 {
            let other = f1(points.map { $0 >= threshold }, holds)
            #expect(other <= reached, "seed \(seed), \(threshold)")
            // Of equal ones the highest that is a text's own.
            if other == reached, points.contains(threshold) { #expect(threshold <= best) }
        }
    }

    @Test func nothingToGainMeansNothingIsFound() {
        #expect(TopicThreshold.best([5_000, 9_999], [false, false]) == 10_000)
        #expect(TopicThreshold.best([], []) == 10_000)
        // Points of 0 are never found: a threshold is at least 1.
        #expect(TopicThreshold.best([0, 0], [true, true]) == 10_000)
    }

    /// Where topics exclude each other no single threshold can be moved to a better mean, and the
    /// decision made here is the one that the classifier makes.
    @Test(arguments: [UInt64(11), 12, 13, 14, 15, 16])
    func exclusiveOnesStandBest(_ seed: UInt64) {
        var random = SeededTexts(seed: seed)
        let truths: [Int?] = (0..<80).map { _ in [0, 1, 2, nil][random.below(4)] }
        let points = (0..<3).map { topic in
            truths.map { random.below(40) + ($0 == topic ? 15 : 0) }
        }
        func mean(_ thresholds: [Int]) -> Double {
            let decision = TopicTrainer.Decision(scalings: [], thresholds: thresholds)
            let found = truths.indices.map { example in
                decision.found(points.map { $0[example] }, isExclusive: true)
            }
            #expect(found.allSatisfy { $0.nonzeroBitCount <= 1 })
            return (0..<3).map { topic in
                f1(found.map { $0 == 1 << UInt64(topic) }, truths.map { $0 == topic })
            }.reduce(0, +) / 3
        }
        let thresholds = TopicThreshold.exclusive(points, truths)
        let reached = mean(thresholds)
        let alone = points.enumerated().map { topic, points in
            TopicThreshold.best(points, truths.map { $0 == topic })
        }
        #expect(reached >= mean(alone) - 1e-9, "seed \(seed)")
        for topic in 0..<3 {
            for threshold in 1...60 {
                var moved = thresholds
                moved[topic] = threshold
                #expect(mean(moved) <= reached + 1e-9, "seed \(seed), \(topic) at \(threshold)")
            }
        }
    }

    @Test func scalingMakesProbabilities() {
        var random = SeededTexts(seed: 21)
        var margins: [Double] = []
        var holds: [Bool] = []
        for _ in 0..<4_000 {
            let margin = Double(random.below(8_001)) / 1_000 - 4
            margins.append(margin)
            // 1 / (1 + e^−(margin / 2 − 1)), drawn.
            let chance = FixedPoint.sigmoid(Int64((margin / 2 - 1) * 65_536))
            holds.append(random.below(10_000) < Int(chance))
        }
        let scaling = PlattScaling.fitted(margins, holds)
        #expect(abs(scaling.factor - 0.5) < 0.06)
        #expect(abs(scaling.offset + 1) < 0.12)
        let general = Calibration.fitted(
            width: 1, inputs: 1, margins: margins, labels: holds.map { $0 ? 1 : 0 })
        #expect(abs(general.coefficients[0] - scaling.factor) < 1e-4)
        #expect(abs(general.coefficients[1] - scaling.offset) < 1e-4)
        // Separable margins must not run away, nor none at all.
        let extreme = PlattScaling.fitted([-1e3, 1e3, -900, 900], [false, true, false, true])
        #expect(extreme.factor.isFinite && extreme.points(1e3) == 10_000)
        #expect(PlattScaling.fitted([], []) == PlattScaling())
    }
}
