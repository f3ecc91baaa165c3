import Encoders

/// A classifier whose heads read an encoder's vector of a text beside its n-grams.
///
/// Given the vectors it is as pure and exact as `NGramClassifier`: all sums are integers.
public struct JoinedClassifier: Sendable {
    /// How the model was made and what it measured.
    public var metadata: ModelMetadata { ngrams.metadata }
    /// The encoder whose vectors it reads.
    public let encoder: EncoderReference

    /// Whether a text's n-grams say anything to it; where they do not, the vector is all it reads.
    public let readsText: Bool

    let ngrams: NGramClassifier
    let heads: VectorHeads
    /// Logits before a vector says anything, for a model that reads no text.
    let biases: NGramClassifier.Logits

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
        heads = VectorHeads(encoder.heads, dimensions: encoder.reference.dimensions)
        var biases = NGramClassifier.Logits(repeating: 0)
        for (head, vectors) in zip(model.heads, encoder.heads) where !vectors.weights.isEmpty {
            for (label, bias) in head.biases.enumerated() {
                biases[head.kind.column + label] = Int64(bias)
            }
        }
        self.biases = biases
        readsText =
            model.heads.contains { $0.weights.contains { $0 != 0 } }
            || model.topics?.rows.contains { $0 != 0 } == true
    }

    /// The outputs for `texts`, in their order, computed on at most `threads` threads.
    ///
    /// - Parameter embeddings: the encoder's vectors of the texts, each of `encoder.dimensions`.
    public func classify(
        batch texts: [[UInt8]], embeddings: [Embedding], threads: Int
    ) -> [ClassifierOutput] {
        precondition(texts.count == embeddings.count, "a vector for each text")
        precondition(embeddings.allSatisfy { $0.components.count == encoder.dimensions })
        guard readsText else { return classify(embeddings: embeddings, threads: threads) }
        return ngrams.map(texts, threads: threads) { index, text, features, rows in
            var logits = ngrams.logits(text, features: &features, rows: rows)
            return embeddings[index].components.withUnsafeBufferPointer { components in
                heads.add(components, to: &logits)
                return ngrams.output(logits, features, vector: components)
            }
        }
    }
}
