import LedgerCore
import NPSStatistics

/// Answers questions from the rows of `NPSBySegment`.
public struct NPSBySegmentQuery<State: StateReader> {
    let state: State
    let workers: Workers
    let chunksPerPart: Int
    let knownTuples: SegmentTuples?

    /// A query over a projection's state.
    ///
    /// - Parameters:
    ///   - workers: who counts.
    ///   - chunksPerPart: chunks that a worker takes at least; fewer are counted sooner than
    ///     another thread is woken.
    ///   - tuples: the state's tuples, where the caller keeps them loaded; nil to read them.
    ///
    /// The answer depends on neither.
    public init(
        _ state: State, workers: Workers = .caller, chunksPerPart: Int = 32,
        tuples: SegmentTuples? = nil
    ) {
        self.state = state
        self.workers = workers
        self.chunksPerPart = chunksPerPart
        knownTuples = tuples
    }

    /// One group's sums, one for each span of time.
    public struct Group: Sendable {
        /// Values in the order of the selection's `by`; nil where responses have no such value.
        public let values: [String?]
        /// Sums by span; a single one where no spans were asked for.
        public let tallies: [NPSTally]
    }

    /// The dimensions that responses have, sorted.
    public func dimensions() throws -> [String] {
        try tuples().dimensions
    }

    func tuples() throws -> SegmentTuples { try knownTuples ?? SegmentTuples(state) }

    /// Number of response rows, whatever the lens.
    public func rowCount() throws -> Int {
        try (0..<(try chunkCount())).reduce(0) { count, chunk in
            let rows = try state.withValue(StateKey.rows(chunk)) { try RowChunkView($0).count }
            return count + (rows ?? 0)
        }
    }

    func chunkCount() throws -> Int {
        try state.withValue(StateKey.directory) { $0.count / 8 } ?? 0
    }

    /// First and last response time under a lens; nil where there are no responses.
    ///
    /// - Returns: with `lastCredible`, the latest of those that are not dated after their
    ///   recording; nil where all are.
    public func timeRange(
        _ lens: ResolvedLens
    ) throws -> (first: Microseconds, last: Microseconds, lastCredible: Microseconds?)? {
        var (first, last) = (Microseconds.max, Microseconds.min)
        var lastCredible = Microseconds.min
        let view = try view(lens)
        for chunk in 0..<(try chunkCount()) {
            let span = try state.withValue(StateKey.rows(chunk)) { bytes in
                view.wholeSpan(of: try RowChunkView(bytes))
            }
            if let span = span ?? nil {
                first = min(first, span.lowerBound)
                last = max(last, span.upperBound)
                lastCredible = max(lastCredible, span.upperBound)
                continue
            }
            try forEachRow(view, chunks: chunk..<(chunk + 1)) { row in
                first = min(first, row.occurredAt)
                last = max(last, row.occurredAt)
                if !row.isDatedAhead { lastCredible = max(lastCredible, row.occurredAt) }
            }
        }
        return first <= last
            ? (first, last, lastCredible == .min ? nil : lastCredible) : nil
    }
}

extension NPSBySegmentQuery {
    /// The values that responses have in a dimension, sorted; whatever the lens.
    public func values(of dimension: String) throws -> [String] {
        try tuples().values(of: dimension)
    }
}

extension NPSBySegmentQuery {
    /// The models that gave outputs, in ascending order; whatever the lens.
    public func models() throws -> [ModelVersion] {
        try state.withValue(StateKey.models) { bytes in
            guard bytes.count.isMultiple(of: MemoryLayout<ModelVersion>.size) else {
                throw DamagedState("the list of models")
            }
            var reader = BlobReader(bytes: bytes)
            return reader.column(bytes.count / MemoryLayout<ModelVersion>.size).sorted()
        } ?? []
    }
}

/// A pinned threshold set that did not exist.
public struct UnknownThresholds: Error, Hashable, Sendable {
    /// Its number.
    public let id: UInt32
}

extension NPSBySegmentQuery {
    /// Calls `body` with each text that the lens sees, in log order.
    public func forEachText(
        _ lens: ResolvedLens, _ selection: SegmentSelection = SegmentSelection(),
        _ body: (ResponseText) throws -> Void
    ) throws {
        let grouping = try tuples().grouping(selection)
        let view = try view(lens)
        for chunk in 0..<(try chunkCount()) {
            try forEachText(view, chunk) { text in
                if try grouping.group(of: text.row.tuple) != nil { try body(text) }
            }
        }
    }

    /// The texts of some responses under a lens; what is no response, or has no text, is left out.
    ///
    /// Chunks that hold none of them are not looked at.
    public func texts(
        of responses: Set<Position>, _ lens: ResolvedLens
    ) throws -> [Position: ResponseText] {
        let chunks =
            try state.withValue(StateKey.directory) { bytes in
                Set(responses.compactMap { Self.chunk(of: $0, in: bytes) })
            } ?? []
        var found: [Position: ResponseText] = [:]
        let view = try view(lens)
        for chunk in chunks.sorted() {
            try forEachText(view, chunk) { text in
                if responses.contains(text.row.position) { found[text.row.position] = text }
            }
        }
        return found
    }

    /// The chunk that holds a response, if any does; nil before the first.
    static func chunk(of response: Position, in directory: UnsafeRawBufferPointer) -> Int? {
        var (low, high) = (0, directory.count / 8)
        while low < high {
            let middle = (low + high) / 2
            if directory.load(middle * 8, as: Position.self) <= response {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low > 0 ? low - 1 : nil
    }

    private func forEachText(
        _ view: LensView, _ chunk: Int, _ body: (ResponseText) throws -> Void
    ) throws {
        var rows: [VisibleRow] = []
        try forEachRow(view, chunks: chunk..<(chunk + 1)) { row in
            if row.hasText { rows.append(row) }
        }
        guard !rows.isEmpty else { return }
        let events =
            try state.withValue(StateKey.rows(chunk)) { bytes in
                try RowChunkView(bytes).textPositions(asOf: view.lens.lens.asOf)
            } ?? [:]
        for row in rows {
            try body(ResponseText(row: row, event: events[row.position] ?? row.position))
        }
    }
}

/// A response with a text, as a lens sees it.
public struct ResponseText {
    /// The response.
    public let row: VisibleRow
    /// Position of the event whose text it has.
    public let event: Position
}

extension NPSBySegmentQuery {
    /// A response whose text a model has not read.
    public struct Unread: Hashable, Sendable {
        /// Position of its `response.recorded`.
        public let response: Position
        /// Position of the event whose text it has.
        public let text: Position
    }

    /// Responses with a text that `model` had not looked at as of a position, in log order: neither
    /// classified nor left unread for its language.
    ///
    /// - Parameter readAsOf: as of which position it had not; nil for the same.
    public func unread(
        by model: ModelVersion, asOf: Position, readAsOf: Position? = nil
    ) throws -> [Unread] {
        let lens = try ResolvedLens(
            Lens(asOf: asOf, model: .pinned(model), pinnedAsOf: readAsOf), in: state)
        var found: [Unread] = []
        try forEachText(lens) { text in
            if !text.row.isClassified, text.row.unlearntLanguage == nil {
                found.append(Unread(response: text.row.position, text: text.event))
            }
        }
        return found
    }

    /// How many responses do not count under a lens because the model left their texts unread, by the
    /// language that it has not learnt.
    ///
    /// - Parameter texts: what ``unlearntTexts(_:)`` gives, where the caller keeps it.
    public func unlearntLanguages(
        _ lens: ResolvedLens, _ selection: SegmentSelection = SegmentSelection(),
        among texts: [UnlearntTexts]? = nil
    ) throws -> [LanguageCode: Int] {
        let grouping = try tuples().grouping(selection)
        var found: [LanguageCode: Int] = [:]
        for text in try texts ?? unlearntTexts(lens)
        where try grouping.group(of: text.tuple) != nil {
            found[text.language, default: 0] += text.count
        }
        return found
    }

    /// The same by segment tuple; of one tuple and language there may be several.
    public func unlearntTexts(_ lens: ResolvedLens) throws -> [UnlearntTexts] {
        guard lens.lens.basis != .stated else { return [] }
        var found: [UnlearntTexts: Int] = [:]
        try forEachDeclined(lens) { row in
            guard let language = row.unlearntLanguage,
                row.npsClass(lens.lens.basis, lens.thresholds) == nil
            else { return }
            found[UnlearntTexts(tuple: row.tuple, language: language, count: 0), default: 0] += 1
        }
        return found.map { UnlearntTexts(tuple: $0.tuple, language: $0.language, count: $1) }
    }

    /// A response that has both a text and a stated score.
    public struct Scored: Hashable, Sendable {
        /// Position of its `response.recorded`.
        public let response: Position
        /// Position of the event whose text it has.
        public let text: Position
        /// Stated score in hundredths.
        public let score: UInt16
    }

    /// Responses under a lens with a text and a stated score, in log order: what can be learnt
    /// from.
    public func scoredTexts(
        _ lens: ResolvedLens, _ selection: SegmentSelection = SegmentSelection()
    ) throws -> [Scored] {
        var found: [Scored] = []
        try forEachText(lens, selection) { text in
            guard let score = text.row.score else { return }
            found.append(Scored(response: text.row.position, text: text.event, score: score))
        }
        return found
    }

    /// One response as a lens sees it; nil where it does not.
    public func row(of response: Position, _ lens: ResolvedLens) throws -> VisibleRow? {
        var found: VisibleRow?
        let chunk = try state.withValue(StateKey.directory) { Self.chunk(of: response, in: $0) }
        guard let chunk = chunk ?? nil else { return nil }
        try forEachRow(try view(lens), chunks: chunk..<(chunk + 1)) { row in
            if row.position == response { found = row }
        }
        return found
    }

    /// The segment map of a tuple number.
    public func segments(_ tuple: UInt32) throws -> [String: String] {
        let found = try state.withValue(StateKey.tuple(tuple)) { try SegmentTuples.segments($0) }
        guard let found else { throw DamagedState("a segment number") }
        return found
    }
}

/// Responses of one segment tuple whose texts a model left unread for one language.
public struct UnlearntTexts: Hashable, Sendable {
    let tuple: UInt32
    let language: LanguageCode
    let count: Int
}
