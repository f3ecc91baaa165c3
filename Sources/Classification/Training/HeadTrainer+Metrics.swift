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

/// What one head measured on examples it was not trained on (out of fold), in integers.
///
/// Every probability comes from a model and a calibration that never saw the example.
public struct TrainingMetrics: Sendable, Hashable, Codable {
    /// Figures of one label.
    public struct Label: Sendable, Hashable, Codable {
        /// The label.
        public var name: String
        /// Examples that have it.
        public var examples: Int
        /// Of those given the label, the share that have it, in basis points.
        public var precision: Int
        /// Of those that have the label, the share given it, in basis points.
        public var recall: Int
        /// Harmonic mean of precision and recall, in basis points.
        public var f1: Int
        /// Of a topic: from what it is found, as `TopicOrigin.name`; only a trained one has figures.
        public var origin: String?
        /// Of a topic: the basis points it is found from.
        public var threshold: Int?
    }

    /// The head: `scoreClass`, `sentiment`, `intents` or `topics`.
    public var head: String
    /// `trained`, `adapted` (trained, with the base model's opinion), `base` (taken over from the
    /// base model: no figures), `prototype` (of topics, where none was trained) or `absent`.
    public var origin: String
    /// Labelled examples.
    public var examples: Int
    /// Folds.
    public var folds: Int
    /// Share of examples (for intents, and topics that do not exclude each other: of decisions)
    /// that are right, in basis points.
    public var accuracy: Int
    /// Share of the commonest label: what always saying the same would reach, in basis points.
    public var majority: Int
    /// Mean of the labels' F1 (for topics: of those trained), in basis points.
    public var macroF1: Int
    /// Expected calibration error over 15 equal bins of the given label's probability, in basis
    /// points (Naeini, Cooper, Hauskrecht 2015); for intents and topics of each label's probability.
    public var calibrationError: Int
    /// Mean of −ln(probability of the true label) in units of 0.0001.
    public var logLoss: Int
    /// Figures by label.
    public var labels: [Label]
    /// For `scoreClass`: mean promoter minus detractor probability, in basis points.
    public var netExpected: Int?
    /// For `scoreClass`: share of promoters minus detractors among the labels, in basis points.
    public var netObserved: Int?
}
