import Foundation

extension NGramTrainer {
    static func check(_ options: TrainingOptions) throws(TrainingError) {
        let bounds: [(String, Int, ClosedRange<Int>)] = [
            ("folds", options.folds, 2...20),
            ("hashBits", options.hashBits, ModelArtefact.bitsRange),
            ("costMilli", options.costMilli, 1...1_000_000),
            ("topicCostMilli", options.topicCostMilli, 1...1_000_000),
            ("bucketExamplesMin", options.bucketExamplesMin, 1...1000),
            ("classExamplesMin", options.classExamplesMin, 2...1_000_000),
            ("featureBytesMax", options.featureBytesMax, 1 << 20...1 << 40),
            ("threads", options.threads, 1...256),
        ]
        for (name, value, range) in bounds where !range.contains(value) {
            throw TrainingError(
                code: .invalidOption,
                detail: "\(name) is \(value), allowed are \(range.lowerBound) to "
                    + "\(range.upperBound)")
        }
    }

    static func check(
        _ examples: [TrainingExample], _ options: TrainingOptions
    ) throws(TrainingError) {
        for (index, example) in examples.enumerated() {
            guard (example.scoreClass ?? 0) < 3, (example.sentiment ?? 0) < 3,
                (example.intents?.rawValue ?? 0) < 32
            else {
                throw TrainingError(
                    code: .invalidLabel, detail: "example \(index) has a label out of range")
            }
        }
        let names = ModelHead.Kind.scoreClass.labels
        var counts = [0, 0, 0]
        for example in examples {
            if let label = example.scoreClass { counts[Int(label)] += 1 }
        }
        let total = counts.reduce(0, +)
        let needed = options.classExamplesMin
        guard total >= 3 * needed else {
            throw TrainingError(
                code: .tooFewExamples,
                detail: "it has \(total) comments with a score, and \(3 * needed) are needed, "
                    + "\(needed) of each class; take more in, or learn from a wider selection")
        }
        for label in 0..<3 where counts[label] < needed {
            throw TrainingError(
                code: .missingClass,
                detail:
                    "it has \(counts[label]) comments by \(names[label])s, and \(needed) of each "
                    + "class are needed; take more in, or learn from a wider selection")
        }
    }

    static func checkTopics(
        _ examples: [TrainingExample], _ taxonomy: TopicTaxonomy?
    ) throws(TrainingError) {
        for (index, example) in examples.enumerated() {
            guard let topics = example.topics else { continue }
            guard let taxonomy else {
                throw TrainingError(
                    code: .invalidLabel,
                    detail: "example \(index) has topics, and there is no taxonomy to name them")
            }
            guard topics.allSatisfy({ Int($0) < taxonomy.topics.count }),
                Set(topics).count == topics.count
            else {
                throw TrainingError(
                    code: .invalidLabel,
                    detail: "example \(index) has a topic twice, or one that is not in the taxonomy"
                )
            }
            guard !taxonomy.isExclusive || topics.count <= 1 else {
                throw TrainingError(
                    code: .invalidLabel,
                    detail: "example \(index) has \(topics.count) topics, and they exclude each "
                        + "other")
            }
        }
    }

    /// A logit whose softmax gives `probability` back, in 1/2^16.
    static func logitUnits(_ probability: Double) -> Double {
        max(-2_000_000, (log(max(probability, 1e-12)) * 65_536).rounded())
    }
}

extension TrainingMetrics {
    /// The entry of a head that was not trained.
    static func untrained(_ kind: ModelHead.Kind, origin: String) -> TrainingMetrics {
        TrainingMetrics(
            head: kind.name, origin: origin, examples: 0, folds: 0, accuracy: 0, majority: 0,
            macroF1: 0, calibrationError: 0, logLoss: 0, labels: [])
    }
}
