import Encoders
import Threads

/// A classifier whose heads read an encoder's vector of a text beside its n-grams.
///
/// Given the vectors it is as pure and exact as `NGramClassifier`: all sums are integers.
public struct JoinedClassifier: Sendable {
    /// How the model was made and what it measured.
    public var metadata: ModelMetadata { ngrams.metadata }
    /// The languages that it has learnt; nil where that is not known.
    public var languages: LearntLanguages? { ngrams.languages }
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

/// What a model reads that looks at vectors alone: no text is needed, and none is opened for it.
extension JoinedClassifier {
    /// The outputs for vectors of texts, in their order, computed on at most `threads` threads: those
    /// that the texts would give beside them.
    ///
    /// For a model that `readsText` not at all.
    public func classify(embeddings: [Embedding], threads: Int) -> [ClassifierOutput] {
        guard !embeddings.isEmpty else { return [] }
        let parts = max(1, min(threads, embeddings.count))
        return [ClassifierOutput](unsafeUninitializedCapacity: embeddings.count) { buffer, count in
            // SAFETY: every part initialises its own indices, and all are done on return.
            nonisolated(unsafe) let results = buffer
            Threads.perform(iterations: parts) { part in
                let first = embeddings.count * part / parts
                for index in first..<(embeddings.count * (part + 1) / parts) {
                    let output = embeddings[index].components.withUnsafeBufferPointer {
                        classify(vector: $0)
                    }
                    results.initializeElement(at: index, to: output)
                }
            }
            count = embeddings.count
        }
    }

    /// The output for one vector; its `featureCount` is that of the components.
    ///
    /// For a model that `readsText` not at all.
    public func classify(vector components: UnsafeBufferPointer<Int16>) -> ClassifierOutput {
        precondition(!readsText, "the model reads n-grams, which a vector does not tell")
        precondition(components.count == encoder.dimensions)
        var logits = biases
        heads.add(components, to: &logits)
        // A vector of nothing but zeros is that of a text in which the encoder read nothing.
        let read = components.contains { $0 != 0 }
        let topics = read ? ngrams.topicScorer?.topics(vector: components) ?? [] : []
        return ngrams.output(
            logits, featureCount: read ? components.count : 0, truncated: false, topics: topics)
    }
}
