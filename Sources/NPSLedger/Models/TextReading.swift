import Classification
import Encoders
import LedgerCore

/// Texts that models read, one after the other: what one encoder makes of them is made once.
public struct TextReading {
    private let texts: [[UInt8]]
    private let threads: Int
    /// Whose they are, where what encoders make of them is kept.
    private let kept: (ledger: Ledger, subjects: [UInt64])?
    private var made: [[UInt8]: [Embedding]] = [:]

    /// Texts that no ledger holds yet: their vectors are made anew, and not kept.
    public init(_ texts: [[UInt8]], threads: Int) {
        self.texts = texts
        self.threads = threads
        kept = nil
    }

    /// Texts that a ledger holds: their vectors are taken from its cache, which keeps the others.
    public init(_ texts: [EmbeddingCache.SubjectText], of ledger: Ledger, threads: Int) {
        self.texts = texts.map(\.text)
        self.threads = threads
        kept = (ledger, texts.map(\.subject))
    }

    /// Takes vectors that an encoder made of the texts before.
    public mutating func take(_ embeddings: [Embedding], of encoder: any TextEncoder) {
        precondition(embeddings.count == texts.count, "a vector for each text")
        made[encoder.digest] = embeddings
    }

    /// What a model reads in the texts, in their order.
    ///
    /// - Throws: `EncoderError` where its encoder fails; `VaultError` where the keys of texts that a
    ///   ledger holds cannot be had; `LedgerError` as `ModelReader.classify(batch:threads:)`.
    public mutating func judged(by model: ModelReader) throws -> [ClassifierOutput] {
        switch model {
        case .ngrams(let classifier):
            return classifier.classify(batch: texts, threads: threads)
        case .joined(let classifier, let encoder):
            return classifier.classify(
                batch: texts, embeddings: try vectors(by: encoder), threads: threads)
        case .external(let reader): return try reader.classify(batch: texts)
        }
    }

    /// What an encoder makes of the texts.
    ///
    /// - Throws: as `judged(by:)`.
    public mutating func vectors(by encoder: any TextEncoder) throws -> [Embedding] {
        if let there = made[encoder.digest] { return there }
        let vectors =
            if let kept {
                try kept.ledger.embeddings(
                    of: Array(zip(kept.subjects, texts)), by: encoder, threads: threads)
            } else {
                try encoder.encode(batch: texts, threads: threads)
            }
        made[encoder.digest] = vectors
        return vectors
    }
}
