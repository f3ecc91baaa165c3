import LedgerCore
import NPSStatistics

/// The sums of one lens by segment tuple, kept between questions: for a reader that asks again
/// whenever something was appended.
///
/// Blocks of chunks in which nothing happened since the last question are not counted again, so an
/// answer costs a look at each chunk's header and the rows of the blocks that changed. The answer is
/// that of `NPSBySegmentQuery.tally`.
public struct SegmentCube: Sendable {
    /// Chunks of a block: 262,144 responses, which take less than a millisecond.
    public static let blockChunks = 64

    private struct Block: Sendable {
        /// The highest position of any event in it.
        var lastPosition: Position
        var rowCount: Int
        var tallies: [(tuple: UInt32, tally: RawTally)]
    }

    /// Headers of the chunks of one block.
    private struct Mark {
        var lastPosition: Position = 0
        var rowCount = 0
    }

    private var frame: ResolvedLens?
    private var blocks: [Block?] = []
    private var tuples = SegmentTuples()
    /// All blocks together as of the position that was asked for last: whatever comes later, it
    /// stays what it was then.
    private var whole: (asOf: Position, tallies: [(tuple: UInt32, tally: RawTally)])?

    private let blockChunks: Int

    /// Nothing kept.
    ///
    /// - Parameter blockChunks: chunks of a block; the answers do not depend on it.
    public init(blockChunks: Int = SegmentCube.blockChunks) {
        precondition(blockChunks > 0, "a block has at least one chunk")
        self.blockChunks = blockChunks
    }

    /// How many blocks the last question counted; for those who measure.
    public private(set) var countedBlocks = 0

    /// Sums by group under a lens, as `NPSBySegmentQuery.tally` gives them.
    ///
    /// Questions that differ in more than `asOf` and selection start over.
    ///
    /// - Parameter lens: as of a position that the state has reached, or the highest that there is.
    public mutating func tally<State: StateReader>(
        _ lens: ResolvedLens, _ selection: SegmentSelection, _ query: NPSBySegmentQuery<State>
    ) throws -> [NPSBySegmentQuery<State>.Group] {
        // Which of several responses counts depends on all others: no block stands alone.
        guard lens.lens.duplicates == .all else { return try query.tally(lens, selection) }
        forgetUnless(lens)
        let tuples = try tuples(of: query)
        let grouping = tuples.grouping(selection)
        countedBlocks = 0
        // What has not been yet is in no state: only a position that was reached stays as it is.
        if whole?.asOf != lens.lens.asOf || lens.lens.asOf == .max {
            try bringTogether(lens, tuples.count, query)
        }
        var raw = [RawTally](repeating: RawTally(), count: grouping.groups.count)
        for (tuple, tally) in whole?.tallies ?? [] {
            let group = grouping.groupOfTuple[Int(tuple)]
            if group >= 0 { raw[Int(group)] += tally }
        }
        return grouping.groups.indices.compactMap { index in
            let tally = raw[index].tally
            guard tally.counts.total > 0 || tally.uncounted > 0 else { return nil }
            return NPSBySegmentQuery<State>.Group(
                values: grouping.groups[index], tallies: [tally])
        }
    }

    /// Counts the blocks in which something has happened, and adds all up.
    private mutating func bringTogether<State: StateReader>(
        _ lens: ResolvedLens, _ tupleCount: Int, _ query: NPSBySegmentQuery<State>
    ) throws {
        whole = nil
        let chunkCount = try query.chunkCount()
        let marks = try marks(lens, chunkCount, query.state)
        let identity = (0..<Int32(tupleCount)).map { $0 }
        blocks += [Block?](repeating: nil, count: max(0, marks.count - blocks.count))
        var raw = [RawTally](repeating: RawTally(), count: tupleCount)
        for (index, mark) in marks.enumerated() {
            let known = blocks[index]
            let isCurrent =
                known?.lastPosition == mark.lastPosition && known?.rowCount == mark.rowCount
                && mark.lastPosition < lens.lens.asOf
            let block: Block
            if isCurrent, let known {
                block = known
            } else {
                let first = index * blockChunks
                let chunks = first..<min(chunkCount, first + blockChunks)
                let sums = try query.count(lens, identity, tupleCount, chunks)
                countedBlocks += 1
                block = Block(
                    lastPosition: mark.lastPosition, rowCount: mark.rowCount,
                    tallies: sums.enumerated().filter { !$0.element.isEmpty }
                        .map { (UInt32($0.offset), $0.element) })
                // What is seen as of an earlier position is good for that position alone.
                if mark.lastPosition < lens.lens.asOf { blocks[index] = block }
            }
            for (tuple, tally) in block.tallies { raw[Int(tuple)] += tally }
        }
        whole = (
            lens.lens.asOf,
            raw.enumerated().filter { !$0.element.isEmpty }.map { (UInt32($0.offset), $0.element) }
        )
    }

    /// Those of the query, or else those that were loaded for former questions and what has come in
    /// since.
    private mutating func tuples<State: StateReader>(
        of query: NPSBySegmentQuery<State>
    ) throws -> SegmentTuples {
        if let known = query.knownTuples { return known }
        try tuples.load(query.state)
        return tuples
    }

    private mutating func forgetUnless(_ lens: ResolvedLens) {
        let frame = lens.asOf(0)
        if self.frame != frame {
            blocks.removeAll()
            whole = nil
            self.frame = frame
        }
    }

    private func marks(
        _ lens: ResolvedLens, _ chunkCount: Int, _ state: some StateReader
    ) throws -> [Mark] {
        let blockCount = (chunkCount + blockChunks - 1) / blockChunks
        var marks = [Mark](repeating: Mark(), count: blockCount)
        func note(_ chunk: Int, _ lastPosition: Position, _ rowCount: Int) throws {
            guard chunk < chunkCount else { throw DamagedState("chunk \(chunk) is too many") }
            let block = chunk / blockChunks
            marks[block].lastPosition = max(marks[block].lastPosition, lastPosition)
            marks[block].rowCount += rowCount
        }
        try state.scan(prefix: StateKey.rowsPrefix) { key, value in
            guard key.count == 5 else { throw DamagedState("a chunk of rows") }
            let rows = try RowChunkView(value)
            let chunk = key.loadUnaligned(fromByteOffset: 1, as: UInt32.self)
            try note(Int(UInt32(bigEndian: chunk)), rows.lastPosition, rows.count)
            return true
        }
        guard let model = lens.model, lens.lens.basis != .stated else { return marks }
        try state.scan(prefix: StateKey.outputsPrefix(model)) { key, value in
            guard key.count == 9 else { throw DamagedState("a chunk of outputs") }
            let chunk = key.loadUnaligned(fromByteOffset: 5, as: UInt32.self)
            // A chunk's outputs count as a row more, so that the first classification is a change.
            try note(Int(UInt32(bigEndian: chunk)), try OutputChunkView(value).lastPosition, 1)
            return true
        }
        return marks
    }
}
