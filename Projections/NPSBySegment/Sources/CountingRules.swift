import LedgerCore

/// What a row counts as under a lens, in the form of the counting loop: without a branch.
struct CountingRules {
    /// Counters of a group; a power of two of the sums of a group, of which there are two.
    static let counters = 8
    /// The counter of texts that could not be counted.
    static let uncounted = 6
    /// The counter of all that is not asked for: the highest, with all bits set.
    static let nothing = 7

    let basis: Lens.Basis
    let from: Microseconds
    let to: Microseconds
    private let passiveFrom: Int32
    private let promoterFrom: Int32
    private let confidenceMin: Int32

    init(_ lens: ResolvedLens) {
        basis = lens.lens.basis
        // Beyond what an entry can hold, and so near that differences do not overflow.
        from = max(lens.lens.from ?? .min, -1 << 61)
        to = min(lens.lens.to ?? .max, 1 << 61)
        passiveFrom = Int32(lens.thresholds.passiveFrom)
        promoterFrom = Int32(lens.thresholds.promoterFrom)
        confidenceMin = Int32(lens.thresholds.confidenceMin)
    }

    /// Writes the counter that each row of a chunk counts in, decisions aside.
    ///
    /// - Returns: how many rows the model may have classified; they come first.
    func choose(
        _ rows: RowChunkView, _ outputs: OutputChunkView?,
        _ counters: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        let classified = basis == .stated ? 0 : min(rows.count, outputs?.count ?? 0)
        if let outputs, classified > 0 {
            chooseClassified(
                RowColumns(rows), Column(outputs.bytes, outputs.detractorOffset),
                Column(outputs.bytes, outputs.promoterOffset), classified, counters)
        }
        chooseUnclassified(RowColumns(rows), classified..<rows.count, counters)
        if rows.earliest < from || rows.latest >= to {
            let times = RowColumns(rows).times
            for row in 0..<rows.count {
                let time = times[row]
                let isOut = (time &- from) >> 63 | ~((time &- to) >> 63)
                counters[row] |= UInt8(truncatingIfNeeded: isOut) & UInt8(Self.nothing)
            }
        }
        return classified
    }

    /// All bits where `first` is less than `second`, else none.
    ///
    /// What a row counts as is chance to the processor, and each wrong guess of a branch would cost
    /// more than counting the row; so conditions are masks, and several rows are decided at once.
    @inline(__always)
    private func less(_ first: Int32, _ second: Int32) -> Int32 { (first &- second) >> 31 }

    private func chooseClassified(
        _ columns: RowColumns, _ detractors: Column<UInt16>, _ promoters: Column<UInt16>,
        _ count: Int, _ counters: UnsafeMutableBufferPointer<UInt8>
    ) {
        let usesStated: Int32 = basis != .inferred ? -1 : 0
        for row in 0..<count {
            let (score, flags) = (Int32(columns.scores[row]), Int32(columns.flags[row]))
            let (d, p) = (Int32(detractors[row]), Int32(promoters[row]))
            let isStated = usesStated & less(score, Int32(RowChunk.noScore))
            let passive = 10_000 &- d &- p
            let isPassive = less(d, passive)
            let likelier = d &+ ((passive &- d) & isPassive)
            let isPromoter = less(likelier, p)
            let most = likelier &+ ((p &- likelier) & isPromoter)
            let isRead =
                ~isStated & less(d, Int32(OutputChunk.unclassified)) & ~less(most, confidenceMin)
            let read = 3 &+ ((1 & isPassive & ~isPromoter) | (2 & isPromoter))
            let counter =
                (stated(score) & isStated) | (read & isRead)
                | ((Int32(Self.nothing) &- (flags & 1)) & ~(isStated | isRead))
            counters[row] = UInt8(truncatingIfNeeded: counter | excluded(flags))
        }
    }

    /// Rows without a classification, or whose classification is not asked for.
    private func chooseUnclassified(
        _ columns: RowColumns, _ range: Range<Int>, _ counters: UnsafeMutableBufferPointer<UInt8>
    ) {
        let usesStated: Int32 = basis != .inferred ? -1 : 0
        // A text that nobody was asked to read is not missing.
        let asksTexts: Int32 = basis == .stated ? 0 : 1
        for row in range {
            let (score, flags) = (Int32(columns.scores[row]), Int32(columns.flags[row]))
            let isStated = usesStated & less(score, Int32(RowChunk.noScore))
            let counter =
                (stated(score) & isStated)
                | ((Int32(Self.nothing) &- (flags & asksTexts)) & ~isStated)
            counters[row] = UInt8(truncatingIfNeeded: counter | excluded(flags))
        }
    }

    /// The counter of nothing where a row is excluded, else 0.
    @inline(__always)
    private func excluded(_ flags: Int32) -> Int32 {
        Int32(Self.nothing) & (0 &- (flags >> 1 & 1))
    }

    /// 0, 1 or 2.
    @inline(__always)
    private func stated(_ score: Int32) -> Int32 {
        2 &+ less(score, passiveFrom) &+ less(score, promoterFrom)
    }

    /// The class of a counter; ``noClass`` of those that are no answer's.
    @inline(__always)
    static func npsClass(_ counter: UInt8) -> UInt8 {
        // By counter, two bits each: stated, read, and twice no class.
        UInt8(truncatingIfNeeded: UInt16(0b11_11_10_01_00_10_01_00) &>> (UInt16(counter) &* 2)) & 3
    }

    /// What a row is that does not count.
    static let noClass: UInt8 = 3
}

/// One walk over some chunks that lie in memory as long as it runs.
// SAFETY: the buffers are only read, and stay where they are until the job is done.
struct ChunkWalk: @unchecked Sendable {
    let lens: ResolvedLens
    let rows: [UnsafeRawBufferPointer?]
    /// Empty where no model is asked for.
    let outputs: [UnsafeRawBufferPointer?]
    let groups: [Int32]
    let groupCount: Int
    /// Whether not only sums but the answers themselves are asked for.
    let collects: Bool
    let spans: TimeSpans?

    func run(_ chunks: Range<Int>) throws -> (sums: [RawTally], found: FoundAnswers?) {
        var kernel = ScoreKernel(lens, groupOfTuple: groups, groupCount: groupCount)
        var slow = [RawTally](repeating: RawTally(), count: groupCount)
        var collector = AnswerCollector(lens, groups, spans, chunks: collects ? chunks.count : 0)
        let asOf = lens.lens.asOf
        for chunk in chunks {
            guard let bytes = rows[chunk] else {
                throw DamagedState("chunk \(chunk) is missing")
            }
            let view = try RowChunkView(bytes)
            guard view.base < asOf, lens.sees(view) else { continue }
            let classified =
                try outputs.isEmpty ? nil : outputs[chunk].map { try OutputChunkView($0) }
            if view.lastPosition < asOf, classified?.lastPosition ?? 0 < lens.lens.readAsOf {
                try kernel.count(view, classified)
                if view.decisionCount > 0 { try correct(view, classified, &slow) }
                if collects { try collector.add(view, classified, &kernel.counters) }
            } else {
                try ChunkVisit(view, classified, lens).forEachRow { row, _ in
                    let tuple = Int(row.tuple)
                    guard tuple < groups.count else { throw DamagedState("a segment number") }
                    guard groups[tuple] >= 0 else { return }
                    row.count(
                        into: &slow[Int(groups[tuple])], lens.lens.basis, lens.thresholds)
                    if collects { try collector.add(row) }
                }
            }
        }
        for group in slow.indices { slow[group] += kernel.tally(group) }
        return (slow, collects ? collector.found : nil)
    }

    /// Turns what the kernel made of the rows that people decided on into what they count as.
    ///
    /// The kernel knows no decisions, so that it costs the same with and without; they are rare.
    private func correct(
        _ rows: RowChunkView, _ outputs: OutputChunkView?, _ sums: inout [RawTally]
    ) throws {
        try ChunkVisit(rows, outputs, lens).forEachDecided { row, _ in
            let tuple = Int(row.tuple)
            guard tuple < groups.count else { throw DamagedState("a segment number") }
            guard groups[tuple] >= 0 else { return }
            var (read, decided) = (RawTally(), RawTally())
            row.undecided.count(into: &read, lens.lens.basis, lens.thresholds)
            row.count(into: &decided, lens.lens.basis, lens.thresholds)
            sums[Int(groups[tuple])] -= read
            sums[Int(groups[tuple])] += decided
        }
    }
}
