import Dispatch
import LedgerCore
import NPSStatistics

extension NPSBySegmentQuery {
    /// Sums by group and bucket under a lens.
    ///
    /// Groups with nothing in them under the lens are left out.
    public func tally(
        _ lens: ResolvedLens, _ selection: SegmentSelection, buckets: TimeBuckets? = nil
    ) throws -> [Group] {
        let grouping = try Grouping(selection, state)
        let width = buckets?.count ?? 1
        let chunks = 0..<(try chunkCount())
        let raw: [RawTally] =
            if let buckets {
                try countByRow(try view(lens), grouping, chunks, buckets)
            } else if lens.lens.duplicates != .all {
                try countByRow(try view(lens), grouping, chunks, nil)
            } else {
                try count(lens, grouping.groupOfTuple, grouping.groups.count, chunks)
            }
        return grouping.groups.indices.compactMap { index in
            let tallies = (0..<width).map { raw[index * width + $0].tally }
            guard tallies.contains(where: { $0.counts.total > 0 || $0.uncounted > 0 }) else {
                return nil
            }
            return Group(values: grouping.groups[index], tallies: tallies)
        }
    }

    /// Chunks that one turn of a thread takes: a few hundred microseconds.
    private static var chunksPerTurn: Int { 32 }

    /// Sums by group, on as many threads as the query has.
    ///
    /// - Parameter groups: the group of each tuple, −1 for those left out.
    func count(
        _ lens: ResolvedLens, _ groups: [Int32], _ groupCount: Int, _ chunks: Range<Int>
    ) throws -> [RawTally] {
        var keys = chunks.map { StateKey.rows($0) }
        let model = lens.lens.basis == .stated ? nil : lens.model
        if let model { keys += chunks.map { StateKey.outputs(model, $0) } }
        return try state.withValues(keys) { values in
            let rows = values[..<chunks.count]
            let outputs = values[chunks.count...]
            let job = CountingJob(
                lens: lens, rows: Array(rows), outputs: Array(outputs), groups: groups,
                groupCount: groupCount)
            let turns = (chunks.count + Self.chunksPerTurn - 1) / Self.chunksPerTurn
            let workers = max(1, min(threads, turns))
            guard workers > 1 else { return try job.run(0..<chunks.count) }
            var results = [Result<[RawTally], any Error>?](repeating: nil, count: workers)
            results.withUnsafeMutableBufferPointer { results in
                // SAFETY: each iteration writes a place of its own, and all are done on return.
                nonisolated(unsafe) let results = results
                DispatchQueue.concurrentPerform(iterations: workers) { worker in
                    let first = chunks.count * worker / workers
                    let last = chunks.count * (worker + 1) / workers
                    results[worker] = Result { try job.run(first..<last) }
                }
            }
            var sums = [RawTally](repeating: RawTally(), count: groupCount)
            for result in results {
                guard let part = try result?.get() else { continue }
                for (group, tally) in part.enumerated() { sums[group] += tally }
            }
            return sums
        }
    }

    /// Sums row by row: for buckets of time, and where duplicates are left out.
    private func countByRow(
        _ view: LensView, _ grouping: Grouping, _ chunks: Range<Int>, _ buckets: TimeBuckets?
    ) throws -> [RawTally] {
        let width = buckets?.count ?? 1
        var raw = [RawTally](repeating: RawTally(), count: grouping.groups.count * width)
        let (basis, thresholds) = (view.lens.lens.basis, view.lens.thresholds)
        try raw.withUnsafeMutableBufferPointer { tallies in
            try grouping.groupOfTuple.withUnsafeBufferPointer { groups in
                try forEachRow(view, chunks: chunks) { row in
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
                    row.count(into: &tallies[slot], basis, thresholds)
                }
            }
        }
        return raw
    }
}

/// Counting in some chunks that lie in memory as long as it runs.
struct CountingJob: @unchecked Sendable {
    // SAFETY: the buffers are only read, and outlive the job.
    let lens: ResolvedLens
    let rows: [UnsafeRawBufferPointer?]
    /// Empty where no model is asked for.
    let outputs: [UnsafeRawBufferPointer?]
    let groups: [Int32]
    let groupCount: Int

    func run(_ chunks: Range<Int>) throws -> [RawTally] {
        var kernel = ScoreKernel(lens, groupOfTuple: groups, groupCount: groupCount)
        var slow = [RawTally](repeating: RawTally(), count: groupCount)
        let asOf = lens.lens.asOf
        for chunk in chunks {
            guard let bytes = rows[chunk] else {
                throw DamagedState("chunk \(chunk) is missing")
            }
            let view = try RowChunkView(bytes)
            guard view.base < asOf, lens.sees(view) else { continue }
            let judged =
                try outputs.isEmpty ? nil : outputs[chunk].map { try OutputChunkView($0) }
            if view.lastPosition < asOf, judged?.lastPosition ?? 0 < asOf {
                try kernel.count(view, judged)
            } else {
                try ChunkVisit(view, judged, lens).forEachRow { row, _ in
                    let tuple = Int(row.tuple)
                    guard tuple < groups.count else { throw DamagedState("a segment number") }
                    guard groups[tuple] >= 0 else { return }
                    row.count(
                        into: &slow[Int(groups[tuple])], lens.lens.basis, lens.thresholds)
                }
            }
        }
        for group in slow.indices { slow[group] += kernel.tally(group) }
        return slow
    }
}
