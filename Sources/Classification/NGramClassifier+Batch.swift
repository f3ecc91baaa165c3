import Threads

extension NGramClassifier {
    /// The outputs for `texts`, in their order, computed on at most `threads` threads.
    ///
    /// Each thread takes one run of neighbouring texts and keeps its working memory.
    public func classify(batch texts: [[UInt8]], threads: Int) -> [ClassifierOutput] {
        map(texts, threads: threads) { _, text, features, rows in
            output(text, features: &features, rows: rows)
        }
    }

    /// The logits of `texts`, in their order.
    func logits(_ texts: [[UInt8]], threads: Int) -> [Logits] {
        map(texts, threads: threads) { _, text, features, rows in
            logits(text, features: &features, rows: rows)
        }
    }

    func map<Result>(
        _ texts: [[UInt8]], threads: Int,
        _ transform:
            @Sendable (
                Int, UnsafeBufferPointer<UInt8>, inout TextFeatures,
                UnsafeBufferPointer<SIMD16<Int8>>
            ) -> Result
    ) -> [Result] {
        guard !texts.isEmpty else { return [] }
        let parts = max(1, min(threads, texts.count))
        return [Result](unsafeUninitializedCapacity: texts.count) { buffer, count in
            // SAFETY: every part initialises its own indices, and all are done on return.
            nonisolated(unsafe) let results = buffer
            Threads.perform(iterations: parts) { part in
                let range = (texts.count * part / parts)..<(texts.count * (part + 1) / parts)
                var features = TextFeatures(bits: model.bits)
                rows.withUnsafeBufferPointer { rows in
                    for index in range {
                        texts[index].withUnsafeBufferPointer { text in
                            results.initializeElement(
                                at: index, to: transform(index, text, &features, rows))
                        }
                    }
                }
            }
            count = texts.count
        }
    }
}
