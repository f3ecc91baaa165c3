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
        return try texts(lens) { $0.hasText && !$0.isJudged }
            .map { Unread(response: $0.row.position, text: $0.text) }
    }

    /// The rows under a lens that `isWanted`, each with the position of the event whose text it has.
    private func texts(
        _ lens: ResolvedLens, where isWanted: (VisibleRow) throws -> Bool
    ) throws -> [(row: VisibleRow, text: Position)] {
        var found: [(row: VisibleRow, text: Position)] = []
        let view = try view(lens)
        for chunk in 0..<(try chunkCount()) {
            var rows: [VisibleRow] = []
            try forEachRow(view, chunks: chunk..<(chunk + 1)) { row in
                if try isWanted(row) { rows.append(row) }
            }
            guard !rows.isEmpty else { continue }
            try state.withValue(StateKey.rows(chunk)) { bytes in
                let texts = try RowChunkView(bytes).textPositions(asOf: lens.lens.asOf)
                for row in rows {
                    found.append((row, texts[row.position] ?? row.position))
                }
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
        let grouping = try Grouping(selection, state)
        let found = try texts(lens) { row in
            guard row.hasText, row.score != nil else { return false }
            return try grouping.group(of: row.tuple) != nil
        }
        return found.compactMap { row, text in
            row.score.map { Scored(response: row.position, text: text, score: $0) }
        }
    }

    /// One response as a lens sees it; nil where it does not.
    public func row(of response: Position, _ lens: ResolvedLens) throws -> VisibleRow? {
        var found: VisibleRow?
        let chunk =
            try state.withValue(StateKey.directory) { bytes -> Int in
                var (low, high) = (0, bytes.count / 8)
                while low < high {
                    let middle = (low + high) / 2
                    if bytes.load(middle * 8, as: Position.self) <= response {
                        low = middle + 1
                    } else {
                        high = middle
                    }
                }
                return low - 1
            } ?? -1
        guard chunk >= 0 else { return nil }
        try forEachRow(try view(lens), chunks: chunk..<(chunk + 1)) { row in
            if row.position == response { found = row }
        }
        return found
    }

    /// The segment map of a tuple number.
    public func segments(_ tuple: UInt32) throws -> [String: String] {
        let found = try state.withValue(StateKey.tuple(tuple)) { try Grouping.segments($0) }
        guard let found else { throw DamagedState("a segment number") }
        return found
    }
}
