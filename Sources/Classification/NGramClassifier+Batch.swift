import Dispatch

extension NGramClassifier {
    /// The outputs for `texts`, in their order, computed on at most `threads` threads.
    ///
    /// Each thread takes one run of neighbouring texts and keeps its working memory.
    public func classify(batch texts: [[UInt8]], threads: Int) -> [ClassifierOutput] {
        guard !texts.isEmpty else { return [] }
        let parts = max(1, min(threads, texts.count))
        return [ClassifierOutput](unsafeUninitializedCapacity: texts.count) { buffer, count in
            // SAFETY: every part initialises its own indices, and all are done on return.
            nonisolated(unsafe) let outputs = buffer
            DispatchQueue.concurrentPerform(iterations: parts) { part in
                let range = (texts.count * part / parts)..<(texts.count * (part + 1) / parts)
                var features = TextFeatures(bits: model.bits)
                rows.withUnsafeBufferPointer { rows in
                    for index in range {
                        texts[index].withUnsafeBufferPointer { text in
                            outputs.initializeElement(
                                at: index, to: output(text, features: &features, rows: rows))
                        }
                    }
                }
            }
            count = texts.count
        }
    }
}
