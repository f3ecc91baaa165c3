import Classification

/// Small sets of examples with a clear lesson.
enum TrainingFixture {
    private static let openings = ["The shop", "Delivery", "My order", "Support", "The app", "All"]
    private static let bodies: [[String]] = [
        ["was awful", "is broken again", "made me angry", "failed badly", "never worked"],
        ["was okay", "is average", "could be quicker", "works mostly", "is so so"],
        ["was wonderful", "is excellent", "made me happy", "works perfectly", "is brilliant"],
    ]

    /// Texts whose class follows from their words, all heads labelled.
    static func examples(_ count: Int, seed: UInt64, heads: Bool = true) -> [TrainingExample] {
        var random = SeededTexts(seed: seed)
        return (0..<count).map { index in
            let label = index % 3
            let body = bodies[label][random.below(5)]
            let leaves = random.below(3) == 0
            let asks = random.below(3) == 0
            let text =
                openings[random.below(6)] + " " + body
                + (leaves ? ", I cancel today" : "") + (asks ? ", when is that?" : "")
            var intents: Intents = leaves ? [.leaving] : []
            if asks { intents.insert(.question) }
            if label == 0 { intents.insert(.complaint) }
            if label == 2 { intents.insert(.praise) }
            if label == 1 { intents.insert(.request) }
            return TrainingExample(
                text: Array(text.utf8), scoreClass: UInt8(label),
                sentiment: heads ? UInt8(label) : nil, intents: heads ? intents : nil,
                key: UInt64(index))
        }
    }

    /// A model of `examples`; empty if training failed, which the tests of training would show.
    static func artefact(hashBits: Int) -> [UInt8] {
        let trained = try? NGramTrainer.train(
            examples(300, seed: 1), options: TrainingOptions(hashBits: hashBits))
        return trained?.artefact ?? []
    }
}
