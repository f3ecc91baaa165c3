import LedgerCore
import NPSStatistics

extension NPSBySegmentQuery {
    /// A response whose text a model has not read.
    public struct Unread: Hashable, Sendable {
        /// Position of its `response.recorded`.
        public let response: Position
        /// Position of the event whose text it has.
        public let text: Position
    }

    /// Responses with a text that `model` has not judged as of a position, in log order.
    public func unread(by model: ModelVersion, asOf: Position) throws -> [Unread] {
        var found: [Unread] = []
        for chunk in 0..<(try chunkCount()) {
            try state.withValue(StateKey.rows(chunk)) { bytes in
                let rows = try RowChunkView(bytes)
                let outputs = try state.value(StateKey.outputs(model, chunk))
                try (outputs ?? OutputChunk().encoded).withUnsafeBytes { raw in
                    let outputs = try OutputChunkView(raw)
                    let excluded = rows.excluded(asOf: asOf)
                    for row in 0..<rows.count where rows.position(row) < asOf {
                        let isJudged =
                            row < outputs.count && outputs.position(row) != OutputChunk.unset
                        guard !isJudged, rows.flags(row) & RowChunk.Flag.hasText != 0,
                            excluded?.contains(row) != true
                        else { continue }
                        found.append(
                            Unread(
                                response: rows.position(row),
                                text: rows.textPosition(row, asOf: asOf)))
                    }
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
        var found: [Scored] = []
        for chunk in 0..<(try chunkCount()) {
            var rows: [(row: VisibleRow, score: UInt16)] = []
            try forEachRow(lens, chunks: chunk..<(chunk + 1)) { row in
                guard Int(row.tuple) < grouping.groupOfTuple.count else {
                    throw DamagedState("a segment number")
                }
                guard grouping.groupOfTuple[Int(row.tuple)] >= 0 else { return }
                if row.hasText, let score = row.score { rows.append((row, score)) }
            }
            guard !rows.isEmpty else { continue }
            try state.withValue(StateKey.rows(chunk)) { bytes in
                let view = try RowChunkView(bytes)
                for (row, score) in rows {
                    guard let index = view.row(of: row.position) else { continue }
                    found.append(
                        Scored(
                            response: row.position,
                            text: view.textPosition(index, asOf: lens.lens.asOf), score: score))
                }
            }
        }
        return found
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
        try forEachRow(lens, chunks: chunk..<(chunk + 1)) { row in
            if row.position == response { found = row }
        }
        return found
    }

    /// The segment map of a tuple number.
    public func segments(_ tuple: UInt32) throws -> [String: String] {
        try state.withValue(StateKey.tuple(tuple)) { bytes in
            var cursor = CBORCursor(unsafe: bytes)
            return try EventFields(["t": cursor.value()]).texts("t")
        } ?? [:]
    }

    /// The same responses under two lenses, by group: from which class to which they go.
    ///
    /// Only responses that count under both lenses are in the matrices.
    public func flips(
        from first: ResolvedLens, to second: ResolvedLens, _ selection: SegmentSelection
    ) throws -> [(values: [String?], matrix: FlipMatrix)] {
        let grouping = try Grouping(selection, state)
        var classes: [Position: NPSClass] = [:]
        try forEachRow(first) { row in
            if let npsClass = row.npsClass(first.lens.basis, first.thresholds) {
                classes[row.position] = npsClass
            }
        }
        var cells = [[Int]](
            repeating: [Int](repeating: 0, count: 9), count: grouping.groups.count)
        try forEachRow(second) { row in
            guard let from = classes[row.position],
                let to = row.npsClass(second.lens.basis, second.thresholds)
            else { return }
            let group = Int(grouping.groupOfTuple[Int(row.tuple)])
            guard group >= 0 else { return }
            cells[group][Int(from.rawValue) * 3 + Int(to.rawValue)] += 1
        }
        return grouping.groups.indices.map { index in
            var matrix = FlipMatrix()
            for (cell, count) in cells[index].enumerated() {
                matrix.add(from: cell / 3, to: cell % 3, count: count)
            }
            return (grouping.groups[index], matrix)
        }
    }
}
