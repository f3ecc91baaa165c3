import LedgerCore

/// The rows of one chunk as a lens sees them, whatever happened to them since.
struct ChunkVisit {
    private typealias Judgement = (detractor: UInt16, promoter: UInt16)

    private let rows: RowChunkView
    private let outputs: OutputChunkView?
    private let asOf: Position
    private let window: (from: Microseconds, to: Microseconds)
    private let excluded: Set<Int>?
    private let former: [Int: (score: UInt16, flags: UInt8, tuple: UInt32)]?
    private let replaced: [Int: Judgement]?
    private let decided: DecidedRows?

    init(_ rows: RowChunkView, _ outputs: OutputChunkView?, _ lens: ResolvedLens) throws {
        self.rows = rows
        self.outputs = outputs
        let lens = lens.lens
        asOf = lens.asOf
        window = (lens.from ?? .min, lens.to ?? .max)
        excluded = rows.excluded(asOf: asOf)
        former = rows.lastPosition < asOf ? nil : rows.former(asOf: asOf)
        replaced =
            if let outputs, outputs.lastPosition >= lens.asOf {
                outputs.former(asOf: lens.asOf)
            } else { nil }
        decided =
            lens.reviews == .applied && lens.basis != .stated
            ? try DecidedRows(rows, asOf: asOf) : nil
    }

    /// Calls `body` with each row that the lens sees and its place in the chunk.
    @inline(__always)
    func forEachRow(_ body: (VisibleRow, Int) throws -> Void) throws {
        for row in 0..<rows.count {
            if rows.position(row) >= asOf { return }
            if let visible = visible(row) { try body(visible, row) }
        }
    }

    /// Calls `body` with each row that the lens sees and a person decided on.
    func forEachDecided(_ body: (VisibleRow) throws -> Void) rethrows {
        guard let decided else { return }
        for row in decided.rows {
            if let visible = visible(row) { try body(visible) }
        }
    }

    /// A row that stands before the lens's position; nil where the lens does not see it.
    @inline(__always)
    private func visible(_ row: Int) -> VisibleRow? {
        let occurredAt = rows.occurredAt(row)
        if occurredAt < window.from || occurredAt >= window.to { return nil }
        var (score, flags, tuple) = (rows.score(row), rows.flags(row), rows.tuple(row))
        if flags & RowChunk.Flag.isExcluded != 0, let excluded, excluded.contains(row) {
            return nil
        }
        var decision: NPSClass?
        if flags & RowChunk.Flag.isDecided != 0, let decided { decision = decided[row] }
        if let former, let old = former[row] { (score, flags, tuple) = old }
        var judgement: Judgement?
        if let outputs, row < outputs.count {
            if outputs.position(row) < asOf {
                judgement = (outputs.detractor(row), outputs.promoter(row))
            } else {
                judgement = replaced?[row]
            }
        }
        let hasText = flags & RowChunk.Flag.hasText != 0
        return VisibleRow(
            position: rows.position(row), occurredAt: occurredAt, subject: rows.subject(row),
            tuple: tuple, rawScore: score, hasText: hasText, isJudged: judgement != nil,
            detractor: judgement?.detractor ?? 0, promoter: judgement?.promoter ?? 0,
            // Without a text there is nothing that a person could have read.
            decision: hasText ? decision : nil)
    }
}
