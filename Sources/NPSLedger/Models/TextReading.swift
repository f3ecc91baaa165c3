import Classification
import Encoders

/// Texts that models read, one after the other: what one encoder makes of them is made once.
public struct TextReading {
    private let texts: [[UInt8]]
    private let threads: Int
    private var vectors: [[UInt8]: [Embedding]] = [:]

    /// Nothing read yet.
    public init(_ texts: [[UInt8]], threads: Int) {
        self.texts = texts
        self.threads = threads
    }

    /// Takes vectors that an encoder made of the texts before.
    public mutating func take(_ embeddings: [Embedding], of encoder: any TextEncoder) {
        precondition(embeddings.count == texts.count, "a vector for each text")
        vectors[encoder.digest] = embeddings
    }

    /// What a model reads in the texts, in their order.
    ///
    /// - Throws: `EncoderError` where its encoder fails.
    public mutating func judged(
        by model: ModelReader
    ) throws(EncoderError) -> [ClassifierOutput] {
        switch model {
        case .ngrams(let classifier):
            return classifier.classify(batch: texts, threads: threads)
        case .joined(let classifier, let encoder):
            let made: [Embedding]
            if let there = vectors[encoder.digest] {
                made = there
            } else {
                made = try encoder.encode(batch: texts, threads: threads)
                vectors[encoder.digest] = made
            }
            return classifier.classify(batch: texts, embeddings: made, threads: threads)
        }
    }
}
