import LedgerCore
import NPSStatistics

/// What repeated answers change in the sums of any segments of some dimensions, kept between
/// questions: beside `SegmentCube`, whose sums count each response as a person.
///
/// A cell is a combination of values in the dimensions. The error of a score is a quadratic form of
/// each person's sums, so sums over persons by cell and by pair of cells give that of every
/// selection of cells. How many persons there are is no such form: those with answers in several
/// cells are counted by which these are.
public struct PersonCube: Sendable {
    /// Cells whose pairs are kept in a table; pairs of more are looked up.
    static let tabledCellsMax = 128
    /// Cells of one person. Pairs of more would take more than asking them again.
    static let cellsOfPersonMax = 64

    /// The dimensions that questions may be about.
    public let dimensions: Set<String>
    /// A tuple of each cell: it stands for all of them.
    private let tuples: [Int32]
    private var own: [RepeatedAnswers]
    private var pairs: [Pair] = []
    private var sets: [CellSet] = []
    private var members: [Int32] = []

    /// What persons answered in two cells.
    private struct Pair: Sendable {
        var first: Int32
        var second: Int32
        var cross = RepeatedAnswers.zero
        /// Persons with answers in these two and in no other.
        var persons = 0
    }

    /// Persons with answers in three cells or more, and in no other.
    private struct CellSet: Sendable {
        var members: Range<Int>
        var persons: Int
    }

    /// Sums of all who gave several answers that count under a lens; nil where one person's answers
    /// lie in too many cells.
    public init?<State: StateReader>(
        _ lens: ResolvedLens, dimensions: Set<String>, _ query: NPSBySegmentQuery<State>
    ) throws {
        let grouping = try query.tuples().grouping(SegmentSelection(by: dimensions.sorted()))
        let count = grouping.groups.count
        self.dimensions = dimensions
        var tuples = [Int32](repeating: -1, count: count)
        for (tuple, cell) in grouping.groupOfTuple.enumerated() where tuples[Int(cell)] < 0 {
            tuples[Int(cell)] = Int32(tuple)
        }
        self.tuples = tuples
        own = [RepeatedAnswers](repeating: .zero, count: count)
        var table = PairTable(cells: count)
        var known: [[Int32]: Int] = [:]
        var isNarrow = true
        try query.answersByPerson(lens, grouping).forEachPerson { cells in
            guard cells.count <= Self.cellsOfPersonMax else {
                isNarrow = false
                return
            }
            for cell in cells where cell.count > 1 {
                own[cell.slot].join(count: cell.count, sum: cell.sum, extremes: cell.extremes)
            }
            guard cells.count > 1 else { return }
            for (index, cell) in cells.enumerated() {
                for other in cells[(index + 1)...] {
                    table.with(Int32(cell.slot), Int32(other.slot)) { pair in
                        pair.cross.cross((cell.count, cell.sum), (other.count, other.sum))
                        if cells.count == 2 { pair.persons += 1 }
                    }
                }
            }
            if cells.count > 2 { known[cells.map { Int32($0.slot) }, default: 0] += 1 }
        }
        guard isNarrow else { return nil }
        pairs = table.pairs
        for (cells, persons) in known.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            sets.append(
                CellSet(members: members.count..<(members.count + cells.count), persons: persons))
            members += cells
        }
    }

    /// Pairs while they are summed up.
    private struct PairTable {
        private let cells: Int
        private var all: [Pair] = []
        /// Place of each pair in the list and one more; 0 for those that are not in it.
        private var places: [Int32]
        private var numbers: [UInt64: Int] = [:]

        init(cells: Int) {
            self.cells = cells
            places = cells > tabledCellsMax ? [] : [Int32](repeating: 0, count: cells * cells)
        }

        @inline(__always)
        mutating func with(_ first: Int32, _ second: Int32, _ body: (inout Pair) -> Void) {
            let place: Int
            if places.isEmpty {
                let key =
                    UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
                place = numbers[key] ?? all.count
                if place == all.count { numbers[key] = place }
            } else {
                let key = Int(first) * cells + Int(second)
                if places[key] == 0 { places[key] = Int32(all.count + 1) }
                place = Int(places[key]) - 1
            }
            if place == all.count { all.append(Pair(first: first, second: second)) }
            body(&all[place])
        }

        var pairs: [Pair] { all }
    }

    /// What repeated answers change in the sums of the groups of a selection, and in all of them.
    ///
    /// - Parameter grouping: of the same state's tuples, by nothing but the cube's dimensions.
    func repeated(_ grouping: Grouping) -> RepeatedByGroup {
        let groups = tuples.map { $0 < 0 ? -1 : grouping.groupOfTuple[Int($0)] }
        var places = [RepeatedAnswers](repeating: .zero, count: grouping.groups.count)
        var all = RepeatedAnswers.zero
        for (cell, group) in groups.enumerated() where group >= 0 {
            places[Int(group)] += own[cell]
            all += own[cell]
        }
        for pair in pairs {
            let (first, second) = (groups[Int(pair.first)], groups[Int(pair.second)])
            guard first >= 0, second >= 0 else { continue }
            var cross = pair.cross
            cross.count(once: pair.persons, insteadOf: 2)
            all += cross
            if first == second { places[Int(first)] += cross }
        }
        for set in sets {
            var kept = 0
            for (index, cell) in members[set.members].enumerated() {
                let group = groups[Int(cell)]
                guard group >= 0 else { continue }
                kept += 1
                // Beyond the first of its group, whichever cell that is.
                let isFirst = !members[set.members].prefix(index).contains {
                    groups[Int($0)] == group
                }
                if !isFirst { places[Int(group)].count(once: set.persons, insteadOf: 2) }
            }
            if kept > 1 { all.count(once: set.persons, insteadOf: kept) }
        }
        return RepeatedByGroup(groups: grouping.groups, sums: places, all: all)
    }

    /// What repeated answers change in the sums of a selection by the cube's dimensions.
    public func repeated<State: StateReader>(
        _ selection: SegmentSelection, _ query: NPSBySegmentQuery<State>
    ) throws -> RepeatedByGroup { repeated(try query.tuples().grouping(selection)) }
}
