import Synchronization
import Threads

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

/// Which windows are run together: only such of one length, so that none is padded.
///
/// A window's neighbours then have no way into its vectors: every operation has the same rows to
/// work on, whichever texts come with it.
enum WindowBatches {
    /// Tokens that are run at once. More are slower (the numbers between two operations no longer
    /// fit the processor's cache), and memory grows with them.
    static let tokensMax = 512

    /// Groups windows by length, the longest first, so that no thread is left alone with one of
    /// them at the end.
    ///
    /// - Parameter lengths: tokens of each window.
    /// - Returns: numbers of windows, every one once.
    static func plan(lengths: [Int], tokensMax: Int = tokensMax) -> [[Int]] {
        let order = lengths.indices.sorted {
            (-lengths[$0], $0) < (-lengths[$1], $1)
        }
        var batches: [[Int]] = []
        for index in order {
            if let last = batches.last?.last, lengths[last] == lengths[index],
                batches[batches.count - 1].count < max(1, tokensMax / lengths[index])
            {
                batches[batches.count - 1].append(index)
            } else {
                batches.append([index])
            }
        }
        return batches
    }
}

/// The parts of a text that an encoder reads.
enum TextWindows {
    /// Tokens of one part, those around it not counted: the model was trained on 128 with them.
    static let tokensMax = 126

    /// A text of up to 126 tokens as a whole; of a longer one the first 126 tokens and what
    /// follows, at most the last 126 of it. No token is read twice.
    static func cut(_ tokens: [Int32]) -> [ArraySlice<Int32>] {
        let head = tokens.prefix(tokensMax)
        let rest = tokens.dropFirst(tokensMax)
        return rest.isEmpty ? [head] : [head, rest.suffix(tokensMax)]
    }
}

/// The mean over tokens' vectors, in double precision and in one order, outside the graph: so it
/// does not depend on how the runtime would split a sum.
enum TokenMean {
    /// The sum of the vectors of one row's tokens, first to last.
    static func sum(_ vectors: [Float], row: Int, length: Int, dimensions: Int) -> [Double] {
        let start = row * length * dimensions
        precondition(vectors.count >= start + length * dimensions)
        var sum = [Double](repeating: 0, count: dimensions)
        vectors.withUnsafeBufferPointer { vectors in
            sum.withUnsafeMutableBufferPointer { sum in
                for token in 0..<length {
                    let from = start + token * dimensions
                    for index in 0..<dimensions { sum[index] += Double(vectors[from + index]) }
                }
            }
        }
        return sum
    }

    /// The mean of `count` vectors with a sum, at unit length; zeros where it has no direction.
    ///
    /// - Throws: `EncoderError` where a number is none, as a damaged model would have it.
    static func unit(_ sum: [Double], count: Int) throws(EncoderError) -> [Double] {
        let mean = sum.map { $0 / Double(count) }
        var squares = 0.0
        for value in mean { squares += value * value }
        guard squares.isFinite else {
            throw EncoderError(.failed, "the model gives vectors that are no numbers")
        }
        let length = squares.squareRoot()
        return length > 0 ? mean.map { $0 / length } : mean
    }
}

/// Pieces of work that threads take in turn, until all are done or one fails.
enum SharedWork {
    /// Runs `body` for each number below `count`, on at most `threads` threads with a state of its
    /// own each.
    ///
    /// - Throws: the first error of a piece; the others are not begun any more.
    static func run<State>(
        _ count: Int, threads: Int, state: @autoclosure @Sendable () -> State,
        _ body: @Sendable (Int, inout State) throws(EncoderError) -> Void
    ) throws(EncoderError) {
        let next = Atomic(0)
        let failure = Mutex<EncoderError?>(nil)
        Threads.perform(iterations: max(1, min(threads, count))) { _ in
            var own = state()
            while failure.withLock({ $0 == nil }) {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                do throws(EncoderError) {
                    try body(index, &own)
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
