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

extension TopicTrainer {
    /// What finds the topics, for the artefact: calibration folded into weights.
    ///
    /// - Parameters:
    ///   - encoded: with the phrases' vectors, which prototypes are made of.
    ///   - chosen: examples that the rows were made of.
    func head(encoded: EncodedTexts?, chosen: [Int]) -> TopicHead {
        let decision = decision()
        let dimensions = encoded?.encoder.dimensions ?? 0
        let center = encoded.map {
            TopicPrototype.Center($0.vectors, chosen: chosen, range: $0.prototypeRange)
        }
        var head = TopicHead(
            taxonomy: taxonomy, labels: .init(repeating: .init(), count: taxonomy.topics.count))
        for topic in taxonomy.topics.indices {
            if let place = trained.firstIndex(of: topic), let fit = fits[place] {
                head.labels[topic] = Self.label(
                    fit, decision.scalings[place], decision.thresholds[place])
            } else if let center, let encoded, topic < encoded.phrases.count,
                let prototype = TopicPrototype(
                    encoded.phrases[topic], center, dimensions: dimensions)
            {
                var label = TopicHead.Label(
                    origin: .prototype, threshold: UInt16(TopicThreshold.unmeasured))
                label.bias = Self.bias(prototype.bias)
                (label.vectorStep, label.vector) = Self.quantized(prototype.weights)
                head.labels[topic] = label
            }
        }
        fillRows(&head, decision)
        return head
    }

    private static func label(
        _ fit: Fit, _ scaling: PlattScaling, _ threshold: Int
    ) -> TopicHead.Label {
        var label = TopicHead.Label(origin: .trained, threshold: UInt16(threshold))
        label.bias = bias(scaling.logit(fit.bias))
        let step = (abs(scaling.factor) * fit.unit * 16_777_216).rounded()
        label.step = UInt32(min(step, Double(ModelHead.stepMax)))
        (label.vectorStep, label.vector) = quantized(fit.vector.map { $0 * scaling.factor })
        return label
    }

    private static func bias(_ logit: Double) -> Int32 {
        let limit = Double(ModelHead.biasMax)
        return Int32(min(max((logit * 65_536).rounded(), -limit), limit))
    }

    /// Weights of components of 1/32,767, in 16 bits.
    private static func quantized(_ weights: [Double]) -> (step: UInt32, weights: [Int16]) {
        let whole = Double(sign: .plus, exponent: 56, significand: 1)
        let largest = weights.reduce(0) { max($0, abs($1)) }
        let step = min(
            (largest / 32_767 / Double(Embedding.one) * whole).rounded(.up), Double(UInt32.max))
        let unit = Double(Embedding.one) * step / whole
        return (
            UInt32(step),
            weights.map { value in
                step == 0 ? 0 : Int16(min(max((value / unit).rounded(), -32_767), 32_767))
            }
        )
    }

    /// The weights of the trained topics by bucket; buckets without any are left out.
    private func fillRows(_ head: inout TopicHead, _ decision: Decision) {
        let columns = trained.indices.map { place in
            // A factor below 0 turns the margin round: the step has no sign.
            (fits[place]?.weights ?? [], decision.scalings[place].factor < 0)
        }
        for bucket in 0..<(columns.first?.0.count ?? 0) {
            guard columns.contains(where: { $0.0[bucket] != 0 }) else { continue }
            head.buckets.append(UInt32(bucket))
            for (weights, isTurned) in columns {
                head.rows.append(isTurned ? -weights[bucket] : weights[bucket])
            }
        }
    }
}

extension TopicTrainer {
    /// What makes findings of margins: by trained topic, how a margin becomes a probability, and
    /// from which one on the topic is found.
    struct Decision {
        var scalings: [PlattScaling]
        var thresholds: [Int]

        /// Of the topics found, the only one if they exclude each other: bits by trained topic.
        func found(_ points: [Int], isExclusive: Bool) -> UInt64 {
            var bits: UInt64 = 0
            var best: Int?
            for place in points.indices where points[place] >= thresholds[place] {
                bits |= 1 << UInt64(place)
                if let known = best,
                    points[place] * thresholds[known] <= points[known] * thresholds[place]
                {
                    continue
                }
                best = place
            }
            guard isExclusive, let best else { return bits }
            return 1 << UInt64(best)
        }
    }

    /// Fitted to the out-of-fold margins of all entries but those of one fold.
    func decision(without fold: Int? = nil) -> Decision {
        let entries = positions.indices.filter { fold == nil || folds[$0] != fold }
        var decision = Decision(scalings: [], thresholds: [])
        var points: [[Int]] = []
        for (place, topic) in trained.enumerated() {
            let margins = entries.map { self.margins[place][$0] }
            let scaling = PlattScaling.fitted(margins, entries.map { holds(topic, at: $0) })
            decision.scalings.append(scaling)
            points.append(margins.map { scaling.points($0) })
        }
        if taxonomy.isExclusive {
            decision.thresholds = TopicThreshold.exclusive(
                points,
                entries.map { entry in trained.firstIndex { holds($0, at: entry) } })
        } else {
            decision.thresholds = trained.indices.map { place in
                TopicThreshold.best(points[place], entries.map { holds(trained[place], at: $0) })
            }
        }
        return decision
    }

    /// By entry: the points of the trained topics, and which of them were found. Neither model,
    /// calibration nor threshold were made on the entry's fold.
    func outOfFold() -> (points: [[Int]], found: [UInt64]) {
        var points = [[Int]](repeating: [], count: positions.count)
        var found = [UInt64](repeating: 0, count: positions.count)
        for fold in 0..<foldCount where folds.contains(fold) {
            let decision = decision(without: fold)
            for entry in positions.indices where folds[entry] == fold {
                points[entry] = trained.indices.map {
                    decision.scalings[$0].points(margins[$0][entry])
                }
                found[entry] = decision.found(points[entry], isExclusive: taxonomy.isExclusive)
            }
        }
        return (points, found)
    }
}
