import LedgerCore
import NPSStatistics

extension NPSBySegmentQuery {
    /// Sums by group and bucket under a lens.
    ///
    /// Groups with nothing in them under the lens are left out.
    public func tally(
        _ lens: ResolvedLens, _ selection: SegmentSelection, buckets: TimeBuckets? = nil
    ) throws -> [Group] {
        let grouping = try tuples().grouping(selection)
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

    /// Sums by group, by all workers of the query.
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
            let parts = try workers.map(
                0..<chunks.count, leastPart: chunksPerPart, job.run)
            var sums = [RawTally](repeating: RawTally(), count: groupCount)
            for part in parts {
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
