import Classification
import Encoders

/// Models that find topics in texts made of a few words.
enum TopicModel {
    static let names = ["price", "staff", "delivery"]
    static let words = [
        ["expensive", "cheap", "costs"], ["rude clerk", "kind team", "staff"],
        ["late parcel", "shipping", "broken box"],
    ]

    static func taxonomy() throws -> TopicTaxonomy {
        try TopicTaxonomy(
            zip(names, words).map { TopicTaxonomy.Topic(name: $0, phrases: $1) },
            isExclusive: false)
    }

    /// The topics of a response and its text: each in one of two, two, or three texts.
    static func text(_ number: Int) -> (topics: [UInt8], text: String) {
        let topics = (0..<3).filter { number % [2, 3, 5][$0] == 0 }
        let parts = topics.map { words[$0][number / 7 % 3] }
        return (
            topics.map { UInt8($0) },
            (["well", "number \(number % 11)"] + parts)
                .joined(separator: " ")
        )
    }

    /// - Parameter labels: topics whose labels are known; those of the others are taken off.
    static func trained(
        labels: Set<UInt8> = [0, 1, 2], encoder: (any TextEncoder)? = nil, seed: UInt64 = 1
    ) throws -> [UInt8] {
        let taxonomy = try taxonomy()
        let examples = (0..<240).map { number in
            let (topics, text) = text(number)
            return TrainingExample(
                text: Array(text.utf8), scoreClass: UInt8(number % 3),
                topics: topics.filter(labels.contains), key: UInt64(number))
        }
        let encoded = try encoder.map { encoder in
            EncodedTexts(
                encoder: EncoderReference(
                    name: "letters", digest: encoder.digest, dimensions: encoder.dimensions),
                vectors: try encoder.encode(batch: examples.map(\.text), threads: 2),
                phrases: try EncodedTexts.phrases(of: taxonomy, by: encoder, threads: 2))
        }
        return try NGramTrainer.train(
            examples, encoded: encoded, options: TrainingOptions(seed: seed, hashBits: 12),
            taxonomy: taxonomy
        ).artefact
    }
}
