import Encoders
import Threads

/// Trains what finds topics: one logistic regression for each topic with enough labels, prototypes
/// for the others.
final class TopicTrainer {
    let taxonomy: TopicTaxonomy
    /// Positions (among the rows) of the examples whose topics are known.
    let positions: [Int]
    /// By entry of `positions`: the topics it has, as bits.
    let truths: [UInt64]
    /// By entry of `positions`.
    let folds: [Int]
    let foldCount: Int
    /// The topics with enough examples with and without.
    let trained: [Int]
    /// By trained topic: out-of-fold margins by entry.
    private(set) var margins: [[Double]]
    /// By trained topic: what was fitted to all examples, rounded as far as it can be before it is
    /// calibrated. As numbers, 64 topics of 2^18 buckets would take 128 MB.
    private(set) var fits: [Fit?]

    struct Fit {
        var bias: Double
        /// What one unit of `weights` is worth.
        var unit: Double
        var weights: [Int8]
        var vector: [Double]
    }

    init(
        _ taxonomy: TopicTaxonomy, topics all: [[UInt8]?], folds allFolds: [Int],
        options: TrainingOptions
    ) {
        self.taxonomy = taxonomy
        foldCount = options.folds
        positions = all.indices.filter { all[$0] != nil }
        let truths = all.compactMap { $0?.reduce(0) { $0 | UInt64(1) << UInt64($1) } }
        self.truths = truths
        folds = positions.map { allFolds[$0] }
        trained = taxonomy.topics.indices.filter { topic in
            let count = truths.count { $0 & (1 << UInt64(topic)) != 0 }
            return count >= options.classExamplesMin
                && truths.count - count >= options.classExamplesMin
        }
        margins = .init(
            repeating: .init(repeating: 0, count: positions.count), count: trained.count)
        fits = .init(repeating: nil, count: trained.count)
    }

    /// Whether an entry's example has a topic.
    func holds(_ topic: Int, at entry: Int) -> Bool { truths[entry] & (1 << UInt64(topic)) != 0 }

    /// One fit: a trained topic, and the fold that is left out (nil: none).
    private struct Job: Sendable {
        var place: Int
        var fold: Int?
    }

    /// Fits in all: for progress.
    var jobCount: Int { trained.count * (foldCount + 1) }

    /// Fits topic by topic: no more weights are held than one wave of fits gives.
    func run(_ rows: FeatureRows, options: TrainingOptions, progress: (Int) -> Void) {
        let jobs = trained.indices.flatMap { place in
            [Job(place: place, fold: nil)] + (0..<foldCount).map { Job(place: place, fold: $0) }
        }
        let cost = Double(options.topicCostMilli) / 1000
        var next = 0
        while next < jobs.count {
            let wave = Array(jobs[next..<min(jobs.count, next + max(1, options.threads))])
            var fitted = [[Double]](repeating: [], count: wave.count)
            fitted.withUnsafeMutableBufferPointer { buffer in
                // SAFETY: every iteration writes its own element; rows and this are only read.
                nonisolated(unsafe) let shared = (results: buffer, rows: rows, trainer: self)
                Threads.perform(iterations: wave.count) { index in
                    shared.results[index] = shared.trainer.fit(
                        wave[index], on: shared.rows, cost: cost)
                }
            }
            for (job, weights) in zip(wave, fitted) { keep(weights, of: job, rows) }
            next += wave.count
            progress(next)
        }
    }

    private func fit(_ job: Job, on rows: FeatureRows, cost: Double) -> [Double] {
        let entries = positions.indices.filter { job.fold != folds[$0] }
        return LogisticRegression.weights(
            rows: entries.map { rows.rows[positions[$0]] },
            positives: entries.map { holds(trained[job.place], at: $0) },
            dimension: rows.dimension, cost: cost, balanced: true)
    }

    private func keep(_ weights: [Double], of job: Job, _ rows: FeatureRows) {
        guard let fold = job.fold else {
            fits[job.place] = Self.rounded(weights, rows)
            return
        }
        for entry in positions.indices where folds[entry] == fold {
            margins[job.place][entry] = LogisticRegression.margin(
                rows.rows[positions[entry]], weights)
        }
    }

    /// Weights for features that are not scaled, in eight bits.
    private static func rounded(_ weights: [Double], _ rows: FeatureRows) -> Fit {
        let buckets = rows.scales.count
        var largest = 0.0
        for bucket in 0..<buckets {
            largest = max(largest, abs(weights[bucket] * rows.scales[bucket]))
        }
        var fit = Fit(
            bias: weights[buckets], unit: largest / 127,
            weights: .init(repeating: 0, count: buckets), vector: [])
        if largest > 0 {
            for bucket in 0..<buckets {
                let value = weights[bucket] * rows.scales[bucket] / fit.unit
                fit.weights[bucket] = Int8(min(max(value.rounded(), -127), 127))
            }
        }
        if let scale = rows.embedding {
            for place in scale.means.indices {
                let weight = weights[buckets + 1 + place] * scale.factors[place]
                fit.vector.append(weight)
                fit.bias -= weight * scale.means[place]
            }
        }
        return fit
    }
}
