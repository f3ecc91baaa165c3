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
    private let passiveFrom: Int
    private let promoterFrom: Int
    private let confidenceMin: Int

    init(_ lens: ResolvedLens) {
        basis = lens.lens.basis
        // Beyond what an entry can hold, and so near that differences do not overflow.
        from = max(lens.lens.from ?? .min, -1 << 61)
        to = min(lens.lens.to ?? .max, 1 << 61)
        passiveFrom = Int(lens.thresholds.passiveFrom)
        promoterFrom = Int(lens.thresholds.promoterFrom)
        confidenceMin = Int(lens.thresholds.confidenceMin)
    }

    /// All bits where `first` is less than `second`, else none.
    ///
    /// What a row counts as is chance to the processor, and each wrong guess of a branch would cost
    /// more than counting the row; so conditions are masks.
    @inline(__always)
    private func less(_ first: Int, _ second: Int) -> Int { (first &- second) >> 63 }

    /// Rows that the model may have classified.
    ///
    /// - Parameters:
    ///   - slots: where the counters of each tuple's group begin.
    ///   - sums: two for each group.
    /// - Returns: false where a row's tuple is none.
    @inline(__always)
    func countClassified(
        _ rows: RowChunkView, _ outputs: OutputChunkView, _ range: Range<Int>,
        checksTime: Bool, _ slots: UnsafeBufferPointer<Int>,
        _ counts: UnsafeMutableBufferPointer<Int>, _ sums: UnsafeMutableBufferPointer<Int>
    ) -> Bool {
        let usesStated = basis != .inferred ? -1 : 0
        let columns = RowColumns(rows)
        let detractors = Column<UInt16>(outputs.bytes, outputs.detractorOffset)
        let promoters = Column<UInt16>(outputs.bytes, outputs.promoterOffset)
        for row in range {
            let tuple = Int(columns.tuples[row])
            guard tuple < slots.count else { return false }
            let (score, flags) = (Int(columns.scores[row]), Int(columns.flags[row]))
            let (d, p) = (Int(detractors[row]), Int(promoters[row]))
            let isStated = usesStated & less(score, Int(RowChunk.noScore))
            let passive = 10_000 &- d &- p
            let isPassive = less(d, passive)
            let likelier = d &+ ((passive &- d) & isPassive)
            let isPromoter = less(likelier, p)
            let most = likelier &+ ((p &- likelier) & isPromoter)
            let isRead =
                ~isStated & less(d, Int(OutputChunk.unclassified)) & ~less(most, confidenceMin)
            let isOut = outside(columns, row, flags, checksTime: checksTime)
            let read = 3 &+ ((1 & isPassive & ~isPromoter) | (2 & isPromoter))
            let counted =
                (stated(score) & isStated) | (read & isRead)
                | ((Self.nothing &- (flags & 1)) & ~(isStated | isRead))
            let slot = slots[tuple]
            counts[slot &+ (counted | (Self.nothing & isOut))] &+= 1
            let expected = (p &- d) & isRead & ~isOut
            let sum = slot >> 2
            sums[sum] &+= expected
            sums[sum &+ 1] &+= expected &* expected
        }
        return true
    }

    /// Rows without a classification, or whose classification is not asked for.
    @inline(__always)
    func countUnclassified(
        _ rows: RowChunkView, _ range: Range<Int>, checksTime: Bool,
        _ slots: UnsafeBufferPointer<Int>, _ counts: UnsafeMutableBufferPointer<Int>
    ) -> Bool {
        let usesStated = basis != .inferred ? -1 : 0
        // A text that nobody was asked to read is not missing.
        let asksTexts = basis == .stated ? 0 : 1
        let columns = RowColumns(rows)
        for row in range {
            let tuple = Int(columns.tuples[row])
            guard tuple < slots.count else { return false }
            let (score, flags) = (Int(columns.scores[row]), Int(columns.flags[row]))
            let isStated = usesStated & less(score, Int(RowChunk.noScore))
            let isOut = outside(columns, row, flags, checksTime: checksTime)
            let counted =
                (stated(score) & isStated)
                | ((Self.nothing &- (flags & asksTexts)) & ~isStated)
            counts[slots[tuple] &+ (counted | (Self.nothing & isOut))] &+= 1
        }
        return true
    }

    /// All bits where a row is excluded or out of the window.
    @inline(__always)
    private func outside(
        _ columns: RowColumns, _ row: Int, _ flags: Int, checksTime: Bool
    ) -> Int {
        let isExcluded = 0 &- (flags >> 1 & 1)
        guard checksTime else { return isExcluded }
        let time = Int(columns.times[row])
        return isExcluded | less(time, Int(from)) | ~less(time, Int(to))
    }

    /// 0, 1 or 2.
    @inline(__always)
    private func stated(_ score: Int) -> Int {
        2 &+ less(score, passiveFrom) &+ less(score, promoterFrom)
    }
}

/// Counting in some chunks that lie in memory as long as it runs.
// SAFETY: the buffers are only read, and stay where they are until the job is done.
struct CountingJob: @unchecked Sendable {
    let lens: ResolvedLens
    let rows: [UnsafeRawBufferPointer?]
    /// Empty where no model is asked for.
    let outputs: [UnsafeRawBufferPointer?]
    let groups: [Int32]
    let groupCount: Int

    func run(_ chunks: Range<Int>) throws -> [RawTally] {
        var kernel = ScoreKernel(lens, groupOfTuple: groups, groupCount: groupCount)
        var slow = [RawTally](repeating: RawTally(), count: groupCount)
        let asOf = lens.lens.asOf
        for chunk in chunks {
            guard let bytes = rows[chunk] else {
                throw DamagedState("chunk \(chunk) is missing")
            }
            let view = try RowChunkView(bytes)
            guard view.base < asOf, lens.sees(view) else { continue }
            let classified =
                try outputs.isEmpty ? nil : outputs[chunk].map { try OutputChunkView($0) }
            if view.lastPosition < asOf, classified?.lastPosition ?? 0 < asOf {
                try kernel.count(view, classified)
                if view.decisionCount > 0 { try correct(view, classified, &slow) }
            } else {
                try ChunkVisit(view, classified, lens).forEachRow { row, _ in
                    let tuple = Int(row.tuple)
                    guard tuple < groups.count else { throw DamagedState("a segment number") }
                    guard groups[tuple] >= 0 else { return }
                    row.count(
                        into: &slow[Int(groups[tuple])], lens.lens.basis, lens.thresholds)
                }
            }
        }
        for group in slow.indices { slow[group] += kernel.tally(group) }
        return slow
    }

    /// Turns what the kernel made of the rows that people decided on into what they count as.
    ///
    /// The kernel knows no decisions, so that it costs the same with and without; they are rare.
    private func correct(
        _ rows: RowChunkView, _ outputs: OutputChunkView?, _ sums: inout [RawTally]
    ) throws {
        try ChunkVisit(rows, outputs, lens).forEachDecided { row in
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
