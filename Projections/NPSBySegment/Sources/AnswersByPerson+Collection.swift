import LedgerCore
import NPSStatistics

extension NPSBySegmentQuery {
    /// Responses that count under a lens, those of each person who gave several together.
    ///
    /// Where one answer of each respondent counts, there are none.
    ///
    /// - Parameters:
    ///   - spans: makes slots of groups and times; what is in none is left out.
    ///   - groups: those to look at, by their values; nil for all of the selection.
    public func answersByPerson(
        _ lens: ResolvedLens, _ selection: SegmentSelection, spans: TimeSpans? = nil,
        groups: Set<[String?]>? = nil
    ) throws -> AnswersByPerson {
        var grouping = try tuples().grouping(selection)
        if let groups { grouping.keep(groups) }
        return try answersByPerson(lens, grouping, spans: spans)
    }

    func answersByPerson(
        _ lens: ResolvedLens, _ grouping: Grouping, spans: TimeSpans? = nil
    ) throws -> AnswersByPerson {
        let slotsPerGroup = spans?.count ?? 1
        guard lens.lens.duplicates == .all, slotsPerGroup > 0 else {
            return try AnswersByPerson(
                [], grouping.groups, slotsPerGroup: slotsPerGroup, by: workers)
        }
        let (_, found) = try walk(lens, grouping, collects: true, spans: spans)
        return try AnswersByPerson(
            found, grouping.groups, slotsPerGroup: slotsPerGroup, by: workers)
    }

    /// What repeated answers change in the sums of the groups of a selection.
    public func repeated(
        _ lens: ResolvedLens, _ selection: SegmentSelection
    ) throws -> RepeatedByGroup {
        try repeated(try answersByPerson(lens, selection))
    }

    /// The sums of the groups of a selection, and what repeated answers change in them, from one
    /// walk.
    public func score(
        _ lens: ResolvedLens, _ selection: SegmentSelection
    ) throws -> (groups: [Group], repeated: RepeatedByGroup) {
        guard lens.lens.duplicates == .all else {
            return (try tally(lens, selection), try repeated(lens, selection))
        }
        let grouping = try tuples().grouping(selection)
        let (sums, found) = try walk(lens, grouping, collects: true)
        let answers = try AnswersByPerson(
            found, grouping.groups, slotsPerGroup: 1, by: workers)
        return (Self.groups(sums, grouping, width: 1), try repeated(answers))
    }

    private func repeated(_ answers: AnswersByPerson) throws -> RepeatedByGroup {
        let (sums, all) = try answers.repeated(by: workers)
        return RepeatedByGroup(groups: answers.groups, sums: sums, all: all)
    }

    /// How many combinations of values there are in some dimensions.
    public func cellCount(of dimensions: Set<String>) throws -> Int {
        try tuples().grouping(SegmentSelection(by: dimensions.sorted())).groups.count
    }
}

extension NPSBySegmentQuery {
    /// Two selections under one lens, which may share responses.
    public func pair(
        _ lens: ResolvedLens, _ first: SegmentSelection, _ second: SegmentSelection
    ) throws -> SelectionPair {
        let tuples = try tuples()
        let sides = (tuples.grouping(first), tuples.grouping(second))
        var grouping = Grouping()
        grouping.groups = [["first"], ["both"], ["second"]]
        grouping.groupOfTuple = zip(sides.0.groupOfTuple, sides.1.groupOfTuple).map { one, other in
            one < 0 ? (other < 0 ? -1 : 2) : (other < 0 ? 0 : 1)
        }
        let sums = try count(lens, grouping).map(\.tally.counts)
        return SelectionPair(
            onlyFirst: sums[0], shared: sums[1], onlySecond: sums[2],
            answers: try answersByPerson(lens, grouping))
    }
}

/// What two selections hold.
public struct SelectionPair: Sendable {
    /// Responses of the first alone.
    public let onlyFirst: NPSCounts
    /// Of both.
    public let shared: NPSCounts
    /// Of the second alone.
    public let onlySecond: NPSCounts
    /// Those of persons with several; slot 0 for the first alone, 1 for both, 2 for the second.
    public let answers: AnswersByPerson
}

/// Collects the answers of chunks, one after another.
struct AnswerCollector {
    private let lens: ResolvedLens
    /// The group of each tuple, −1 for those left out.
    private let groups: [Int32]
    private let spans: TimeSpans?
    private var lastSpan = 0
    /// What was found.
    let found: FoundAnswers

    /// - Parameter chunks: how many there will be.
    init(_ lens: ResolvedLens, _ groups: [Int32], _ spans: TimeSpans?, chunks: Int) {
        (self.lens, self.groups, self.spans) = (lens, groups, spans)
        found = FoundAnswers(capacity: chunks * RowChunk.rowsMax)
    }

    /// Adds the rows of a chunk that a lens sees as they stand today.
    ///
    /// - Parameter counters: of each row the counter that a kernel counted it in, decisions aside.
    mutating func add(
        _ rows: RowChunkView, _ outputs: OutputChunkView?, _ counters: inout [UInt8]
    ) throws {
        if rows.decisionCount > 0 {
            // The kernel knows no decisions, which are rare.
            try ChunkVisit(rows, outputs, lens).forEachDecided { row, index in
                let npsClass = row.npsClass(lens.lens.basis, lens.thresholds)
                counters[index] = npsClass?.rawValue ?? UInt8(CountingRules.nothing)
            }
        }
        let subjects = Column<UInt64>(rows.bytes, rows.subjectsOffset)
        var subjectBits: UInt64 = 0
        for row in 0..<rows.count { subjectBits |= subjects[row] }
        guard spans == nil, !AnswerRecords.Outlier.mayHold(subjectBits) else {
            for row in 0..<rows.count {
                let npsClass = CountingRules.npsClass(counters[row])
                guard npsClass != CountingRules.noClass else { continue }
                try add(subjects[row], rows.tuple(row), rows.occurredAt(row), npsClass)
            }
            return
        }
        guard addAll(rows, subjects, subjectBits, counters) else {
            throw DamagedState("a segment number")
        }
    }

    /// Adds the rows that have a class; false where a row's tuple is none.
    private func addAll(
        _ rows: RowChunkView, _ subjects: Column<UInt64>, _ subjectBits: UInt64,
        _ counters: [UInt8]
    ) -> Bool {
        let tuples = Column<UInt32>(rows.bytes, rows.tuplesOffset)
        var isSound = true
        found.write(atMost: rows.count, subjects: subjectBits) { records in
            groups.withUnsafeBufferPointer { groups in
                counters.withUnsafeBufferPointer { counters in
                    var count = 0
                    for row in 0..<rows.count {
                        let tuple = Int(tuples[row])
                        guard tuple < groups.count else {
                            isSound = false
                            break
                        }
                        let (group, subject) = (groups[tuple], subjects[row])
                        let npsClass = CountingRules.npsClass(counters[row])
                        // Written in any case, and kept where it counts: a branch would be
                        // guessed wrong too often.
                        records[count] = AnswerRecords.Record(
                            subject, slot: UInt32(truncatingIfNeeded: group), UInt32(npsClass))
                        let isKept =
                            npsClass != CountingRules.noClass && group >= 0 && subject != 0
                        count &+= isKept ? 1 : 0
                    }
                    return count
                }
            }
        }
        return isSound
    }

    /// Adds one response that a lens sees.
    mutating func add(_ row: VisibleRow) throws {
        guard let npsClass = row.npsClass(lens.lens.basis, lens.thresholds) else { return }
        try add(row.subject, row.tuple, row.occurredAt, npsClass.rawValue)
    }

    private mutating func add(
        _ subject: UInt64, _ tuple: UInt32, _ time: Microseconds, _ npsClass: UInt8
    ) throws {
        guard Int(tuple) < groups.count else { throw DamagedState("a segment number") }
        // Number 0 is nobody's: it says that the respondent is not known.
        guard groups[Int(tuple)] >= 0, subject != 0 else { return }
        var slot = Int(groups[Int(tuple)])
        if let spans {
            guard let span = spans.span(of: time, near: &lastSpan) else { return }
            slot = slot * spans.count + span
        }
        found.add(subject, slot: slot, npsClass)
    }
}
