import LedgerCore

/// The rows of one chunk as a lens sees them, whatever happened to them since.
struct ChunkVisit {
    private let rows: RowChunkView
    private let outputs: OutputChunkView?
    private let lens: Lens

    init(_ rows: RowChunkView, _ outputs: OutputChunkView?, _ lens: ResolvedLens) {
        self.rows = rows
        self.outputs = outputs
        self.lens = lens.lens
    }

    /// Calls `body` with each row that the lens sees and its place in the chunk.
    @inline(__always)
    func forEachRow(_ body: (VisibleRow, Int) throws -> Void) throws {
        let asOf = lens.asOf
        let (from, to) = (lens.from ?? .min, lens.to ?? .max)
        let excluded = rows.excluded(asOf: asOf)
        let former = rows.lastPosition < asOf ? nil : rows.former(asOf: asOf)
        let judgedCount = outputs?.count ?? 0
        let replaced: [Int: (detractor: UInt16, promoter: UInt16)]? =
            if let outputs, outputs.lastPosition >= asOf {
                outputs.former(asOf: asOf)
            } else { nil }
        for row in 0..<rows.count {
            let position = rows.position(row)
            if position >= asOf { return }
            let occurredAt = rows.occurredAt(row)
            if occurredAt < from || occurredAt >= to { continue }
            var (score, flags, tuple) = (rows.score(row), rows.flags(row), rows.tuple(row))
            if flags & RowChunk.Flag.isExcluded != 0, let excluded, excluded.contains(row) {
                continue
            }
            if let former, let old = former[row] { (score, flags, tuple) = old }
            var judgement: (detractor: UInt16, promoter: UInt16)?
            if row < judgedCount, let outputs {
                if outputs.position(row) < asOf {
                    judgement = (outputs.detractor(row), outputs.promoter(row))
                } else {
                    judgement = replaced?[row]
                }
            }
            try body(
                VisibleRow(
                    position: position, occurredAt: occurredAt, subject: rows.subject(row),
                    tuple: tuple, rawScore: score, hasText: flags & RowChunk.Flag.hasText != 0,
                    isJudged: judgement != nil, detractor: judgement?.detractor ?? 0,
                    promoter: judgement?.promoter ?? 0), row)
        }
    }
}
