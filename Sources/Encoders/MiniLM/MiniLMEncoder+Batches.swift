extension MiniLMEncoder {
    /// Texts that are run together.
    package struct Batch: Sendable {
        /// Which texts, by number.
        package let texts: [Int]
        /// A row for each, all of one length.
        package let tokens: [[Int64]]
    }

    /// What a text's length is, its first and last token included.
    package func tokenCount(of text: [UInt8]) -> Int { tokenizer.tokens(text).count + 2 }

    /// The runs that `texts` come to, so that others can be measured with the same.
    ///
    /// - Precondition: no two texts are equal, and none is longer than one window.
    package func batches(of texts: [[UInt8]]) throws(EncoderError) -> [Batch] {
        let windows = try windows(of: texts, threads: 1)
        precondition(windows.allSatisfy { $0.count == 1 })
        return WindowBatches.plan(lengths: windows.map { $0[0].count }).map { batch in
            Batch(texts: batch, tokens: batch.map { windows[$0][0] })
        }
    }
}
