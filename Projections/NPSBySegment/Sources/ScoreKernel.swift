import LedgerCore

/// The counting loop for chunks of which a lens sees the rows as they stand today: no position, no
/// history and no exclusion list is looked at, and each row costs the same without a branch.
///
/// Counters: eight for each group (stated detractor, passive, promoter; the same inferred;
/// uncounted; nothing) and two sums.
struct ScoreKernel {
    private static let counters = CountingRules.counters

    private let rules: CountingRules
    private let slots: [Int]
    private var counts: [Int]
    private var sums: [Int]

    /// - Parameter groupOfTuple: −1 for tuples that are left out.
    init(_ lens: ResolvedLens, groupOfTuple: [Int32], groupCount: Int) {
        rules = CountingRules(lens)
        // What is left out is counted as well, in a group of its own behind the others.
        slots = groupOfTuple.map { ($0 < 0 ? groupCount : Int($0)) * Self.counters }
        counts = [Int](repeating: 0, count: (groupCount + 1) * Self.counters)
        sums = [Int](repeating: 0, count: (groupCount + 1) * 2)
    }

    /// Counts all rows of a chunk.
    mutating func count(_ rows: RowChunkView, _ outputs: OutputChunkView?) throws {
        let (rules, slots) = (rules, slots)
        let checksTime = rows.earliest < rules.from || rows.latest >= rules.to
        let judged = rules.basis == .stated ? 0 : min(rows.count, outputs?.count ?? 0)
        var isSound = true
        counts.withUnsafeMutableBufferPointer { counts in
            sums.withUnsafeMutableBufferPointer { sums in
                slots.withUnsafeBufferPointer { slots in
                    // Two loops each: most chunks lie in the window as a whole.
                    if let outputs, judged > 0 {
                        let range = 0..<judged
                        isSound =
                            checksTime
                            ? rules.countJudged(
                                rows, outputs, range, checksTime: true, slots, counts, sums)
                            : rules.countJudged(
                                rows, outputs, range, checksTime: false, slots, counts, sums)
                    }
                    let range = judged..<rows.count
                    let rest =
                        checksTime
                        ? rules.countUnjudged(rows, range, checksTime: true, slots, counts)
                        : rules.countUnjudged(rows, range, checksTime: false, slots, counts)
                    isSound = isSound && rest
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
        tally.expectedSum = Int64(sums[group * 2]) + 10_000 * Int64(counts[at + 2] - counts[at])
        tally.expectedSquares =
            Int64(sums[group * 2 + 1]) + 100_000_000 * Int64(counts[at + 2] + counts[at])
        tally.uncounted = counts[at + CountingRules.uncounted]
        return tally
    }
}
