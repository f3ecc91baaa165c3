import CLinear
import Dispatch
import Encoders

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
    /// The head of the base model that this one adapts.
    let base: ModelHead?
    /// By entry of `positions`: out-of-fold margins by label, then the base's logits by label.
    private(set) var margins: [Double]
    /// By label: weights trained on all examples.
    private(set) var weights: [[Double]]

    var width: Int { kind.labels.count }
    /// Margins per example.
    var inputs: Int { base == nil ? width : 2 * width }

    /// - Parameter baseLogits: by example, those of all heads; used if `base` is given.
    init(
        kind: ModelHead.Kind, labels all: [UInt8?], folds allFolds: [Int], foldCount: Int,
        base: ModelHead?, baseLogits: [NGramClassifier.Logits]
    ) {
        self.kind = kind
        self.foldCount = foldCount
        self.base = base
        positions = all.indices.filter { all[$0] != nil }
        labels = all.compactMap { $0 }
        folds = positions.map { allFolds[$0] }
        weights = .init(repeating: [], count: kind.labels.count)
        margins = []
        margins = .init(repeating: 0, count: positions.count * inputs)
        guard base != nil else { return }
        for (entry, position) in positions.enumerated() {
            for label in 0..<width {
                let logit = baseLogits[position][kind.column + label]
                margins[entry * inputs + width + label] = Double(logit) / 65_536
            }
        }
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
            margins[entry * inputs + job.label] = LogisticRegression.margin(
                rows.rows[positions[entry]], fitted)
        }
    }

    /// The margins that decide a label: all if the labels exclude each other, else its own.
    private func inputs(of label: Int?, at entry: Int) -> ArraySlice<Double> {
        let all = margins[entry * inputs..<(entry + 1) * inputs]
        guard let label else { return all }
        return ArraySlice(
            stride(from: all.startIndex + label, to: all.endIndex, by: width).map { all[$0] })
    }

    /// The calibrations of the labels: one for all if they exclude each other, else one each.
    private func calibrations(without fold: Int? = nil) -> [Calibration] {
        let entries = positions.indices.filter { fold == nil || folds[$0] != fold }
        guard !kind.isExclusive else {
            return [
                Calibration.fitted(
                    width: width, inputs: inputs,
                    margins: entries.flatMap { inputs(of: nil, at: $0) },
                    labels: entries.map { labels[$0] })
            ]
        }
        return (0..<width).map { label in
            Calibration.fitted(
                width: 1, inputs: inputs / width,
                margins: entries.flatMap { inputs(of: label, at: $0) },
                labels: entries.map { holds(label, at: $0) ? 1 : 0 })
        }
    }

    /// By entry, labels side by side: probabilities from models and calibrations that never saw it.
    func outOfFold() -> [Double] {
        var given = [Double](repeating: 0, count: positions.count * width)
        for fold in 0..<foldCount {
            let calibrations = calibrations(without: fold)
            for entry in positions.indices where folds[entry] == fold {
                let probabilities =
                    kind.isExclusive
                    ? calibrations[0].probabilities(inputs(of: nil, at: entry))
                    : (0..<width).map { label in
                        calibrations[label].probabilities(inputs(of: label, at: entry))[0]
                    }
                given.replaceSubrange(entry * width..<(entry + 1) * width, with: probabilities)
            }
        }
        return given
    }

    /// The trained head: its weights of n-grams, and where it reads vectors its weights of those.
    ///
    /// Scales, calibration and base are folded into weights rounded to eight bits (of
    /// vectors to sixteen). All of them are linear in the same features, so one table of weights holds their sum.
    func head(
        scales: [Double], embedding: EmbeddingScale?
    ) -> (ngrams: ModelHead, vectors: EmbeddingWeights) {
        let calibrations = calibrations()
        let sources =
            (0..<width).map { scaled(weights[$0], scales) }
            + baseRows(scales.count, vector: embedding?.means.count ?? 0)
        var folded = (0..<width).map { label in
            var factors = [Double](repeating: 0, count: sources.count)
            let found = calibrations[kind.isExclusive ? 0 : label]
                .factors(kind.isExclusive ? label : 0)
            let step = kind.isExclusive ? 1 : width
            for (place, factor) in found.dropLast().enumerated() {
                factors[place * step + (kind.isExclusive ? 0 : label)] = factor
            }
            var row = Self.sum(sources, factors)
            row[scales.count] += found[found.endIndex - 1]
            return row
        }
        if kind.isExclusive { Self.center(&folded) }
        var head = ModelHead.untrained(kind)
        head.weights = .init(repeating: 0, count: width * scales.count)
        var vectors = EmbeddingWeights.none(kind)
        for label in 0..<width {
            if let embedding {
                Self.unfold(&folded[label], embedding, from: scales.count + 1)
                quantize(folded[label][(scales.count + 1)...], label: label, into: &vectors)
            }
            quantize(folded[label][...scales.count], label: label, into: &head)
        }
        return (head, vectors)
    }

    /// Weights of standardised components to weights of the components as they are; what the
    /// means make goes into the bias, which stands before `start`.
    private static func unfold(_ row: inout [Double], _ scale: EmbeddingScale, from start: Int) {
        for place in scale.means.indices {
            row[start + place] *= scale.factors[place]
            row[start - 1] -= row[start + place] * scale.means[place]
        }
    }

    /// Weights for features that are not scaled, and the bias.
    private func scaled(_ weights: [Double], _ scales: [Double]) -> [Double] {
        var row = weights
        for index in scales.indices { row[index] *= scales[index] }
        return row
    }

    /// The base's weights by label, as numbers, and its biases.
    private func baseRows(_ buckets: Int, vector dimensions: Int) -> [[Double]] {
        guard let base else { return [] }
        return (0..<width).map { label in
            let step = Double(base.steps[label]) / 16_777_216
            return (0..<buckets).map { Double(base.weights[$0 * width + label]) * step }
                + [Double(base.biases[label]) / 65_536]
                + [Double](repeating: 0, count: dimensions)
        }
    }

    private static func sum(_ rows: [[Double]], _ factors: [Double]) -> [Double] {
        var sum = [Double](repeating: 0, count: rows[0].count)
        for (row, factor) in zip(rows, factors) where factor != 0 {
            for index in sum.indices { sum[index] += factor * row[index] }
        }
        return sum
    }

    /// Takes the mean over labels off each weight: softmax does not see it, and less is to round.
    private static func center(_ rows: inout [[Double]]) {
        for index in rows[0].indices {
            let mean = rows.reduce(0) { $0 + $1[index] } / Double(rows.count)
            for label in rows.indices { rows[label][index] -= mean }
        }
    }

    private func quantize(
        _ row: ArraySlice<Double>, label: Int, into weights: inout EmbeddingWeights
    ) {
        let largest = row.reduce(0) { max($0, abs($1)) }
        // A unit of a component is 1/32,767.
        let unit =
            largest / 32_767 / Double(Embedding.one)
            * Double(sign: .plus, exponent: 56, significand: 1)
        let step = min(unit.rounded(.up), Double(UInt32.max))
        weights.steps[label] = UInt32(step)
        let scale = Double(Embedding.one) * step / Double(sign: .plus, exponent: 56, significand: 1)
        weights.weights += row.map { value in
            step == 0 ? 0 : Int16(min(max((value / scale).rounded(), -32_767), 32_767))
        }
    }

    /// - Parameter row: the buckets, and the bias last.
    private func quantize(_ row: ArraySlice<Double>, label: Int, into head: inout ModelHead) {
        let buckets = row.count - 1
        let bias = (row[buckets] * 65_536).rounded()
        let limit = Double(ModelHead.biasMax)
        head.biases[label] = Int32(min(max(bias, -limit), limit))
        var largest = 0.0
        for bucket in 0..<buckets { largest = max(largest, abs(row[bucket])) }
        let step = min((largest / 127 * 16_777_216).rounded(.up), Double(ModelHead.stepMax))
        guard step > 0 else { return }
        head.steps[label] = UInt32(step)
        for bucket in 0..<buckets {
            let units = (row[bucket] * 16_777_216 / step).rounded()
            head.weights[bucket * width + label] = Int8(min(max(units, -127), 127))
        }
    }
}
