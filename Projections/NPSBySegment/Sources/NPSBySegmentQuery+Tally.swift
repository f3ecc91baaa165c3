import LedgerCore
import NPSStatistics

extension NPSBySegmentQuery {
    /// Sums by group and span of time under a lens.
    ///
    /// Groups with nothing in them under the lens are left out. Where one answer of each respondent
    /// counts, it is one of each span.
    ///
    /// - Parameter groups: those to count, by their values; nil for all of the selection.
    public func tally(
        _ lens: ResolvedLens, _ selection: SegmentSelection, spans: TimeSpans? = nil,
        groups: Set<[String?]>? = nil
    ) throws -> [Group] {
        var grouping = try tuples().grouping(selection)
        if let groups { grouping.keep(groups) }
        let width = spans?.count ?? 1
        return Self.groups(try count(lens, grouping, spans: spans), grouping, width: width)
    }

    /// Groups that have anything in them.
    static func groups(_ raw: [RawTally], _ grouping: Grouping, width: Int) -> [Group] {
        grouping.groups.indices.compactMap { index in
            let tallies = (0..<width).map { raw[index * width + $0].tally }
            guard tallies.contains(where: { $0.counts.total > 0 || $0.uncounted > 0 }) else {
                return nil
            }
            return Group(values: grouping.groups[index], tallies: tallies)
        }
    }

    /// Sums by group and span, whichever way of counting the lens takes.
    func count(
        _ lens: ResolvedLens, _ grouping: Grouping, spans: TimeSpans? = nil
    ) throws -> [RawTally] {
        let chunks = 0..<(try chunkCount())
        if spans != nil || lens.lens.duplicates != .all {
            return try countByRow(try view(lens, spans: spans), grouping, chunks, spans)
        }
        return try count(lens, grouping.groupOfTuple, grouping.groups.count, chunks)
    }

    /// Sums by group, by all workers of the query.
    ///
    /// - Parameter groups: the group of each tuple, −1 for those left out.
    func count(
        _ lens: ResolvedLens, _ groups: [Int32], _ groupCount: Int, _ chunks: Range<Int>
    ) throws -> [RawTally] {
        try walk(lens, groups, groupCount, chunks, collects: false).sums
    }

    /// Sums by group, and the answers that count where they are asked for.
    func walk(
        _ lens: ResolvedLens, _ grouping: Grouping, collects: Bool, spans: TimeSpans? = nil
    ) throws -> (sums: [RawTally], found: [FoundAnswers]) {
        try walk(
            lens, grouping.groupOfTuple, grouping.groups.count, 0..<(try chunkCount()),
            collects: collects, spans: spans)
    }

    private func walk(
        _ lens: ResolvedLens, _ groups: [Int32], _ groupCount: Int, _ chunks: Range<Int>,
        collects: Bool, spans: TimeSpans? = nil
    ) throws -> (sums: [RawTally], found: [FoundAnswers]) {
        try withChunks(lens, chunks) { rows, outputs in
            let walk = ChunkWalk(
                lens: lens, rows: rows, outputs: outputs, groups: groups, groupCount: groupCount,
                collects: collects, spans: spans)
            let parts = try workers.map(0..<rows.count, leastPart: chunksPerPart, walk.run)
            var sums = [RawTally](repeating: RawTally(), count: groupCount)
            for part in parts {
                for (group, tally) in part.sums.enumerated() { sums[group] += tally }
            }
            return (sums, parts.compactMap(\.found))
        }
    }

    /// Calls `body` with the rows of chunks and what the lens's model made of them; the latter empty
    /// where no model is asked for.
    private func withChunks<Result>(
        _ lens: ResolvedLens, _ chunks: Range<Int>,
        _ body: ([UnsafeRawBufferPointer?], [UnsafeRawBufferPointer?]) throws -> Result
    ) throws -> Result {
        var keys = chunks.map { StateKey.rows($0) }
        let model = lens.lens.basis == .stated ? nil : lens.model
        if let model { keys += chunks.map { StateKey.outputs(model, $0) } }
        return try state.withValues(keys) { values in
            try body(Array(values[..<chunks.count]), Array(values[chunks.count...]))
        }
    }

    /// Sums row by row: for spans of time, and where duplicates are left out.
    private func countByRow(
        _ view: LensView, _ grouping: Grouping, _ chunks: Range<Int>, _ spans: TimeSpans?
    ) throws -> [RawTally] {
        let width = spans?.count ?? 1
        var raw = [RawTally](repeating: RawTally(), count: grouping.groups.count * width)
        let (basis, thresholds) = (view.lens.lens.basis, view.lens.thresholds)
        var last = 0
        try raw.withUnsafeMutableBufferPointer { tallies in
            try grouping.groupOfTuple.withUnsafeBufferPointer { groups in
                try forEachRow(view, chunks: chunks) { row in
                    let tuple = Int(row.tuple)
                    guard tuple < groups.count else { throw DamagedState("a segment number") }
                    let group = Int(groups[tuple])
                    guard group >= 0 else { return }
                    var slot = group * width
                    if let spans {
                        guard let span = spans.span(of: row.occurredAt, near: &last) else { return }
                        slot += span
                    }
                    row.count(into: &tallies[slot], basis, thresholds)
                }
            }
        }
        return raw
    }
}

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

/// The tally in the form that the counting loop adds to: plain integers side by side.
struct RawTally {
    /// Stated detractors, passives, promoters, then inferred ones.
    var classes: (Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0)
    var expectedSum: Int64 = 0
    var expectedSquares: Int64 = 0
    var uncounted = 0
    /// How many of the inferred were decided by a person.
    var decided = 0

    @inline(__always)
    mutating func add(stated npsClass: NPSClass) {
        switch npsClass {
        case .detractor:
            classes.0 += 1
            expectedSum -= 10_000
            expectedSquares += 100_000_000
        case .passive:
            classes.1 += 1
        case .promoter:
            classes.2 += 1
            expectedSum += 10_000
            expectedSquares += 100_000_000
        }
    }

    @inline(__always)
    mutating func add(inferred npsClass: NPSClass, detractor: UInt16, promoter: UInt16) {
        switch npsClass {
        case .detractor: classes.3 += 1
        case .passive: classes.4 += 1
        case .promoter: classes.5 += 1
        }
        let expected = Int64(promoter) - Int64(detractor)
        expectedSum += expected
        expectedSquares += expected * expected
    }

    /// A person's decision is as certain as a stated score.
    @inline(__always)
    mutating func add(decided npsClass: NPSClass) {
        switch npsClass {
        case .detractor: classes.3 += 1
        case .passive: classes.4 += 1
        case .promoter: classes.5 += 1
        }
        let expected = (Int64(npsClass.rawValue) - 1) * 10_000
        expectedSum += expected
        expectedSquares += expected * expected
        decided += 1
    }

    var isEmpty: Bool {
        classes == (0, 0, 0, 0, 0, 0) && expectedSum == 0 && expectedSquares == 0
            && uncounted == 0 && decided == 0
    }

    static func += (left: inout RawTally, right: RawTally) {
        left.classes.0 += right.classes.0
        left.classes.1 += right.classes.1
        left.classes.2 += right.classes.2
        left.classes.3 += right.classes.3
        left.classes.4 += right.classes.4
        left.classes.5 += right.classes.5
        left.expectedSum += right.expectedSum
        left.expectedSquares += right.expectedSquares
        left.uncounted += right.uncounted
        left.decided += right.decided
    }

    static func -= (left: inout RawTally, right: RawTally) {
        left.classes.0 -= right.classes.0
        left.classes.1 -= right.classes.1
        left.classes.2 -= right.classes.2
        left.classes.3 -= right.classes.3
        left.classes.4 -= right.classes.4
        left.classes.5 -= right.classes.5
        left.expectedSum -= right.expectedSum
        left.expectedSquares -= right.expectedSquares
        left.uncounted -= right.uncounted
        left.decided -= right.decided
    }

    var tally: NPSTally {
        var tally = NPSTally()
        tally.stated = NPSCounts(
            detractors: classes.0, passives: classes.1, promoters: classes.2)
        tally.inferred = NPSCounts(
            detractors: classes.3, passives: classes.4, promoters: classes.5)
        tally.expectedSum = expectedSum
        tally.expectedSquares = expectedSquares
        tally.uncounted = uncounted
        tally.reviewed = decided
        return tally
    }
}
