import LedgerCore
import NPSStatistics

/// Responses that count under a lens, those of each person together.
///
/// Answers of one person are not independent, so their sums are taken person by person. Nothing is
/// looked up and nothing sorted by respondent: where few people answer often, there is a place for
/// each of their cells; else the answers of those who gave several are dealt out in two steps. Either
/// stays within the processor's cache.
public struct AnswersByPerson: Sendable {
    /// Values of each group, as in `NPSBySegmentQuery.Group`; also of those with nothing in them.
    public let groups: [[String?]]
    /// Slots of each group: one, or as many as there are spans of time.
    public let slotsPerGroup: Int
    /// Where there is a place for each cell.
    private let table: PersonTable?
    /// Where there is not.
    private let parts: [AnswerRecords]
    private let stretches: Int
    /// Answers of respondents with numbers out of the way, by respondent.
    private let outliers: [AnswerRecords.Outlier]

    /// - Parameter found: by each worker, of whom this makes use again.
    init(
        _ found: [FoundAnswers], _ groups: [[String?]], slotsPerGroup: Int, by workers: Workers
    ) throws {
        self.groups = groups
        self.slotsPerGroup = slotsPerGroup
        table = try PersonTable(found, slots: groups.count * slotsPerGroup, by: workers)
        if let table {
            (parts, stretches) = ([], table.stretches)
        } else {
            let repeated = try FoundAnswers.repeated(found, by: workers)
            parts = try workers.map(found.indices, leastPart: 1) { indices in
                indices.map { found[$0].records(of: repeated) }
            }.flatMap { $0 }
            stretches = parts.map(\.stretches).max() ?? 0
        }
        outliers = found.flatMap(\.outliers).sorted { $0.subject < $1.subject }
    }

    /// One slot of one person: how often the person is a detractor, a passive and a promoter in it.
    public struct Cell: Hashable, Sendable {
        /// Where the answers count: their group times the spans of time, and the number of the span.
        public let slot: Int
        let counts: SIMD4<Int32>

        /// How many answers there are.
        @inline(__always)
        public var count: Int { Int(counts.w) }
        /// Promoters less detractors.
        @inline(__always)
        public var sum: Int { Int(counts.z &- counts.x) }
        /// Promoters and detractors.
        @inline(__always)
        public var extremes: Int { Int(counts.z &+ counts.x) }
        /// The answers by class.
        public var answers: NPSCounts {
            NPSCounts(
                detractors: Int(counts.x), passives: Int(counts.y), promoters: Int(counts.z))
        }
    }

    /// Calls `body` with the answers of each person who gave several, by slots in ascending order.
    public func forEachPerson(_ body: (UnsafeBufferPointer<Cell>) throws -> Void) rethrows {
        let cells = CellScratch(slots: groups.count * slotsPerGroup)
        defer { cells.deallocate() }
        try forEachPerson(of: 0..<stretches, cells, body)
        try forEachOutlier(cells, body)
    }

    /// The same for the respondents of some stretches.
    @inline(__always)
    private func forEachPerson(
        of stretches: Range<Int>, _ cells: CellScratch,
        _ body: (UnsafeBufferPointer<Cell>) throws -> Void
    ) rethrows {
        if let table { return try table.forEachPerson(of: stretches, body) }
        let subjects = AnswerRecords.subjectsPerStretch
        var ends = [UInt32](repeating: 0, count: subjects + 1)
        var dealt: [UInt32] = []
        for stretch in stretches {
            let count = parts.reduce(0) { $0 + $1.count(of: stretch) }
            guard count > 0 else { continue }
            if dealt.count < count { dealt = [UInt32](repeating: 0, count: count * 5 / 4) }
            try ends.withUnsafeMutableBufferPointer { ends in
                try dealt.withUnsafeMutableBufferPointer { dealt in
                    deal(stretch, ends, dealt)
                    var start = 0
                    for subject in 0..<subjects {
                        let end = Int(ends[subject])
                        if end > start + 1 {
                            try cells.with(UnsafeBufferPointer(rebasing: dealt[start..<end]), body)
                        }
                        start = end
                    }
                }
            }
        }
    }

    /// Puts the answers of a stretch into the order of respondents.
    ///
    /// - Parameters:
    ///   - ends: gets where the answers of each end.
    ///   - dealt: gets slots and classes.
    private func deal(
        _ stretch: Int, _ ends: UnsafeMutableBufferPointer<UInt32>,
        _ dealt: UnsafeMutableBufferPointer<UInt32>
    ) {
        ends.update(repeating: 0)
        for part in parts { part.forEach(of: stretch) { ends[$0.subjectInStretch] &+= 1 } }
        var sum: UInt32 = 0
        for subject in ends.indices {
            sum &+= ends[subject]
            ends[subject] = sum &- ends[subject]
        }
        for part in parts {
            part.forEach(of: stretch) { record in
                let subject = record.subjectInStretch
                dealt[Int(ends[subject])] = record.answer
                ends[subject] &+= 1
            }
        }
    }

    private func forEachOutlier(
        _ cells: CellScratch, _ body: (UnsafeBufferPointer<Cell>) throws -> Void
    ) rethrows {
        var start = 0
        while start < outliers.count {
            var end = start
            while end < outliers.count, outliers[end].subject == outliers[start].subject {
                end += 1
            }
            if end > start + 1 {
                try outliers[start..<end].map(\.answer).withUnsafeBufferPointer {
                    try cells.with($0, body)
                }
            }
            start = end
        }
    }

    /// What it changes in the sums of each slot, and of all together, that answers of one person
    /// are one person's.
    public func repeated(
        by workers: Workers = .caller
    ) throws -> (sums: [RepeatedAnswers], all: RepeatedAnswers) {
        let count = groups.count * slotsPerGroup
        @Sendable func sum(_ walk: (CellScratch, (UnsafeBufferPointer<Cell>) -> Void) -> Void)
            -> RepeatedSums
        {
            let cells = CellScratch(slots: count)
            defer { cells.deallocate() }
            var sums = RepeatedSums(count)
            sums.withSlots { slots, all in walk(cells) { RepeatedSums.add($0, slots, &all) } }
            return sums
        }
        let parts = try workers.map(0..<stretches, leastPart: 8) { stretches in
            sum { forEachPerson(of: stretches, $0, $1) }
        }
        var sums = sum { forEachOutlier($0, $1) }
        for part in parts { sums.add(part) }
        return (sums.slots, sums.all)
    }
}

extension AnswersByPerson {
    /// What it changes in the sums of each slot, and of all together, that each person counts once,
    /// by the mean of their answers there: to add to sums in which each response is a person.
    public func averaged() -> (sums: [ClusterSums], all: ClusterSums) {
        var sums = [ClusterSums](repeating: .zero, count: groups.count * slotsPerGroup)
        var all = ClusterSums.zero
        forEachPerson { cells in
            var whole = NPSCounts.zero
            for cell in cells {
                sums[cell.slot].average(ExpectedScore(cell.answers))
                whole += cell.answers
            }
            all.average(ExpectedScore(whole))
        }
        return (sums, all)
    }
}

/// Room for the answers of one person at a time, by slot.
private struct CellScratch {
    /// Detractors, passives, promoters and all three; zero between persons.
    private let counts: UnsafeMutablePointer<SIMD4<Int32>>
    private let slots: UnsafeMutablePointer<Int32>
    private let cells: UnsafeMutablePointer<AnswersByPerson.Cell>

    init(slots count: Int) {
        counts = .allocate(capacity: count)
        counts.initialize(repeating: .zero, count: count)
        // Two more: the place after the last is written in any case, and two answers need no table.
        slots = .allocate(capacity: count + 2)
        slots.initialize(repeating: 0, count: count + 2)
        cells = .allocate(capacity: count + 2)
        cells.initialize(
            repeating: AnswersByPerson.Cell(slot: 0, counts: .zero), count: count + 2)
    }

    func deallocate() {
        counts.deallocate()
        slots.deallocate()
        cells.deallocate()
    }

    /// Calls `body` with the cells of a person.
    @inline(__always)
    func with(
        _ answers: UnsafeBufferPointer<UInt32>,
        _ body: (UnsafeBufferPointer<AnswersByPerson.Cell>) throws -> Void
    ) rethrows {
        guard answers.count > 2 else {
            return try body(
                UnsafeBufferPointer(start: cells, count: pair(answers[0], answers[1])))
        }
        var count = 0
        for answer in answers {
            let slot = Int(answer >> 2)
            let old = counts[slot]
            slots[count] = Int32(truncatingIfNeeded: slot)
            count &+= old.w == 0 ? 1 : 0
            counts[slot] = old &+ .one(answer & 3)
        }
        let own = UnsafeMutableBufferPointer(start: slots, count: count)
        own.sortFew()
        for index in 0..<count {
            let slot = Int(own[index])
            cells[index] = AnswersByPerson.Cell(slot: slot, counts: counts[slot])
            counts[slot] = .zero
        }
        try body(UnsafeBufferPointer(start: cells, count: count))
    }

    /// The cells of whoever gave two answers, as most do who gave several; returns how many.
    @inline(__always)
    private func pair(_ one: UInt32, _ other: UInt32) -> Int {
        let (first, second) = (min(one, other), max(one, other))
        let (slot, next) = (Int(first >> 2), Int(second >> 2))
        let counts = SIMD4<Int32>.one(first & 3)
        guard slot < next else {
            cells[0] = AnswersByPerson.Cell(slot: slot, counts: counts &+ .one(second & 3))
            return 1
        }
        cells[0] = AnswersByPerson.Cell(slot: slot, counts: counts)
        cells[1] = AnswersByPerson.Cell(slot: next, counts: .one(second & 3))
        return 2
    }
}

extension UnsafeMutableBufferPointer<Int32> {
    /// By insertion where they are few, as nearly everybody's are.
    @inline(__always)
    fileprivate func sortFew() {
        guard count <= 24 else {
            var numbers = self
            return numbers.sort()
        }
        var index = 1
        while index < count {
            let number = self[index]
            var place = index
            while place > 0, self[place &- 1] > number {
                self[place] = self[place &- 1]
                place &-= 1
            }
            self[place] = number
            index &+= 1
        }
    }
}

/// What repeated answers change, by slot and in all.
private struct RepeatedSums: Sendable {
    private(set) var slots: [RepeatedAnswers]
    private(set) var all = RepeatedAnswers.zero

    init(_ count: Int) {
        slots = [RepeatedAnswers](repeating: .zero, count: count)
    }

    mutating func add(_ other: RepeatedSums) {
        for slot in slots.indices { slots[slot] += other.slots[slot] }
        all += other.all
    }

    /// Calls `body` with what is to be added to.
    @inline(__always)
    mutating func withSlots(
        _ body: (UnsafeMutableBufferPointer<RepeatedAnswers>, inout RepeatedAnswers) -> Void
    ) {
        var all = all
        slots.withUnsafeMutableBufferPointer { body($0, &all) }
        self.all = all
    }

    /// Adds a person.
    @inline(__always)
    static func add(
        _ cells: UnsafeBufferPointer<AnswersByPerson.Cell>,
        _ slots: UnsafeMutableBufferPointer<RepeatedAnswers>, _ all: inout RepeatedAnswers
    ) {
        var (count, sum, extremes) = (0, 0, 0)
        for cell in cells {
            if cell.count > 1 {
                slots[cell.slot].join(count: cell.count, sum: cell.sum, extremes: cell.extremes)
            }
            count &+= cell.count
            sum &+= cell.sum
            extremes &+= cell.extremes
        }
        all.join(count: count, sum: sum, extremes: extremes)
    }
}

/// What it changes in the sums of the groups of a selection that answers of one person are one
/// person's.
public struct RepeatedByGroup: Sendable {
    /// Values of each group; also of those with nothing in them.
    public let groups: [[String?]]
    /// In the order of the groups.
    public let sums: [RepeatedAnswers]
    /// In the sums of all groups together, in which a person may have answers in several.
    public let all: RepeatedAnswers
}
