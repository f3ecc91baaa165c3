import Threads

/// Trains the default classifier: one logistic regression per label, calibrated out of fold.
public enum NGramTrainer {
    /// Names this trainer in metadata.
    public static let name = "liblinear-l2r-lr-ovr-matrix/1"

    /// Trains a model on `examples`.
    ///
    /// Deterministic on one machine: the same examples in the same order, options (`threads`
    /// aside) and base give the same bytes.
    ///
    /// - Parameters:
    ///   - examples: texts with labels. The class head needs `classExamplesMin` of each class;
    ///     a head of sentiment or intents is trained if each of its labels has as many examples
    ///     with and without.
    ///   - encoded: vectors of the texts, which the heads learn from beside n-grams; the model is
    ///     one for `JoinedClassifier` then.
    ///   - base: gives the heads that the examples have no labels for, its opinion to the others
    ///     (see `TrainingOptions.adaptsBase`), and the hash bits.
    ///   - taxonomy: what texts may be about. A topic is trained where enough examples have it and
    ///     enough of those whose topics are known have not; else it is found by the vectors of its
    ///     phrases in `encoded`; else it is absent.
    ///   - progress: called between steps on the calling thread, with the share done (0…1).
    /// - Throws: `TrainingError` that says how many examples there are and are needed.
    public static func train<Examples: Sequence>(
        _ examples: Examples, encoded: EncodedTexts? = nil, options: TrainingOptions,
        base: NGramClassifier? = nil, taxonomy: TopicTaxonomy? = nil,
        progress: ((Double) -> Void)? = nil
    ) throws(TrainingError) -> TrainedModel where Examples.Element == TrainingExample {
        let examples = Array(examples)
        try check(options)
        try check(examples, options)
        try checkTopics(examples, taxonomy)
        let bits = base?.model.bits ?? options.hashBits
        precondition(encoded.map { $0.vectors.count == examples.count } ?? true)
        let chosen = fitting(examples, options, dimensions: encoded?.encoder.dimensions ?? 0)
        let rows = FeatureRows(
            examples, encoded: encoded, chosen: chosen, bits: bits, threads: options.threads,
            bucketExamplesMin: options.bucketExamplesMin)
        progress?(0.1)
        let baseLogits =
            options.adaptsBase
            ? base?.logits(chosen.map { examples[$0].text }, threads: options.threads) ?? [] : []
        let folds = chosen.map { fold(of: examples[$0].key, options) }
        var trainers: [HeadTrainer] = []
        for kind in ModelHead.Kind.allCases {
            let labels = chosen.map { label(kind, of: examples[$0]) }
            let trainer = HeadTrainer(
                kind: kind, labels: labels, folds: folds, foldCount: options.folds,
                base: baseHead(kind, base, options), baseLogits: baseLogits)
            if canTrain(trainer, options) { trainers.append(trainer) }
        }
        let topics = taxonomy.map {
            TopicTrainer(
                $0, topics: chosen.map { examples[$0].topics }, folds: folds, options: options)
        }
        let topicJobs = topics?.jobCount ?? 0
        let headJobs = trainers.reduce(0) { $0 + $1.jobs.count }
        func report(_ done: Int) {
            progress?(0.1 + 0.85 * Double(done) / Double(max(1, headJobs + topicJobs)))
        }
        run(trainers, rows: rows, options: options, progress: report)
        topics?.run(rows, options: options) { report(headJobs + $0) }
        let model = assemble(
            trainers, topics: topics, rows: rows, encoded: encoded, options: options, base: base,
            chosen: chosen, leftOut: examples.count - chosen.count,
            own: LearntLanguages(of: chosen.map { examples[$0].text }, threads: options.threads))
        progress?(1)
        return model
    }

    /// The head of the base that a head of `kind` adapts; nil if there is none worth it.
    private static func baseHead(
        _ kind: ModelHead.Kind, _ base: NGramClassifier?, _ options: TrainingOptions
    ) -> ModelHead? {
        guard options.adaptsBase, let head = base?.model.heads[Int(kind.rawValue)] else {
            return nil
        }
        return head.weights.isEmpty ? nil : head
    }

    static func label(_ kind: ModelHead.Kind, of example: TrainingExample) -> UInt8? {
        switch kind {
        case .scoreClass: example.scoreClass
        case .sentiment: example.sentiment
        case .intents: example.intents?.rawValue
        }
    }

    /// The fold, counted from 0, that an example with this key is in: a mix of key and seed
    /// (splitmix64), so that folds are as good as random.
    public static func fold(of key: UInt64, _ options: TrainingOptions) -> Int {
        Int(mixed(key, options.seed) % UInt64(options.folds))
    }

    private static func mixed(_ key: UInt64, _ seed: UInt64) -> UInt64 {
        var state = key &+ 0x9E37_79B9_7F4A_7C15 &* (seed &+ 1)
        state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
        return state ^ (state >> 31)
    }

    /// Indices of the examples whose features fit into the memory allowed, chosen by key.
    ///
    /// A byte of text gives about three features of 16 bytes.
    private static func fitting(
        _ examples: [TrainingExample], _ options: TrainingOptions, dimensions: Int
    ) -> [Int] {
        let bytes =
            examples.reduce(0) { $0 + min($1.text.count, TextLimits.wholeBytesMax) + 8 } * 48
            + examples.count * dimensions * 16
        guard bytes > options.featureBytesMax else { return Array(examples.indices) }
        let share = Double(options.featureBytesMax) / Double(bytes)
        let limit = UInt64(share * 4_294_967_296)
        return examples.indices.filter {
            mixed(examples[$0].key, ~options.seed) & 0xFFFF_FFFF < limit
        }
    }

    private static func canTrain(_ trainer: HeadTrainer, _ options: TrainingOptions) -> Bool {
        (0..<trainer.width).allSatisfy { label in
            let count = trainer.count(of: label)
            let rest = trainer.positions.count - count
            return count >= options.classExamplesMin && rest >= options.classExamplesMin
        }
    }

    private static func run(
        _ trainers: [HeadTrainer], rows: FeatureRows, options: TrainingOptions,
        progress: (Int) -> Void
    ) {
        let jobs = trainers.flatMap { trainer in trainer.jobs.map { (trainer, $0) } }
        let cost = Double(options.costMilli) / 1000
        var next = 0
        while next < jobs.count {
            let wave = Array(jobs[next..<min(jobs.count, next + max(1, options.threads))])
            var fitted = [[Double]](repeating: [], count: wave.count)
            fitted.withUnsafeMutableBufferPointer { buffer in
                // SAFETY: every iteration writes its own element; trainers and rows are only read.
                nonisolated(unsafe) let shared = (results: buffer, wave: wave, rows: rows)
                Threads.perform(iterations: wave.count) { index in
                    let (trainer, job) = shared.wave[index]
                    shared.results[index] = trainer.fit(job, on: shared.rows, cost: cost)
                }
            }
            for (index, (trainer, job)) in wave.enumerated() {
                trainer.keep(fitted[index], of: job, rows: rows)
            }
            next += wave.count
            progress(next)
        }
    }

    private static func assemble(
        _ trainers: [HeadTrainer], topics: TopicTrainer?, rows: FeatureRows,
        encoded: EncodedTexts?, options: TrainingOptions, base: NGramClassifier?, chosen: [Int],
        leftOut: Int, own: LearntLanguages?
    ) -> TrainedModel {
        var heads: [ModelHead] = []
        var vectors: [EmbeddingWeights] = []
        var metrics: [TrainingMetrics] = []
        var outOfFold: [(example: Int, detractor: UInt16, passive: UInt16, promoter: UInt16)] = []
        var usesBase = false
        for kind in ModelHead.Kind.allCases {
            if let trainer = trainers.first(where: { $0.kind == kind }) {
                let given = trainer.outOfFold()
                usesBase = usesBase || trainer.base != nil
                let head = trainer.head(scales: rows.scales, embedding: rows.embedding)
                heads.append(head.ngrams)
                vectors.append(head.vectors)
                metrics.append(trainer.metrics(given))
                guard kind == .scoreClass else { continue }
                outOfFold = trainer.positions.indices.map { entry in
                    let points = (0..<3).map { Int64(logitUnits(given[entry * 3 + $0])) }
                    let sum = FixedPoint.softmax(points[0], points[1], points[2])
                    return (chosen[trainer.positions[entry]], sum.0, sum.1, sum.2)
                }
            } else {
                let head = base?.model.heads[Int(kind.rawValue)] ?? .untrained(kind)
                usesBase = usesBase || !head.weights.isEmpty
                heads.append(head)
                vectors.append(.none(kind))
                metrics.append(.untrained(kind, origin: head.weights.isEmpty ? "absent" : "base"))
            }
        }
        let topicHead = topics?.head(encoded: encoded, chosen: chosen)
        if let topics, let topicHead { metrics.append(topics.metrics(topicHead)) }
        let encoder = encoded?.encoder
        let metadata = ModelMetadata(
            options: options, encoder: encoder, hashBits: rows.bits, examples: chosen.count,
            leftOut: leftOut, base: usesBase ? base.map { fingerprint($0.model) } : nil,
            languages: usesBase ? languages(own, base?.languages) : own, heads: metrics)
        let artefact = ModelArtefact(
            bits: rows.bits, heads: heads, encoder: encoder.map { ($0, vectors) },
            topics: topicHead, metadata: metadata.canonicalJSON)
        return TrainedModel(
            artefact: artefact.encoded(), metrics: metrics[0], heads: metrics, outOfFold: outOfFold)
    }

    /// What a model has learnt that builds on another: what that one did, and what its own texts are
    /// in; nil where either is not known.
    private static func languages(
        _ own: LearntLanguages?, _ base: LearntLanguages?
    ) -> LearntLanguages? {
        guard let base else { return nil }
        return LearntLanguages(base.languages.union(own?.languages ?? []))
    }

    private static func fingerprint(_ model: ModelArtefact) -> String {
        String(ModelArtefact.checksum(model.encoded()[...]), radix: 16)
    }
}
