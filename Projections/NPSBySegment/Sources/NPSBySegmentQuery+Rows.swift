import LedgerCore

extension NPSBySegmentQuery {
    /// Calls `body` with each response that the lens sees, in log order.
    @inline(__always)
    public func forEachRow(
        _ lens: ResolvedLens, _ body: (VisibleRow) throws -> Void
    ) throws {
        let view = try view(lens)
        try forEachRow(view, chunks: 0..<(try chunkCount()), body)
    }

    /// Calls `body` with each response that counts under a lens, in log order: the number of its
    /// group, and what it counts as.
    ///
    /// - Returns: the values of each group.
    public func forEachCounted(
        _ lens: ResolvedLens, _ selection: SegmentSelection,
        _ body: (VisibleRow, Int, NPSClass) throws -> Void
    ) throws -> [[String?]] {
        let grouping = try tuples().grouping(selection)
        try forEachRow(lens) { row in
            guard let npsClass = row.npsClass(lens.lens.basis, lens.thresholds),
                let group = try grouping.group(of: row.tuple)
            else { return }
            try body(row, group, npsClass)
        }
        return grouping.groups
    }

    /// A lens with all that must be known before the first row is seen.
    struct LensView {
        let lens: ResolvedLens
        /// Rows to keep where of several responses of a respondent only one counts.
        var counted: CountedResponses?

        /// First and last response time of a chunk that the lens sees as it stands, with nothing
        /// dated after its recording; nil where only its rows can tell.
        func wholeSpan(of rows: RowChunkView) -> ClosedRange<Microseconds>? {
            guard counted == nil, lens.lens.from == nil, lens.lens.to == nil,
                rows.lastPosition < lens.lens.asOf, rows.exclusionCount == 0,
                rows.earliest <= rows.latest, !rows.hasDatedAhead
            else { return nil }
            return rows.earliest...rows.latest
        }
    }

    /// - Parameter spans: of each of which one answer counts, where one of each respondent does; nil
    ///   for one of all.
    func view(_ lens: ResolvedLens, spans: TimeSpans? = nil) throws -> LensView {
        var view = LensView(lens: lens, counted: nil)
        guard lens.lens.duplicates != .all else { return view }
        var counted = CountedResponses(lens.lens.duplicates, chunkCount: try chunkCount())
        var last = 0
        for chunk in 0..<(try chunkCount()) {
            try forEachRow(view, chunks: chunk..<(chunk + 1)) { row, index in
                guard row.npsClass(lens.lens.basis, lens.thresholds) != nil else { return }
                var span = 0
                if let spans {
                    guard let own = spans.span(of: row.occurredAt, near: &last) else { return }
                    span = own
                }
                counted.note(row, span, chunk, index)
            }
        }
        counted.choose()
        view.counted = counted
        return view
    }

    /// Positions of responses that would count under a lens if another answer of the same
    /// respondent did not count instead.
    func duplicates(_ lens: ResolvedLens) throws -> Set<Position> {
        let view = try view(lens)
        guard let counted = view.counted else { return [] }
        var found: Set<Position> = []
        for chunk in 0..<(try chunkCount()) {
            try forEachRow(view, chunks: chunk..<(chunk + 1)) { row, index in
                guard !counted.contains(chunk, index),
                    row.npsClass(lens.lens.basis, lens.thresholds) != nil
                else { return }
                found.insert(row.position)
            }
        }
        return found
    }

    @inline(__always)
    func forEachRow(
        _ view: LensView, chunks: Range<Int>, _ body: (VisibleRow) throws -> Void
    ) throws {
        guard let counted = view.counted else {
            try forEachRow(view, chunks: chunks) { row, _ in try body(row) }
            return
        }
        let (basis, thresholds) = (view.lens.lens.basis, view.lens.thresholds)
        for chunk in chunks {
            try forEachRow(view, chunks: chunk..<(chunk + 1)) { row, index in
                // What does not count stands beside the duplicates: it is shown as uncounted.
                guard counted.contains(chunk, index) || row.npsClass(basis, thresholds) == nil
                else { return }
                try body(row)
            }
        }
    }

    /// Calls `body` with each response and its row, duplicates or not.
    @inline(__always)
    private func forEachRow(
        _ view: LensView, chunks: Range<Int>, _ body: (VisibleRow, Int) throws -> Void
    ) throws {
        for chunk in chunks {
            try visit(chunk, view.lens) { try $0.forEachRow(body) }
        }
    }

    /// Calls `body` with each response whose text the lens's model left unread.
    func forEachDeclined(
        _ lens: ResolvedLens, _ body: (VisibleRow) throws -> Void
    ) throws {
        for chunk in 0..<(try chunkCount()) {
            try visit(chunk, lens) { try $0.forEachDeclined(body) }
        }
    }

    /// Calls `body` with a chunk in which the lens can see a response.
    @inline(__always)
    private func visit(
        _ chunk: Int, _ lens: ResolvedLens, _ body: (ChunkVisit) throws -> Void
    ) throws {
        let found: Void? = try state.withValue(StateKey.rows(chunk)) { bytes in
            let rows = try RowChunkView(bytes)
            // Chunks are in log order: from here on all is later than the lens.
            guard rows.base < lens.lens.asOf, lens.sees(rows) else { return }
            guard let model = lens.model, lens.lens.basis != .stated else {
                try body(ChunkVisit(rows, nil, lens))
                return
            }
            let classified: Void? = try state.withValue(StateKey.outputs(model, chunk)) {
                try body(ChunkVisit(rows, try OutputChunkView($0), lens))
            }
            if classified == nil { try body(ChunkVisit(rows, nil, lens)) }
        }
        guard found != nil else { throw DamagedState("chunk \(chunk) is missing") }
    }
}

extension ResolvedLens {
    /// Whether any response of a chunk can lie in the window.
    @inline(__always)
    func sees(_ rows: RowChunkView) -> Bool {
        rows.latest >= lens.from ?? .min && (lens.to.map { rows.earliest < $0 } ?? true)
    }
}

/// One response as a lens sees it.
public struct VisibleRow {
    /// Position of its `response.recorded`.
    public let position: Position
    /// Response time.
    public let occurredAt: Microseconds
    /// Number of the respondent's key.
    public let subject: UInt64
    /// Number of its segment tuple.
    public let tuple: UInt32
    /// Stated score in hundredths; `RowChunk.noScore` where there is none.
    let rawScore: UInt16
    /// Whether it is dated after its recording.
    let isDatedAhead: Bool
    /// Whether it has a text.
    public let hasText: Bool
    /// Whether the lens's model classified it.
    public let isClassified: Bool
    /// The language that the lens's model left it unread for; 0 where it did not.
    let packedLanguage: UInt16
    /// Probability of detractor in basis points, where classified.
    public let detractor: UInt16
    /// Probability of promoter in basis points, where classified.
    public let promoter: UInt16
    /// What a person decided that its text counts as; nil where nobody did, or where the lens does
    /// not ask.
    public let decision: NPSClass?

    /// The language of its text, where the lens's model has not learnt it and left the text unread.
    public var unlearntLanguage: LanguageCode? { LanguageCode(packed: packedLanguage) }

    /// Stated score in hundredths.
    public var score: UInt16? { rawScore == RowChunk.noScore ? nil : rawScore }

    /// The same as if nobody had decided.
    var undecided: VisibleRow {
        VisibleRow(
            position: position, occurredAt: occurredAt, subject: subject, tuple: tuple,
            rawScore: rawScore, isDatedAhead: isDatedAhead, hasText: hasText,
            isClassified: isClassified,
            packedLanguage: packedLanguage, detractor: detractor, promoter: promoter, decision: nil)
    }

    /// What the response counts as under a basis and thresholds; nil where it does not count.
    @inline(__always)
    public func npsClass(_ basis: Lens.Basis, _ thresholds: Thresholds) -> NPSClass? {
        if basis != .inferred, rawScore != RowChunk.noScore {
            return thresholds.classify(score: rawScore)
        }
        if basis == .stated { return nil }
        if let decision { return decision }
        if !isClassified { return nil }
        return thresholds.classify(detractor: detractor, promoter: promoter)
    }

    @inline(__always)
    func count(
        into tally: inout RawTally, _ basis: Lens.Basis, _ thresholds: Thresholds
    ) {
        if basis != .inferred, rawScore != RowChunk.noScore {
            tally.add(stated: thresholds.classify(score: rawScore))
        } else if basis != .stated, let decision {
            tally.add(decided: decision)
        } else if basis != .stated, isClassified,
            let read = thresholds.classify(detractor: detractor, promoter: promoter)
        {
            tally.add(inferred: read, detractor: detractor, promoter: promoter)
        } else if basis != .stated, hasText {
            tally.uncounted += 1
        }
    }
}
