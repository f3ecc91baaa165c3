import Synchronization

extension MiniLMEncoder {
    /// Texts whose tokens and sums are in memory at once; the tokens of one take a kilobyte at
    /// most, its sums 6.
    package static let sliceTexts = 4_096

    /// The vectors of `texts`, in their order, computed on at most `threads` threads.
    ///
    /// - Throws: `EncoderError` with code `failed` where the runtime does not run the model.
    public func encode(
        batch texts: [[UInt8]], threads: Int
    ) throws(EncoderError) -> [Embedding] {
        // Equal texts are common in surveys (“ok”, “n/a”), and have equal vectors.
        var places: [[UInt8]: Int] = [:]
        var distinct: [Int] = []
        let place = texts.indices.map { index in
            let next = distinct.count
            let place = places[texts[index], default: next]
            if place == next {
                places[texts[index]] = next
                distinct.append(index)
            }
            return place
        }
        var vectors: [Embedding] = []
        vectors.reserveCapacity(distinct.count)
        for start in stride(from: 0, to: distinct.count, by: Self.sliceTexts) {
            let slice = distinct[start..<min(distinct.count, start + Self.sliceTexts)]
            vectors += try encode(distinct: slice.map { texts[$0] }, threads: threads)
        }
        return place.map { vectors[$0] }
    }

    private func encode(distinct texts: [[UInt8]], threads: Int) throws(EncoderError) -> [Embedding]
    {
        let windows = try windows(of: texts, threads: threads)
        // A text's windows lie next to each other.
        let all = windows.flatMap { $0 }
        let sums = try sums(of: all, threads: threads)
        var next = 0
        var vectors: [Embedding] = []
        for own in windows {
            var total = [Double](repeating: 0, count: dimensions)
            var count = 0
            for _ in own {
                for index in total.indices { total[index] += sums[next][index] }
                count += all[next].count
                next += 1
            }
            vectors.append(Embedding(rounding: try TokenMean.unit(total, count: count)))
        }
        return vectors
    }

    /// The tokens of each text's windows, with those around them.
    func windows(
        of texts: [[UInt8]], threads: Int
    ) throws(EncoderError) -> [[[Int64]]] {
        let found = Mutex([[[Int64]]](repeating: [], count: texts.count))
        // Few at a time: texts differ in length.
        let piece = 32
        try SharedWork.run((texts.count + piece - 1) / piece, threads: threads, state: ()) {
            [tokenizer] (number: Int, _: inout Void) throws(EncoderError) in
            let range = number * piece..<min(texts.count, (number + 1) * piece)
            let cut = range.map { index in
                TextWindows.cut(tokenizer.tokens(texts[index])).map { window in
                    [Int64(tokenizer.cls)] + window.map(Int64.init) + [Int64(tokenizer.sep)]
                }
            }
            found.withLock { $0.replaceSubrange(range, with: cut) }
        }
        return found.withLock { $0 }
    }

    /// The sum of each window's vectors.
    private func sums(
        of windows: [[Int64]], threads: Int
    ) throws(EncoderError) -> [[Double]] {
        let batches = WindowBatches.plan(lengths: windows.map(\.count))
        let found = Mutex([[Double]](repeating: [], count: windows.count))
        try SharedWork.run(batches.count, threads: threads, state: [Float]()) {
            [session, dimensions] (number: Int, vectors: inout [Float]) throws(EncoderError) in
            let batch = batches[number]
            let length = windows[batch[0]].count
            let tokens = batch.flatMap { windows[$0] }
            if vectors.count < tokens.count * dimensions {
                vectors = [Float](repeating: 0, count: tokens.count * dimensions)
            }
            try session.run(
                tokens: tokens, rows: batch.count, columns: length, width: dimensions,
                into: &vectors)
            let sums = batch.indices.map { row in
                TokenMean.sum(vectors, row: row, length: length, dimensions: dimensions)
            }
            found.withLock { found in
                for (window, sum) in zip(batch, sums) { found[window] = sum }
            }
        }
        return found.withLock { $0 }
    }
}
