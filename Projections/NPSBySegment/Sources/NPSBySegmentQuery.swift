import LedgerCore
import NPSStatistics

/// Answers questions from the rows of `NPSBySegment`.
public struct NPSBySegmentQuery<State: StateReader> {
    let state: State
    let workers: Workers
    let chunksPerPart: Int
    private let knownTuples: SegmentTuples?

    /// A query over a projection's state.
    ///
    /// - Parameters:
    ///   - workers: who counts.
    ///   - chunksPerPart: chunks that a worker takes at least; fewer are counted sooner than
    ///     another thread is woken.
    ///   - tuples: the state's tuples, where the caller keeps them loaded; nil to read them.
    ///
    /// The answer depends on neither.
    public init(
        _ state: State, workers: Workers = .caller, chunksPerPart: Int = 32,
        tuples: SegmentTuples? = nil
    ) {
        self.state = state
        self.workers = workers
        self.chunksPerPart = chunksPerPart
        knownTuples = tuples
    }

    /// One group's sums, one for each time bucket.
    public struct Group: Sendable {
        /// Values in the order of the selection's `by`; nil where responses have no such value.
        public let values: [String?]
        /// Sums by bucket; a single one where no buckets were asked for.
        public let tallies: [NPSTally]
    }

    /// The dimensions that responses have, sorted.
    public func dimensions() throws -> [String] {
        try tuples().dimensions
    }

    func tuples() throws -> SegmentTuples { try knownTuples ?? SegmentTuples(state) }

    /// Number of response rows, whatever the lens.
    public func rowCount() throws -> Int {
        try (0..<(try chunkCount())).reduce(0) { count, chunk in
            let rows = try state.withValue(StateKey.rows(chunk)) { try RowChunkView($0).count }
            return count + (rows ?? 0)
        }
    }

    func chunkCount() throws -> Int {
        try state.withValue(StateKey.directory) { $0.count / 8 } ?? 0
    }

    /// First and last response time under a lens; nil where there are no responses.
    public func timeRange(
        _ lens: ResolvedLens
    ) throws -> (first: Microseconds, last: Microseconds)? {
        var (first, last) = (Microseconds.max, Microseconds.min)
        let view = try view(lens)
        for chunk in 0..<(try chunkCount()) {
            let span = try state.withValue(StateKey.rows(chunk)) { bytes in
                view.wholeSpan(of: try RowChunkView(bytes))
            }
            if let span = span ?? nil {
                first = min(first, span.lowerBound)
                last = max(last, span.upperBound)
                continue
            }
            try forEachRow(view, chunks: chunk..<(chunk + 1)) { row in
                first = min(first, row.occurredAt)
                last = max(last, row.occurredAt)
            }
        }
        return first <= last ? (first, last) : nil
    }
}
