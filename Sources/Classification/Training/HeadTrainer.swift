import CLinear
import Dispatch

/// Trains one head: folds first, for margins that no model saw, then all examples.
final class HeadTrainer {
    let kind: ModelHead.Kind
    /// Positions (among the rows) of the examples that have a label for this head.
    let positions: [Int]
    /// By entry of `positions`: the class, or the bits of the intents.
    let labels: [UInt8]
    /// By entry of `positions`.
    let folds: [Int]
    let foldCount: Int
    /// By entry of `positions`, labels side by side: out-of-fold margins.
    private(set) var margins: [Double]
    /// By label: weights trained on all examples.
    private(set) var weights: [[Double]]

    var width: Int { kind.labels.count }

    init(kind: ModelHead.Kind, labels all: [UInt8?], folds allFolds: [Int], foldCount: Int) {
        self.kind = kind
        self.foldCount = foldCount
        positions = all.indices.filter { all[$0] != nil }
        labels = all.compactMap { $0 }
        folds = positions.map { allFolds[$0] }
        margins = .init(repeating: 0, count: positions.count * kind.labels.count)
        weights = .init(repeating: [], count: kind.labels.count)
    }

    /// Whether an entry's example has `label`.
    func holds(_ label: Int, at entry: Int) -> Bool {
        kind.isExclusive ? Int(labels[entry]) == label : labels[entry] & (1 << UInt8(label)) != 0
    }

    /// Examples that have `label`.
    func count(of label: Int) -> Int {
        positions.indices.count { holds(label, at: $0) }
    }

    /// One fit: a label, and the fold that is left out (nil: none).
    struct Job: Sendable {
        var label: Int
        var fold: Int?
    }

    /// All fits, the long ones first.
    var jobs: [Job] {
        (0..<width).map { Job(label: $0, fold: nil) }
            + (0..<foldCount).flatMap { fold in
                (0..<width).map { Job(label: $0, fold: fold) }
            }
    }

    /// Weights of the job's fit.
    func fit(_ job: Job, on rows: FeatureRows, cost: Double) -> [Double] {
        let entries = positions.indices.filter { job.fold != folds[$0] }
        return LogisticRegression.weights(
            rows: entries.map { rows.rows[positions[$0]] },
            positives: entries.map { holds(job.label, at: $0) },
            dimension: rows.dimension, cost: cost)
    }

    /// Keeps what a job's weights are for.
    func keep(_ fitted: [Double], of job: Job, rows: FeatureRows) {
        guard let fold = job.fold else {
            weights[job.label] = fitted
            return
        }
        for entry in positions.indices where folds[entry] == fold {
            margins[entry * width + job.label] = LogisticRegression.margin(
                rows.rows[positions[entry]], fitted)
        }
    }

    /// The calibrations of the labels: one for all if they exclude each other, else one each.
    func calibrations(without fold: Int? = nil) -> [Calibration] {
        let entries = positions.indices.filter { fold == nil || folds[$0] != fold }
        guard !kind.isExclusive else {
            return [
                Calibration.fitted(
                    width: width,
                    margins: entries.flatMap { margins[$0 * width..<($0 + 1) * width] },
                    labels: entries.map { labels[$0] })
            ]
        }
        return (0..<width).map { label in
            Calibration.fitted(
                width: 1, margins: entries.map { margins[$0 * width + label] },
                labels: entries.map { holds(label, at: $0) ? 1 : 0 })
        }
    }

    /// By entry, labels side by side: probabilities from models and calibrations that never saw it.
    func outOfFold() -> [Double] {
        var given = [Double](repeating: 0, count: margins.count)
        for fold in 0..<foldCount {
            let calibrations = calibrations(without: fold)
            for entry in positions.indices where folds[entry] == fold {
                let range = entry * width..<(entry + 1) * width
                if kind.isExclusive {
                    given.replaceSubrange(
                        range, with: calibrations[0].probabilities(margins[range]))
                } else {
                    for label in 0..<width {
                        let at = range.lowerBound + label
                        given[at] = calibrations[label].probabilities(margins[at...at])[0]
                    }
                }
            }
        }
        return given
    }

    /// The trained head: calibration and scales folded into the weights, rounded to eight bits.
    func head(scales: [Double]) -> ModelHead {
        let calibrations = calibrations()
        var head = ModelHead.untrained(kind)
        var folded = (0..<width).map { label -> [Double] in
            guard kind.isExclusive else {
                let factors = calibrations[label].coefficients
                var row = weights[label].map { $0 * factors[0] }
                row[row.count - 1] += factors[1]
                return row
            }
            let columns = width + 1
            let factors = calibrations[0].coefficients[label * columns..<(label + 1) * columns]
            var row = [Double](repeating: 0, count: scales.count + 1)
            for (source, factor) in zip(weights, factors) {
                for index in row.indices { row[index] += factor * source[index] }
            }
            row[row.count - 1] += factors[factors.endIndex - 1]
            return row
        }
        if kind.isExclusive { Self.center(&folded) }
        head.weights = .init(repeating: 0, count: width * scales.count)
        for label in 0..<width {
            quantize(folded[label], label: label, scales: scales, into: &head)
        }
        return head
    }

    /// Takes the mean over labels off each weight: softmax does not see it, and less is to round.
    private static func center(_ rows: inout [[Double]]) {
        for index in rows[0].indices {
            let mean = rows.reduce(0) { $0 + $1[index] } / Double(rows.count)
            for label in rows.indices { rows[label][index] -= mean }
        }
    }

    private func quantize(
        _ row: [Double], label: Int, scales: [Double], into head: inout ModelHead
    ) {
        let bias = (row[row.count - 1] * 65_536).rounded()
        let limit = Double(ModelHead.biasMax)
        head.biases[label] = Int32(min(max(bias, -limit), limit))
        var largest = 0.0
        for bucket in scales.indices { largest = max(largest, abs(row[bucket] * scales[bucket])) }
        let step = min((largest / 127 * 16_777_216).rounded(.up), Double(ModelHead.stepMax))
        guard step > 0 else { return }
        head.steps[label] = UInt32(step)
        for bucket in scales.indices {
            let units = (row[bucket] * scales[bucket] * 16_777_216 / step).rounded()
            head.weights[bucket * width + label] = Int8(min(max(units, -127), 127))
        }
    }
}
