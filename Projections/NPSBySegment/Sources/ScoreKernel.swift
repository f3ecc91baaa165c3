import LedgerCore

/// The counting loops for chunks of which a lens sees the rows as they stand today: no position, no
/// history and no exclusion list is looked at, and each row costs the same without a branch.
///
/// Counters: eight for each group (stated detractor, passive, promoter; the same inferred;
/// uncounted; nothing) and two sums.
struct ScoreKernel {
    private static let counterCount = CountingRules.counters

    private let rules: CountingRules
    private let slots: [Int]
    private var counts: [Int]
    private var sums: [Int]
    /// In which counter each row of the last chunk was counted.
    var counters = [UInt8](repeating: 0, count: RowChunk.rowsMax)

    /// - Parameter groupOfTuple: −1 for tuples that are left out.
    init(_ lens: ResolvedLens, groupOfTuple: [Int32], groupCount: Int) {
        rules = CountingRules(lens)
        // What is left out is counted as well, in a group of its own behind the others.
        slots = groupOfTuple.map { ($0 < 0 ? groupCount : Int($0)) * Self.counterCount }
        counts = [Int](repeating: 0, count: (groupCount + 1) * Self.counterCount)
        sums = [Int](repeating: 0, count: (groupCount + 1) * 2)
    }

    /// Counts all rows of a chunk.
    mutating func count(_ rows: RowChunkView, _ outputs: OutputChunkView?) throws {
        let (rules, slots) = (rules, slots)
        var isSound = true
        counters.withUnsafeMutableBufferPointer { counters in
            let classified = rules.choose(rows, outputs, counters)
            let chosen = UnsafeBufferPointer(counters)
            counts.withUnsafeMutableBufferPointer { counts in
                slots.withUnsafeBufferPointer { slots in
                    isSound = Self.add(rows, chosen, slots, counts)
                    guard isSound, let outputs, classified > 0 else { return }
                    sums.withUnsafeMutableBufferPointer { sums in
                        Self.add(rows, outputs, chosen[..<classified], slots, sums)
                    }
                }
            }
        }
        guard isSound else { throw DamagedState("a segment number") }
    }

    /// Adds one to the counter of each row.
    ///
    /// - Parameter slots: where the counters of each tuple's group begin.
    /// - Returns: false where a row's tuple is none.
    private static func add(
        _ rows: RowChunkView, _ counters: UnsafeBufferPointer<UInt8>,
        _ slots: UnsafeBufferPointer<Int>, _ counts: UnsafeMutableBufferPointer<Int>
    ) -> Bool {
        let tuples = RowColumns(rows).tuples
        for row in 0..<rows.count {
            let tuple = Int(tuples[row])
            guard tuple < slots.count else { return false }
            counts[slots[tuple] &+ Int(counters[row])] &+= 1
        }
        return true
    }

    /// Adds what is expected of the rows that were read, and its square.
    ///
    /// - Parameter counters: of the rows that the model may have classified.
    private static func add(
        _ rows: RowChunkView, _ outputs: OutputChunkView,
        _ counters: Slice<UnsafeBufferPointer<UInt8>>, _ slots: UnsafeBufferPointer<Int>,
        _ sums: UnsafeMutableBufferPointer<Int>
    ) {
        let tuples = RowColumns(rows).tuples
        let detractors = Column<UInt16>(outputs.bytes, outputs.detractorOffset)
        let promoters = Column<UInt16>(outputs.bytes, outputs.promoterOffset)
        for row in counters.indices {
            // 3, 4 and 5 are the read ones.
            let isRead = 0 &- (counters[row] &- 3 < 3 ? 1 : 0)
            let expected = (Int(promoters[row]) &- Int(detractors[row])) & isRead
            let sum = slots[Int(tuples[row])] >> 2
            sums[sum] &+= expected
            sums[sum &+ 1] &+= expected &* expected
        }
    }

    /// The sums of a group.
    func tally(_ group: Int) -> RawTally {
        let at = group * Self.counterCount
        var tally = RawTally()
        tally.classes = (
            counts[at], counts[at + 1], counts[at + 2], counts[at + 3], counts[at + 4],
            counts[at + 5]
        )
        tally.expectedSum = Int64(sums[group * 2]) + 10_000 * Int64(counts[at + 2] - counts[at])
        tally.expectedSquares =
            Int64(sums[group * 2 + 1]) + 100_000_000 * Int64(counts[at + 2] + counts[at])
        tally.uncounted = counts[at + CountingRules.uncounted]
        return tally
    }
}

/// The rows of one chunk as a lens sees them, whatever happened to them since.
struct ChunkVisit {
    private typealias Classification = (detractor: UInt16, promoter: UInt16)

    private let rows: RowChunkView
    private let outputs: OutputChunkView?
    private let asOf: Position
    private let window: (from: Microseconds, to: Microseconds)
    private let excluded: Set<Int>?
    private let former: [Int: (score: UInt16, flags: UInt8, tuple: UInt32)]?
    private let replaced: [Int: Classification]?
    private let readAsOf: Position
    /// Rows whose text was replaced after `asOf` and before `readAsOf`, with what was read in it.
    private let formerTexts: (ends: [Int: Position], read: [Int: Classification])?
    private let decided: DecidedRows?

    init(_ rows: RowChunkView, _ outputs: OutputChunkView?, _ lens: ResolvedLens) throws {
        self.rows = rows
        self.outputs = outputs
        let lens = lens.lens
        asOf = lens.asOf
        window = (lens.from ?? .min, lens.to ?? .max)
        excluded = rows.excluded(asOf: asOf)
        former = rows.lastPosition < asOf ? nil : rows.former(asOf: asOf)
        readAsOf = lens.readAsOf
        replaced =
            if let outputs, outputs.lastPosition >= lens.readAsOf {
                outputs.former(asOf: lens.readAsOf)
            } else { nil }
        formerTexts = rows.textsReplaced(since: lens.asOf, before: lens.readAsOf).map { ends in
            (ends, outputs?.read(inTextsReplacedAt: ends, before: lens.readAsOf) ?? [:])
        }
        decided =
            lens.reviews == .applied && lens.basis != .stated
            ? try DecidedRows(rows, asOf: asOf) : nil
    }

    /// Calls `body` with each row that the lens sees and its place in the chunk.
    @inline(__always)
    func forEachRow(_ body: (VisibleRow, Int) throws -> Void) throws {
        for row in 0..<rows.count {
            if rows.position(row) >= asOf { return }
            if let visible = visible(row) { try body(visible, row) }
        }
    }

    /// Calls `body` with each row that the lens sees and its model left unread.
    ///
    /// Where nothing is to be undone, only the outputs' columns are looked at: such rows are rare.
    func forEachDeclined(_ body: (VisibleRow) throws -> Void) throws {
        guard let outputs else { return }
        guard outputs.lastPosition < readAsOf, formerTexts == nil else {
            try forEachRow { row, _ in
                if row.packedLanguage != 0 { try body(row) }
            }
            return
        }
        let detractors = Column<UInt16>(outputs.bytes, outputs.detractorOffset)
        let promoters = Column<UInt16>(outputs.bytes, outputs.promoterOffset)
        let count = min(rows.count, outputs.count)
        for first in stride(from: 0, to: count, by: Self.stretchRows) {
            let stretch = first..<min(count, first + Self.stretchRows)
            // Counted first, several at once: most stretches have none.
            var declined: UInt16 = 0
            for row in stretch {
                declined &+=
                    (detractors[row] == OutputChunk.unclassified ? 1 : 0)
                    & (promoters[row] != 0 ? 1 : 0)
            }
            guard declined > 0 else { continue }
            for row in stretch
            where detractors[row] == OutputChunk.unclassified && promoters[row] != 0 {
                if rows.position(row) >= asOf { return }
                if let row = visible(row), row.packedLanguage != 0 { try body(row) }
            }
        }
    }

    /// Rows that are counted before one of them is looked at.
    private static let stretchRows = 256

    /// Calls `body` with each row that the lens sees and a person decided on, and its place.
    func forEachDecided(_ body: (VisibleRow, Int) throws -> Void) rethrows {
        guard let decided else { return }
        for row in decided.rows {
            if let visible = visible(row) { try body(visible, row) }
        }
    }

    /// A row that stands before the lens's position; nil where the lens does not see it.
    @inline(__always)
    private func visible(_ row: Int) -> VisibleRow? {
        let occurredAt = rows.occurredAt(row)
        if occurredAt < window.from || occurredAt >= window.to { return nil }
        var (score, flags, tuple) = (rows.score(row), rows.flags(row), rows.tuple(row))
        if flags & RowChunk.Flag.isExcluded != 0, let excluded, excluded.contains(row) {
            return nil
        }
        var decision: NPSClass?
        if flags & RowChunk.Flag.isDecided != 0, let decided { decision = decided[row] }
        if let former, let old = former[row] { (score, flags, tuple) = old }
        var classification: Classification?
        if let formerTexts, formerTexts.ends[row] != nil {
            classification = formerTexts.read[row]
        } else if let outputs, row < outputs.count {
            if outputs.position(row) < readAsOf {
                classification = (outputs.detractor(row), outputs.promoter(row))
            } else {
                classification = replaced?[row]
            }
        }
        let hasText = flags & RowChunk.Flag.hasText != 0
        var unlearnt: UInt16 = 0
        if let found = classification, found.detractor == OutputChunk.unclassified {
            (unlearnt, classification) = (found.promoter, nil)
        }
        return VisibleRow(
            position: rows.position(row), occurredAt: occurredAt, subject: rows.subject(row),
            tuple: tuple, rawScore: score,
            isDatedAhead: flags & RowChunk.Flag.isDatedAhead != 0, hasText: hasText,
            isClassified: classification != nil,
            packedLanguage: unlearnt,
            detractor: classification?.detractor ?? 0, promoter: classification?.promoter ?? 0,
            // Without a text there is nothing that a person could have read.
            decision: hasText ? decision : nil)
    }
}

/// Of several responses of one respondent in a span of time the one that counts: a bit for each row.
struct CountedResponses {
    private struct Key: Hashable {
        let subject: UInt64
        let span: Int
    }

    private struct Best {
        var occurredAt: Microseconds
        var row: Int
    }

    private let latestCounts: Bool
    private var best: [Key: Best] = [:]
    private var bits: [UInt64]

    init(_ policy: Lens.Duplicates, chunkCount: Int) {
        latestCounts = policy == .latest
        bits = [UInt64](repeating: 0, count: chunkCount << (RowChunk.rowBits - 6))
    }

    /// Takes a response into account; rows come in log order.
    mutating func note(_ row: VisibleRow, _ span: Int, _ chunk: Int, _ index: Int) {
        let place = chunk << RowChunk.rowBits | index
        let key = Key(subject: row.subject, span: span)
        guard let known = best[key] else {
            best[key] = Best(occurredAt: row.occurredAt, row: place)
            return
        }
        // At the same time the one that was recorded last is the latest.
        let isBetter =
            latestCounts
            ? row.occurredAt >= known.occurredAt : row.occurredAt < known.occurredAt
        if isBetter { best[key] = Best(occurredAt: row.occurredAt, row: place) }
    }

    /// Marks what was found.
    mutating func choose() {
        for found in best.values { bits[found.row >> 6] |= 1 << UInt64(found.row & 63) }
        best = [:]
    }

    func contains(_ chunk: Int, _ index: Int) -> Bool {
        let place = chunk << RowChunk.rowBits | index
        return bits[place >> 6] >> UInt64(place & 63) & 1 == 1
    }
}
