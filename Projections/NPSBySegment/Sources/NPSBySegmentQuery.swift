import LedgerCore
import NPSStatistics

/// Answers questions from the rows of `NPSBySegment`.
public struct NPSBySegmentQuery<State: StateReader> {
    let state: State

    /// A query over a projection's state.
    public init(_ state: State) { self.state = state }

    /// One group's sums, one for each time bucket.
    public struct Group: Sendable {
        /// Values in the order of the selection's `by`; nil where responses have no such value.
        public let values: [String?]
        /// Sums by bucket; a single one where no buckets were asked for.
        public let tallies: [NPSTally]
    }

    /// The dimensions that responses have, sorted.
    public func dimensions() throws -> [String] {
        try Grouping(SegmentSelection(), state).dimensions.sorted()
    }

    /// Number of response rows, whatever the lens.
    public func rowCount() throws -> Int {
        let chunks = try chunkCount()
        guard chunks > 0 else { return 0 }
        let last =
            try state.withValue(StateKey.rows(chunks - 1)) { try RowChunkView($0).count } ?? 0
        return (chunks - 1) * RowChunk.rowsMax + last
    }

    func chunkCount() throws -> Int {
        try state.withValue(StateKey.directory) { $0.count / 8 } ?? 0
    }

    /// Sums by group and bucket under a lens.
    ///
    /// Groups with nothing in them under the lens are left out.
    public func tally(
        _ lens: ResolvedLens, _ selection: SegmentSelection, buckets: TimeBuckets? = nil
    ) throws -> [Group] {
        let grouping = try Grouping(selection, state)
        let width = buckets?.count ?? 1
        var raw = [RawTally](repeating: RawTally(), count: grouping.groups.count * width)
        try raw.withUnsafeMutableBufferPointer { tallies in
            try grouping.groupOfTuple.withUnsafeBufferPointer { groups in
                let basis = lens.lens.basis
                try forEachRow(lens) { row in
                    let tuple = Int(row.tuple)
                    guard tuple < groups.count else { throw DamagedState("a segment number") }
                    let group = Int(groups[tuple])
                    guard group >= 0 else { return }
                    var slot = group * width
                    if let buckets {
                        let bucket = Int((row.occurredAt - buckets.start) / buckets.length)
                        guard row.occurredAt >= buckets.start, bucket < width else { return }
                        slot += bucket
                    }
                    row.count(into: &tallies[slot], basis, lens.thresholds)
                }
            }
        }
        return grouping.groups.indices.compactMap { index in
            let tallies = (0..<width).map { raw[index * width + $0].tally }
            guard tallies.contains(where: { $0.counts.total > 0 || $0.uncounted > 0 }) else {
                return nil
            }
            return Group(values: grouping.groups[index], tallies: tallies)
        }
    }

    /// First and last response time under a lens; nil where there are no responses.
    public func timeRange(
        _ lens: ResolvedLens
    ) throws -> (first: Microseconds, last: Microseconds)? {
        var (first, last) = (Microseconds.max, Microseconds.min)
        try forEachRow(lens) { row in
            first = min(first, row.occurredAt)
            last = max(last, row.occurredAt)
        }
        return first <= last ? (first, last) : nil
    }
}
