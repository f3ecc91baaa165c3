import LedgerCore

extension NPSBySegmentQuery {
    /// A response whose text a model has not read.
    public struct Unread: Hashable, Sendable {
        /// Position of its `response.recorded`.
        public let response: Position
        /// Position of the event whose text it has.
        public let text: Position
    }

    /// Responses with a text that `model` had not judged as of a position, in log order.
    public func unread(by model: ModelVersion, asOf: Position) throws -> [Unread] {
        let lens = try ResolvedLens(Lens(asOf: asOf, model: .pinned(model)), in: state)
        var found: [Unread] = []
        try forEachText(lens) { text in
            if !text.row.isJudged {
                found.append(Unread(response: text.row.position, text: text.event))
            }
        }
        return found
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
