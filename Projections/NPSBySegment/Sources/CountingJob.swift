import LedgerCore

/// Counting in some chunks that lie in memory as long as it runs.
// SAFETY: the buffers are only read, and stay where they are until the job is done.
struct CountingJob: @unchecked Sendable {
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
                if view.decisionCount > 0 { try correct(view, judged, &slow) }
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

    /// Turns what the kernel made of the rows that people decided on into what they count as.
    ///
    /// The kernel knows no decisions, so that it costs the same with and without; they are rare.
    private func correct(
        _ rows: RowChunkView, _ outputs: OutputChunkView?, _ sums: inout [RawTally]
    ) throws {
        try ChunkVisit(rows, outputs, lens).forEachDecided { row in
            let tuple = Int(row.tuple)
            guard tuple < groups.count else { throw DamagedState("a segment number") }
            guard groups[tuple] >= 0 else { return }
            var (read, decided) = (RawTally(), RawTally())
            row.undecided.count(into: &read, lens.lens.basis, lens.thresholds)
            row.count(into: &decided, lens.lens.basis, lens.thresholds)
            sums[Int(groups[tuple])] -= read
            sums[Int(groups[tuple])] += decided
        }
    }
}
