import LedgerCore
import NPSStatistics

/// Responses that count under a lens, those of each person together.
///
/// Answers of one person are not independent, so their sums are taken person by person. Nothing is
/// looked up and nothing sorted by respondent: the answers of those who gave several are dealt out
/// in two steps, each of which stays within the processor's cache.
public struct AnswersByPerson: Sendable {
    /// Values of each group, as in `NPSBySegmentQuery.Group`; also of those with nothing in them.
    public let groups: [[String?]]
    /// Slots of each group: one, or as many as there are spans of time.
    public let slotsPerGroup: Int
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
        let repeated = FoundAnswers.repeated(found)
        parts = try workers.map(found.indices, leastPart: 1) { indices in
            indices.map { found[$0].records(of: repeated) }
        }.flatMap { $0 }
        stretches = parts.map(\.stretches).max() ?? 0
        outliers = found.flatMap(\.outliers).sorted { $0.subject < $1.subject }
    }

    /// One slot of one person: how often the person is a detractor, a passive and a promoter in it.
    public struct Cell: Hashable, Sendable {
        /// Where the answers count: their group times the spans of time, and the number of the span.
        public let slot: Int
        fileprivate let counts: SIMD4<Int32>

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
        var cells = CellTable(slots: groups.count * slotsPerGroup)
        try forEachPerson(of: 0..<stretches, &cells, body)
        try forEachOutlier(&cells, body)
    }

    /// The same for the respondents of some stretches.
    private func forEachPerson(
        of stretches: Range<Int>, _ cells: inout CellTable,
        _ body: (UnsafeBufferPointer<Cell>) throws -> Void
    ) rethrows {
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
        _ cells: inout CellTable, _ body: (UnsafeBufferPointer<Cell>) throws -> Void
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
        let parts = try workers.map(0..<stretches, leastPart: 8) { stretches in
            var (sums, cells) = (RepeatedSums(count), CellTable(slots: count))
            forEachPerson(of: stretches, &cells) { sums.add($0) }
            return sums
        }
        var (sums, cells) = (RepeatedSums(count), CellTable(slots: count))
        forEachOutlier(&cells) { sums.add($0) }
        for part in parts { sums.add(part) }
        return (sums.slots, sums.all)
    }
}

/// The answers of one person at a time, by slot.
private struct CellTable {
    /// Detractors, passives, promoters and all three; zero between persons.
    private var counts: [SIMD4<Int32>]
    private var slots: [Int32]
    private var cells: [AnswersByPerson.Cell]

    init(slots count: Int) {
        counts = [SIMD4<Int32>](repeating: .zero, count: count)
        // One more: the place after the last is written in any case.
        slots = [Int32](repeating: 0, count: count + 1)
        cells = slots.map { AnswersByPerson.Cell(slot: Int($0), counts: .zero) }
    }

    /// Calls `body` with the cells of a person.
    @inline(__always)
    mutating func with(
        _ answers: UnsafeBufferPointer<UInt32>,
        _ body: (UnsafeBufferPointer<AnswersByPerson.Cell>) throws -> Void
    ) rethrows {
        try counts.withUnsafeMutableBufferPointer { counts in
            try slots.withUnsafeMutableBufferPointer { slots in
                try cells.withUnsafeMutableBufferPointer { cells in
                    var count = 0
                    for answer in answers {
                        let slot = Int(answer >> 2)
                        let old = counts[slot]
                        slots[count] = Int32(truncatingIfNeeded: slot)
                        count &+= old.w == 0 ? 1 : 0
                        counts[slot] = old &+ Self.one(answer & 3)
                    }
                    let own = UnsafeMutableBufferPointer(rebasing: slots[..<count])
                    own.sortFew()
                    for index in 0..<count {
                        let slot = Int(own[index])
                        cells[index] = AnswersByPerson.Cell(slot: slot, counts: counts[slot])
                        counts[slot] = .zero
                    }
                    try body(UnsafeBufferPointer(rebasing: cells[..<count]))
                }
            }
        }
    }

    /// What an answer of a class adds.
    @inline(__always)
    private static func one(_ npsClass: UInt32) -> SIMD4<Int32> {
        SIMD4(npsClass == 0 ? 1 : 0, npsClass == 1 ? 1 : 0, npsClass == 2 ? 1 : 0, 1)
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

    /// Adds a person.
    @inline(__always)
    mutating func add(_ cells: UnsafeBufferPointer<AnswersByPerson.Cell>) {
        var (count, sum, extremes) = (0, 0, 0)
        slots.withUnsafeMutableBufferPointer { slots in
            for cell in cells {
                if cell.count > 1 {
                    slots[cell.slot].join(
                        count: cell.count, sum: cell.sum, extremes: cell.extremes)
                }
                count &+= cell.count
                sum &+= cell.sum
                extremes &+= cell.extremes
            }
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
