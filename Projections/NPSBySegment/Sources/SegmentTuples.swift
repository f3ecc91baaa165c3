import LedgerCore

/// The segment tuples of a state by column: which value each has in each dimension, as numbers.
///
/// Tuples are never changed, and new ones come at the end: whoever goes on asking keeps this and
/// loads what has come in.
public struct SegmentTuples: Sendable {
    /// One dimension.
    private struct Column: Sendable {
        /// Number of the value of each tuple; −1 where it has none, or beyond the end.
        var codes: [Int32] = []
        var values: [String] = []
        var numbers: [String: Int32] = [:]

        func code(_ tuple: Int) -> Int32 { tuple < codes.count ? codes[tuple] : -1 }
    }

    private(set) var count = 0
    private var columns: [String: Column] = [:]

    /// Nothing loaded.
    public init() {}

    /// The tuples of a state.
    init(_ state: some StateReader) throws {
        try state.scan(prefix: StateKey.tuplePrefix) { _, value in
            append(try Self.segments(value))
            return true
        }
    }

    /// Takes in the tuples that have come in since.
    public mutating func load(_ state: some StateReader) throws {
        while let pairs = try state.withValue(
            StateKey.tuple(UInt32(count)), { try Self.segments($0) })
        {
            append(pairs)
        }
    }

    private mutating func append(_ pairs: [String: String]) {
        for (dimension, value) in pairs {
            var column = columns.removeValue(forKey: dimension) ?? Column()
            column.codes += [Int32](repeating: -1, count: count - column.codes.count)
            if let number = column.numbers[value] {
                column.codes.append(number)
            } else {
                column.numbers[value] = Int32(column.values.count)
                column.codes.append(Int32(column.values.count))
                column.values.append(value)
            }
            columns[dimension] = column
        }
        count += 1
    }

    /// Every dimension there is, sorted.
    var dimensions: [String] { columns.keys.sorted() }

    /// The values of a dimension, sorted.
    func values(of dimension: String) -> [String] { columns[dimension]?.values.sorted() ?? [] }

    /// Whether every tuple has a value in a dimension.
    func isComplete(_ dimension: String) -> Bool {
        guard let column = columns[dimension] else { return count == 0 }
        return column.codes.count == count && !column.codes.contains(-1)
    }

    /// How the tuples fall into the groups of a selection, in the order in which groups appear.
    func grouping(_ selection: SegmentSelection) -> Grouping {
        var grouping = Grouping()
        grouping.groupOfTuple = [Int32](repeating: 0, count: count)
        for (dimension, values) in selection.keeping {
            let column = columns[dimension] ?? Column()
            let kept = column.values.map(values.contains)
            let keepsNone = values.contains("")
            for tuple in 0..<count {
                let code = column.code(tuple)
                if !(code < 0 ? keepsNone : kept[Int(code)]) { grouping.groupOfTuple[tuple] = -1 }
            }
        }
        let by = selection.by.map { columns[$0] ?? Column() }
        var known: [[Int32]: Int32] = [:]
        // One dimension, which is what is asked most, needs no dictionary.
        var places = [Int32](repeating: -1, count: (by.first?.values.count ?? 0) + 1)
        for tuple in 0..<count where grouping.groupOfTuple[tuple] >= 0 {
            let next = Int32(grouping.groups.count)
            let group: Int32
            if by.count <= 1 {
                let place = Int(by.first?.code(tuple) ?? -1) + 1
                if places[place] < 0 { places[place] = next }
                group = places[place]
            } else {
                let codes = by.map { $0.code(tuple) }
                group = known[codes] ?? next
                if group == next { known[codes] = next }
            }
            if group == next {
                grouping.groups.append(
                    by.map { column in
                        let code = column.code(tuple)
                        return code < 0 ? nil : column.values[Int(code)]
                    })
            }
            grouping.groupOfTuple[tuple] = group
        }
        return grouping
    }

    /// The dimensions and values of a stored tuple.
    static func segments(_ tuple: UnsafeRawBufferPointer) throws -> [String: String] {
        do {
            return try TupleTable.segments(of: tuple)
        } catch {
            throw DamagedState("a segment tuple")
        }
    }
}

/// How the segment tuples of the ledger fall into the groups of one selection.
struct Grouping: Sendable {
    /// Values of each group in the order of `by`; nil where the response has no such dimension.
    var groups: [[String?]] = []
    /// Group of each tuple, −1 for those left out.
    var groupOfTuple: [Int32] = []

    /// Leaves all other groups out, whose order stays.
    mutating func keep(_ kept: Set<[String?]>) {
        var numbers = [Int32](repeating: -1, count: groups.count)
        var next: Int32 = 0
        for (group, values) in groups.enumerated() where kept.contains(values) {
            numbers[group] = next
            next += 1
        }
        groups = groups.filter(kept.contains)
        groupOfTuple = groupOfTuple.map { $0 < 0 ? -1 : numbers[Int($0)] }
    }

    /// The group of a tuple, nil where the selection leaves it out.
    func group(of tuple: UInt32) throws -> Int? {
        guard Int(tuple) < groupOfTuple.count else { throw DamagedState("a segment number") }
        let group = Int(groupOfTuple[Int(tuple)])
        return group < 0 ? nil : group
    }
}
