import LedgerCore
import NPSStatistics

extension NPSBySegmentQuery {
    /// Calls `body` with each response that at least one of two lenses sees, in log order: how the
    /// first sees it and how the second does, nil where it does not.
    ///
    /// One walk over both, a chunk at a time, so that memory does not grow with the ledger.
    public func forEachPair(
        _ first: ResolvedLens, _ second: ResolvedLens,
        _ body: (VisibleRow?, VisibleRow?) throws -> Void
    ) throws {
        let (first, second) = (try view(first), try view(second))
        var (left, right): ([VisibleRow], [VisibleRow]) = ([], [])
        for chunk in 0..<(try chunkCount()) {
            left.removeAll(keepingCapacity: true)
            right.removeAll(keepingCapacity: true)
            try forEachRow(first, chunks: chunk..<(chunk + 1)) { left.append($0) }
            try forEachRow(second, chunks: chunk..<(chunk + 1)) { right.append($0) }
            var (i, j) = (0, 0)
            while i < left.count || j < right.count {
                let one = i < left.count ? left[i] : nil
                let other = j < right.count ? right[j] : nil
                let position = min(one?.position ?? .max, other?.position ?? .max)
                let isFirst = one?.position == position
                let isSecond = other?.position == position
                try body(isFirst ? one : nil, isSecond ? other : nil)
                if isFirst { i += 1 }
                if isSecond { j += 1 }
            }
        }
    }

    /// The same responses under two lenses, by group: from which class to which they go.
    ///
    /// Only responses that count under both lenses are in the matrices; the group is that of the
    /// second.
    public func flips(
        from first: ResolvedLens, to second: ResolvedLens, _ selection: SegmentSelection
    ) throws -> [(values: [String?], matrix: FlipMatrix)] {
        let grouping = try tuples().grouping(selection)
        var cells = [[Int]](
            repeating: [Int](repeating: 0, count: 9), count: grouping.groups.count)
        try forEachPair(first, second) { one, other in
            guard let one, let other,
                let from = one.npsClass(first.lens.basis, first.thresholds),
                let to = other.npsClass(second.lens.basis, second.thresholds),
                let group = try grouping.group(of: other.tuple)
            else { return }
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
