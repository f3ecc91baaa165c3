import LedgerCore

/// One response as a lens sees it.
public struct VisibleRow {
    /// Position of its `response.recorded`.
    public let position: Position
    /// Response time.
    public let occurredAt: Microseconds
    /// Number of its segment tuple.
    public let tuple: UInt32
    /// Stated score in hundredths; `RowChunk.noScore` where there is none.
    let rawScore: UInt16
    /// Whether it has a text.
    public let hasText: Bool
    /// Whether the lens's model judged it.
    public let isJudged: Bool
    /// Probability of detractor in basis points, where judged.
    public let detractor: UInt16
    /// Probability of promoter in basis points, where judged.
    public let promoter: UInt16

    /// Stated score in hundredths.
    public var score: UInt16? { rawScore == RowChunk.noScore ? nil : rawScore }

    /// What the response counts as under a basis and thresholds; nil where it does not count.
    @inline(__always)
    public func npsClass(_ basis: Lens.Basis, _ thresholds: Thresholds) -> NPSClass? {
        if basis != .inferred, rawScore != RowChunk.noScore {
            return thresholds.classify(score: rawScore)
        }
        if basis == .stated || !isJudged { return nil }
        return thresholds.classify(detractor: detractor, promoter: promoter)
    }

    @inline(__always)
    func count(
        into tally: inout RawTally, _ basis: Lens.Basis, _ thresholds: Thresholds
    ) {
        if basis != .inferred, rawScore != RowChunk.noScore {
            tally.add(stated: thresholds.classify(score: rawScore))
        } else if basis != .stated, isJudged,
            let read = thresholds.classify(detractor: detractor, promoter: promoter)
        {
            tally.add(inferred: read, detractor: detractor, promoter: promoter)
        } else if basis != .stated, hasText {
            tally.uncounted += 1
        }
    }
}

extension NPSBySegmentQuery {
    /// Calls `body` with each response that the lens sees, in log order.
    @inline(__always)
    public func forEachRow(
        _ lens: ResolvedLens, _ body: (VisibleRow) throws -> Void
    ) throws {
        try forEachRow(lens, chunks: 0..<(try chunkCount()), body)
    }

    @inline(__always)
    func forEachRow(
        _ lens: ResolvedLens, chunks: Range<Int>, _ body: (VisibleRow) throws -> Void
    ) throws {
        for chunk in chunks {
            let found: Void? = try state.withValue(StateKey.rows(chunk)) { bytes in
                let rows = try RowChunkView(bytes)
                // Chunks are in log order: from here on all is later than the lens.
                guard rows.count > 0, rows.position(0) < lens.lens.asOf else { return }
                guard let model = lens.model, lens.lens.basis != .stated else {
                    try visit(rows, nil, lens, body)
                    return
                }
                let judged: Void? = try state.withValue(StateKey.outputs(model, chunk)) {
                    try visit(rows, try OutputChunkView($0), lens, body)
                }
                if judged == nil { try visit(rows, nil, lens, body) }
            }
            guard found != nil else { throw DamagedState("chunk \(chunk) is missing") }
        }
    }

    @inline(__always)
    private func visit(
        _ rows: RowChunkView, _ outputs: OutputChunkView?, _ lens: ResolvedLens,
        _ body: (VisibleRow) throws -> Void
    ) throws {
        let asOf = lens.lens.asOf
        let (from, to) = (lens.lens.from ?? .min, lens.lens.to ?? .max)
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
            if let excluded, excluded.contains(row) { continue }
            var (score, flags, tuple) = (rows.score(row), rows.flags(row), rows.tuple(row))
            if let old = former?[row] { (score, flags, tuple) = old }
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
                    position: position, occurredAt: occurredAt, tuple: tuple,
                    rawScore: score, hasText: flags & RowChunk.Flag.hasText != 0,
                    isJudged: judgement != nil, detractor: judgement?.detractor ?? 0,
                    promoter: judgement?.promoter ?? 0))
        }
    }
}
