import Encoders

@testable import Classification

/// Texts whose topics follow from their words.
enum TopicFixture {
    static let names = ["price", "staff", "parcel", "app"]
    private static let words = [
        ["expensive", "cheap", "discount"], ["rude waiter", "kind clerk", "the team"],
        ["late parcel", "broken box", "shipping"], ["login fails", "the app", "a crash"],
    ]

    static func taxonomy(exclusive: Bool, _ names: [String] = names) throws -> TopicTaxonomy {
        try TopicTaxonomy(
            names.enumerated().map { index, name in
                TopicTaxonomy.Topic(name: name, phrases: index < 4 ? words[index] : [])
            }, isExclusive: exclusive)
    }

    /// - Parameter share: one in so many of the topic words is said without the topic being meant.
    static func examples(
        _ count: Int, seed: UInt64, exclusive: Bool, noise share: Int = 0
    ) -> [TrainingExample] {
        var random = SeededTexts(seed: seed)
        return (0..<count).map { index in
            var topics: [UInt8] = []
            var parts = ["well", ["so it is", "as ever", "you know"][random.below(3)]]
            for topic in 0..<4 {
                let has = exclusive ? index % 5 == topic : random.below(3) == 0
                if has { topics.append(UInt8(topic)) }
                if has != (share > 0 && random.below(share) == 0) {
                    parts.insert(words[topic][random.below(3)], at: random.below(parts.count + 1))
                }
            }
            return TrainingExample(
                text: Array(parts.joined(separator: " ").utf8), scoreClass: UInt8(index % 3),
                topics: topics, key: UInt64(index))
        }
    }

    static func trained(
        _ examples: [TrainingExample], _ taxonomy: TopicTaxonomy, threads: Int = 1
    ) throws -> TrainedModel {
        try NGramTrainer.train(
            examples, options: TrainingOptions(hashBits: 11, threads: threads), taxonomy: taxonomy)
    }

    /// Vectors in two parts: what letters begin the words, and noise.
    static func vectors(_ texts: [[UInt8]], seed: UInt64) -> [Embedding] {
        var random = SeededTexts(seed: seed)
        return texts.map { text in
            var counts = [Double](repeating: 0, count: 26)
            var isFirst = true
            for byte in text {
                if isFirst, (97...122).contains(byte) { counts[Int(byte) - 97] += 1 }
                isFirst = byte == 32
            }
            let length = max(1, counts.reduce(0) { $0 + $1 * $1 }.squareRoot())
            let noise = (0..<6).map { _ in Double(random.below(1_000)) / 2_000 }
            return Embedding(rounding: noise + counts.map { $0 / length })
        }
    }

    static let reference = EncoderReference(
        name: "planted", digest: .init(repeating: 9, count: 32), dimensions: 32)

    static func encoded(
        _ texts: [[UInt8]], _ taxonomy: TopicTaxonomy, seed: UInt64
    ) -> EncodedTexts {
        EncodedTexts(
            encoder: reference, vectors: vectors(texts, seed: seed),
            phrases: taxonomy.topics.map { topic in
                vectors(topic.phrases.map { Array($0.utf8) }, seed: seed &+ 1)
            }, prototypeRange: 6..<32)
    }
}
