import LedgerCore

/// How often each person is a detractor, a passive and a promoter in each slot, as one table.
///
/// For few people in few slots, whose cells fit into the processor's cache: then each answer is one
/// addition.
struct PersonTable: Sendable {
    /// Cells at most: 8 MiB.
    static let cellsMax = 1 << 19

    private let slots: Int
    /// By person and slot: detractors, passives, promoters and all three.
    private let cells: [SIMD4<Int32>]

    /// - Parameter found: by each worker.
    /// - Returns: nil where the cells are too many, or more than the answers.
    init?(_ found: [FoundAnswers], slots: Int, by workers: Workers) throws {
        let answers = found.reduce(0) { $0 + $1.count }
        let subjects = (found.map(\.subjectsMax).max() ?? 0) + 1
        let (count, overflow) = subjects.multipliedReportingOverflow(by: slots)
        guard !overflow, count <= Self.cellsMax, count <= answers else { return nil }
        let tables = try workers.map(found.indices, leastPart: 1) { indices in
            var cells = [SIMD4<Int32>](repeating: .zero, count: count)
            cells.withUnsafeMutableBufferPointer { cells in
                for index in indices {
                    found[index].forEachRecord { record in
                        let slot = Int(record.answer >> 2)
                        cells[record.subject &* slots &+ slot] &+= .one(record.answer & 3)
                    }
                }
            }
            return cells
        }
        var cells = tables.first ?? []
        for other in tables.dropFirst() {
            for index in cells.indices { cells[index] &+= other[index] }
        }
        (self.slots, self.cells) = (slots, cells)
    }

    /// Stretches of persons, as of ``AnswerRecords``.
    var stretches: Int {
        guard slots > 0 else { return 0 }
        let size = AnswerRecords.subjectsPerStretch
        return (cells.count / slots + size - 1) / size
    }

    /// Calls `body` with the cells of each person who gave several answers, by slots in ascending
    /// order.
    @inline(__always)
    func forEachPerson(
        of stretches: Range<Int>,
        _ body: (UnsafeBufferPointer<AnswersByPerson.Cell>) throws -> Void
    ) rethrows {
        let size = AnswerRecords.subjectsPerStretch
        let persons =
            stretches.lowerBound
            * size..<min(
                stretches.upperBound * size, slots > 0 ? cells.count / slots : 0)
        guard !persons.isEmpty else { return }
        var own = [AnswersByPerson.Cell](
            repeating: AnswersByPerson.Cell(slot: 0, counts: .zero), count: slots)
        try own.withUnsafeMutableBufferPointer { own in
            try cells.withUnsafeBufferPointer { cells in
                for person in persons {
                    var (count, answers) = (0, 0)
                    for slot in 0..<slots {
                        let counts = cells[person &* slots &+ slot]
                        // Written in any case: whether a person has answers there is chance.
                        own[count] = AnswersByPerson.Cell(slot: slot, counts: counts)
                        count &+= counts.w == 0 ? 0 : 1
                        answers &+= Int(counts.w)
                    }
                    guard answers > 1 else { continue }
                    try body(UnsafeBufferPointer(rebasing: own[..<count]))
                }
            }
        }
    }
}

extension SIMD4<Int32> {
    /// What an answer of a class adds.
    @inline(__always)
    static func one(_ npsClass: UInt32) -> SIMD4<Int32> {
        SIMD4(npsClass == 0 ? 1 : 0, npsClass == 1 ? 1 : 0, npsClass == 2 ? 1 : 0, 1)
    }
}
