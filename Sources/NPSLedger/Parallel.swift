import Threads

/// Work on all cores with the results in order.
enum Parallel {
    /// Cuts `range` into pieces that are done on up to `threads` threads; a small one stays whole,
    /// on the caller's.
    static func pieces<Output: Sendable>(
        of range: Range<Int>, threads: Int, _ body: @Sendable (Range<Int>) throws -> Output
    ) throws -> [Output] {
        guard threads > 1, range.count > 64 else { return [try body(range)] }
        let length = (range.count + threads * piecesPerThread - 1) / (threads * piecesPerThread)
        let starts = Array(stride(from: range.lowerBound, to: range.upperBound, by: length))
        return try map(starts, threads: threads, leastItems: 2) { start in
            Result { try body(start..<min(range.upperBound, start + length)) }
        }.map { try $0.get() }
    }

    /// More pieces than threads, so that one with long texts does not keep the others waiting.
    private static let piecesPerThread = 8

    /// `items` mapped on up to `threads` threads; small inputs stay on the caller's.
    static func map<Item: Sendable, Output: Sendable>(
        _ items: [Item], threads: Int, leastItems: Int = 65,
        _ transform: @Sendable (Item) -> Output
    ) -> [Output] {
        guard threads > 1, items.count >= leastItems else { return items.map(transform) }
        let pieces = threads * piecesPerThread
        let length = (items.count + pieces - 1) / pieces
        return [Output](unsafeUninitializedCapacity: items.count) { buffer, count in
            // SAFETY: each iteration initializes a range of its own, and all are done on return.
            nonisolated(unsafe) let target = buffer
            Threads.perform(iterations: pieces, threads: threads) { piece in
                let start = min(items.count, piece * length)
                let end = min(items.count, start + length)
                for index in start..<end {
                    target.initializeElement(at: index, to: transform(items[index]))
                }
            }
            count = items.count
        }
    }
}
