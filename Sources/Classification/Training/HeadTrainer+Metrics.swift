import Foundation

extension HeadTrainer {
    /// Figures of the head from its out-of-fold probabilities.
    func metrics(_ given: [Double]) -> TrainingMetrics {
        var tally = Tally(width: width)
        for entry in positions.indices {
            let probabilities = Array(given[entry * width..<(entry + 1) * width])
            let truth = (0..<width).map { holds($0, at: entry) }
            if kind.isExclusive {
                tally.addExclusive(probabilities, truth)
            } else {
                tally.addSeparate(probabilities, truth)
            }
        }
        let labels = (0..<width).map { tally.label($0, name: kind.labels[$0]) }
        var metrics = TrainingMetrics(
            head: kind.name, origin: base == nil ? "trained" : "adapted",
            examples: positions.count, folds: foldCount,
            accuracy: Tally.points(tally.right, tally.decisions),
            majority: tally.majority(exclusive: kind.isExclusive),
            macroF1: Int((Double(labels.reduce(0) { $0 + $1.f1 }) / Double(width)).rounded()),
            calibrationError: Int((tally.calibrationError * 10_000).rounded()),
            logLoss: Int((tally.loss / Double(max(1, tally.decisions)) * 10_000).rounded()),
            labels: labels)
        if kind == .scoreClass {
            let net = stride(from: 0, to: given.count, by: width).reduce(0.0) {
                $0 + given[$1 + 2] - given[$1]
            }
            metrics.netExpected = Int((net / Double(max(1, positions.count)) * 10_000).rounded())
            let observed = labels[2].examples - labels[0].examples
            metrics.netObserved = Int(
                (Double(observed) / Double(max(1, positions.count)) * 10_000).rounded())
        }
        return metrics
    }
}

/// Counts behind the figures of a head.
private struct Tally {
    static let bins = 15

    let width: Int
    var decisions = 0
    var right = 0
    var loss = 0.0
    var given: [Int]
    var held: [Int]
    var both: [Int]
    private var binCounts = [Int](repeating: 0, count: bins)
    private var binConfidence = [Double](repeating: 0, count: bins)
    private var binRight = [Int](repeating: 0, count: bins)

    init(width: Int) {
        self.width = width
        given = .init(repeating: 0, count: width)
        held = given
        both = given
    }

    mutating func addExclusive(_ probabilities: [Double], _ truth: [Bool]) {
        var best = 0
        for label in 1..<width where probabilities[label] > probabilities[best] { best = label }
        decisions += 1
        given[best] += 1
        for label in 0..<width where truth[label] {
            held[label] += 1
            loss -= log(max(1e-12, probabilities[label]))
        }
        if truth[best] {
            right += 1
            both[best] += 1
        }
        bin(probabilities[best], truth[best])
    }

    mutating func addSeparate(_ probabilities: [Double], _ truth: [Bool]) {
        for label in 0..<width {
            let said = probabilities[label] >= 0.5
            decisions += 1
            if said { given[label] += 1 }
            if truth[label] { held[label] += 1 }
            if said, truth[label] { both[label] += 1 }
            if said == truth[label] { right += 1 }
            let probability = truth[label] ? probabilities[label] : 1 - probabilities[label]
            loss -= log(max(1e-12, probability))
            bin(probabilities[label], truth[label])
        }
    }

    private mutating func bin(_ confidence: Double, _ isRight: Bool) {
        let index = min(Self.bins - 1, max(0, Int(confidence * Double(Self.bins))))
        binCounts[index] += 1
        binConfidence[index] += confidence
        if isRight { binRight[index] += 1 }
    }

    var calibrationError: Double {
        var sum = 0.0
        for index in 0..<Self.bins { sum += abs(binConfidence[index] - Double(binRight[index])) }
        return sum / Double(max(1, decisions))
    }

    func majority(exclusive: Bool) -> Int {
        guard !exclusive else { return Self.points(held.max() ?? 0, decisions) }
        let each = decisions / max(1, width)
        return Self.points(held.reduce(0) { $0 + max($1, each - $1) }, decisions)
    }

    func label(_ label: Int, name: String) -> TrainingMetrics.Label {
        TrainingMetrics.Label(
            name: name, examples: held[label],
            precision: Self.points(both[label], given[label]),
            recall: Self.points(both[label], held[label]),
            f1: Self.points(2 * both[label], given[label] + held[label]))
    }

    /// part / whole in basis points, rounded to nearest; 0 of nothing.
    static func points(_ part: Int, _ whole: Int) -> Int {
        whole > 0 ? (part * 10_000 + whole / 2) / whole : 0
    }
}
