import Encoders
import Threads

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
