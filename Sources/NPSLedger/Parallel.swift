import Threads

/// Work on all cores with the results in order.
enum Parallel {
    /// `items` mapped on up to `threads` threads; small inputs stay on the caller's.
    static func map<Item: Sendable, Output: Sendable>(
        _ items: [Item], threads: Int, _ transform: @Sendable (Item) -> Output
    ) -> [Output] {
        guard threads > 1, items.count > 64 else { return items.map(transform) }
        // More pieces than threads, so that one with long texts does not keep the others waiting.
        let pieces = threads * 8
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
