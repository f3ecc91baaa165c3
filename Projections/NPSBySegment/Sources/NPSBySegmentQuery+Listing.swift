import LedgerCore
import NPSStatistics

extension NPSBySegmentQuery {
    /// Calls `body` with each response that a tally of the same lens and selection accounts for, in
    /// log order: those it counts, and the texts that it could not count.
    ///
    /// Chunks before `first` are not looked at, and none is after `body` has had enough; where only
    /// one answer of each respondent counts, all have to be seen first.
    ///
    /// - Parameters:
    ///   - first: position to begin at.
    ///   - body: false where it has enough.
    public func forEachAccounted(
        _ lens: ResolvedLens, _ selection: SegmentSelection, from first: Position = 0,
        _ body: (VisibleRow) throws -> Bool
    ) throws {
        let grouping = try tuples().grouping(selection)
        let view = try view(lens)
        let (basis, thresholds) = (lens.lens.basis, lens.thresholds)
        let begin = try state.withValue(StateKey.directory) { Self.chunk(of: first, in: $0) } ?? nil
        // A chunk at a time, so that its page is given back before anything slow is done with a row.
        var found: [VisibleRow] = []
        for chunk in (begin ?? 0)..<max(begin ?? 0, try chunkCount()) {
            found.removeAll(keepingCapacity: true)
            try forEachRow(view, chunks: chunk..<(chunk + 1)) { row in
                guard row.position >= first, try grouping.group(of: row.tuple) != nil else {
                    return
                }
                let isText = basis != .stated && row.hasText
                if isText || row.npsClass(basis, thresholds) != nil { found.append(row) }
            }
            for row in found { guard try body(row) else { return } }
        }
    }

    /// How the stated scores that a lens sees are spread, by group; groups without any are left out.
    ///
    /// - Parameter lens: of the stated basis.
    public func distributions(
        _ lens: ResolvedLens, _ selection: SegmentSelection
    ) throws -> [(values: [String?], scores: ScoreDistribution)] {
        let grouping = try tuples().grouping(selection)
        var scores = [ScoreDistribution](
            repeating: ScoreDistribution(), count: grouping.groups.count)
        try forEachRow(lens) { row in
            guard let score = row.score, let group = try grouping.group(of: row.tuple) else {
                return
            }
            scores[group].add(hundredths: score)
        }
        return zip(grouping.groups, scores).filter { $1.count > 0 }
    }

    /// Whether every response has a value in a dimension; whatever the lens.
    public func isComplete(_ dimension: String) throws -> Bool {
        try tuples().isComplete(dimension)
    }
}
