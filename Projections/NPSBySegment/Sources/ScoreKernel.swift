import LedgerCore

/// The counting loop for chunks of which a lens sees the rows as they stand today: no position, no
/// history and no exclusion list is looked at, and each row costs the same without a branch.
///
/// Counters: eight for each group (stated detractor, passive, promoter; the same inferred;
/// uncounted; nothing) and two sums.
struct ScoreKernel {
    private static let counters = CountingRules.counters

    private let rules: CountingRules
    private let groupOfTuple: [Int32]
    private var counts: [Int]
    private var sums: [Int64]

    /// - Parameter groupOfTuple: −1 for tuples that are left out.
    init(_ lens: ResolvedLens, groupOfTuple: [Int32], groupCount: Int) {
        rules = CountingRules(lens)
        // What is left out is counted as well, in a group of its own behind the others.
        self.groupOfTuple = groupOfTuple.map { $0 < 0 ? Int32(groupCount) : $0 }
        counts = [Int](repeating: 0, count: (groupCount + 1) * Self.counters)
        sums = [Int64](repeating: 0, count: (groupCount + 1) * 2)
    }

    /// Counts all rows of a chunk.
    mutating func count(_ rows: RowChunkView, _ outputs: OutputChunkView?) throws {
        let (rules, groups) = (rules, groupOfTuple)
        let isInside = rows.earliest >= rules.from && rows.latest < rules.to
        let judged = rules.basis == .stated ? 0 : min(rows.count, outputs?.count ?? 0)
        var isSound = true
        counts.withUnsafeMutableBufferPointer { counts in
            sums.withUnsafeMutableBufferPointer { sums in
                groups.withUnsafeBufferPointer { groups in
                    if let outputs, judged > 0 {
                        isSound = rules.countJudged(
                            rows, outputs, 0..<judged, isInside, groups, counts, sums)
                    }
                    isSound =
                        rules.countUnjudged(rows, judged..<rows.count, isInside, groups, counts)
                        && isSound
                }
            }
        }
        guard isSound else { throw DamagedState("a segment number") }
    }

    /// The sums of a group.
    func tally(_ group: Int) -> RawTally {
        let at = group * Self.counters
        var tally = RawTally()
        tally.classes = (
            counts[at], counts[at + 1], counts[at + 2], counts[at + 3], counts[at + 4],
            counts[at + 5]
        )
        tally.expectedSum = sums[group * 2] + 10_000 * Int64(counts[at + 2] - counts[at])
        tally.expectedSquares =
            sums[group * 2 + 1] + 100_000_000 * Int64(counts[at + 2] + counts[at])
        tally.uncounted = counts[at + CountingRules.uncounted]
        return tally
    }
}
