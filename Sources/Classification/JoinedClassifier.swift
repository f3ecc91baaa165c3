import Encoders

/// A classifier whose heads read an encoder's vector of a text beside its n-grams.
///
/// Given the vectors it is as pure and exact as `NGramClassifier`: all sums are integers.
public struct JoinedClassifier: Sendable {
    /// How the model was made and what it measured.
    public var metadata: ModelMetadata { ngrams.metadata }
    /// The encoder whose vectors it reads.
    public let encoder: EncoderReference

    private let ngrams: NGramClassifier
    private let heads: [EmbeddingWeights]

    /// Reads a model.
    ///
    /// - Parameter artefact: the bytes of a model that was trained on vectors.
    /// - Throws: `ArtefactError` as `NGramClassifier` does, and for a model that reads no vectors.
    public init(artefact: [UInt8]) throws(ArtefactError) {
        let model = try ModelArtefact(decoding: artefact)
        guard let encoder = model.encoder else {
            throw ArtefactError(
                code: .invalidValue, offset: 0, detail: "the model reads n-grams alone")
        }
        ngrams = try NGramClassifier(model)
        self.encoder = encoder.reference
        heads = encoder.heads
    }

    /// The outputs for `texts`, in their order, computed on at most `threads` threads.
    ///
    /// - Parameter embeddings: the encoder's vectors of the texts, each of `encoder.dimensions`.
    public func classify(
        batch texts: [[UInt8]], embeddings: [Embedding], threads: Int
    ) -> [ClassifierOutput] {
        precondition(texts.count == embeddings.count, "a vector for each text")
        precondition(embeddings.allSatisfy { $0.components.count == encoder.dimensions })
        return ngrams.map(texts, threads: threads) { index, text, features, rows in
            var logits = ngrams.logits(text, features: &features, rows: rows)
            embeddings[index].components.withUnsafeBufferPointer { components in
                for (kind, head) in zip(ModelHead.Kind.allCases, heads) {
                    head.logits(components) { label, logit in
                        let column = kind.column + label
                        logits[column] = min(max(logits[column] + logit, -(64 << 16)), 64 << 16)
                    }
                }
            }
            return ngrams.output(logits, features)
        }
    }
}
