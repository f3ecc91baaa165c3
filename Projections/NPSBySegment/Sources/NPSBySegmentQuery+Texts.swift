import LedgerCore

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
