import LedgerCore

/// What a row counts as under a lens, in the form of the counting loop: without a branch.
struct CountingRules {
    /// Counters of a group.
    static let counters = 8
    /// The counter of texts that could not be counted.
    static let uncounted = 6
    /// The counter of all that is not asked for.
    static let nothing = 7

    let basis: Lens.Basis
    let from: Microseconds
    let to: Microseconds
    private let passiveFrom: UInt16
    private let promoterFrom: UInt16
    private let confidenceMin: Int32

    init(_ lens: ResolvedLens) {
        basis = lens.lens.basis
        from = lens.lens.from ?? .min
        to = lens.lens.to ?? .max
        passiveFrom = lens.thresholds.passiveFrom
        promoterFrom = lens.thresholds.promoterFrom
        confidenceMin = Int32(lens.thresholds.confidenceMin)
    }

    /// Rows that the model may have judged.
    @inline(__always)
    func countJudged(
        _ rows: RowChunkView, _ outputs: OutputChunkView, _ range: Range<Int>,
        _ isInside: Bool, _ groups: UnsafeBufferPointer<Int32>,
        _ counts: UnsafeMutableBufferPointer<Int>, _ sums: UnsafeMutableBufferPointer<Int64>
    ) -> Bool {
        let usesStated = basis != .inferred
        for row in range {
            let tuple = Int(rows.tuple(row))
            guard tuple < groups.count else { return false }
            let score = rows.score(row)
            let flags = rows.flags(row)
            let (d, p) = (Int32(outputs.detractor(row)), Int32(outputs.promoter(row)))
            let isStated = usesStated && score != RowChunk.noScore
            let passive = 10_000 - d - p
            let most = max(d, max(passive, p))
            let read = d == most ? 3 : passive == most ? 4 : 5
            let isRead =
                !isStated && d != Int32(OutputChunk.unjudged) && most >= confidenceMin
            let isOut =
                flags & RowChunk.Flag.isExcluded != 0 || (!isInside && isOutside(rows, row))
            let silent = flags & RowChunk.Flag.hasText != 0 ? Self.uncounted : Self.nothing
            let counted = isStated ? stated(score) : isRead ? read : silent
            let group = Int(groups[tuple])
            counts[group * Self.counters + (isOut ? Self.nothing : counted)] += 1
            let expected = isRead && !isOut ? Int64(p - d) : 0
            sums[group * 2] += expected
            sums[group * 2 + 1] += expected * expected
        }
        return true
    }

    /// Rows without a judgement, or whose judgement is not asked for.
    @inline(__always)
    func countUnjudged(
        _ rows: RowChunkView, _ range: Range<Int>, _ isInside: Bool,
        _ groups: UnsafeBufferPointer<Int32>, _ counts: UnsafeMutableBufferPointer<Int>
    ) -> Bool {
        let usesStated = basis != .inferred
        let unread = basis == .stated ? Self.nothing : Self.uncounted
        for row in range {
            let tuple = Int(rows.tuple(row))
            guard tuple < groups.count else { return false }
            let score = rows.score(row)
            let flags = rows.flags(row)
            let isOut =
                flags & RowChunk.Flag.isExcluded != 0 || (!isInside && isOutside(rows, row))
            let silent = flags & RowChunk.Flag.hasText != 0 ? unread : Self.nothing
            let isStated = usesStated && score != RowChunk.noScore
            let counted = isStated ? stated(score) : silent
            counts[Int(groups[tuple]) * Self.counters + (isOut ? Self.nothing : counted)] += 1
        }
        return true
    }

    @inline(__always)
    private func isOutside(_ rows: RowChunkView, _ row: Int) -> Bool {
        let time = rows.occurredAt(row)
        return time < from || time >= to
    }

    @inline(__always)
    private func stated(_ score: UInt16) -> Int {
        (score >= passiveFrom ? 1 : 0) + (score >= promoterFrom ? 1 : 0)
    }
}
