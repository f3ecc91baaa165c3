import LedgerCore

/// How the segment tuples of the ledger fall into the groups of one selection.
struct Grouping: Sendable {
    /// Values of each group in the order of `by`; nil where the response has no such dimension.
    var groups: [[String?]] = []
    /// Group of each tuple, −1 for those left out.
    var groupOfTuple: [Int32] = []
    /// Every dimension there is.
    var dimensions: Set<String> = []

    init(_ selection: SegmentSelection, _ state: some StateReader) throws {
        var tuples: [[String: String]] = []
        try state.scan(prefix: StateKey.tuplePrefix) { _, value in
            tuples.append(try Self.segments(value))
            return true
        }
        self.init(selection, tuples)
    }

    /// The groups of the tuples in the order of their numbers.
    init(_ selection: SegmentSelection, _ tuples: [[String: String]]) {
        var known: [[String?]: Int32] = [:]
        for pairs in tuples {
            dimensions.formUnion(pairs.keys)
            guard selection.keeps(pairs) else {
                groupOfTuple.append(-1)
                continue
            }
            let values = selection.by.map { pairs[$0] }
            if let group = known[values] {
                groupOfTuple.append(group)
            } else {
                known[values] = Int32(groups.count)
                groupOfTuple.append(Int32(groups.count))
                groups.append(values)
            }
        }
    }

    /// The dimensions and values of a stored tuple.
    static func segments(_ tuple: UnsafeRawBufferPointer) throws -> [String: String] {
        do {
            return try TupleTable.segments(of: tuple)
        } catch {
            throw DamagedState("a segment tuple")
        }
    }

    /// The group of a tuple, nil where the selection leaves it out.
    func group(of tuple: UInt32) throws -> Int? {
        guard Int(tuple) < groupOfTuple.count else { throw DamagedState("a segment number") }
        let group = Int(groupOfTuple[Int(tuple)])
        return group < 0 ? nil : group
    }
}
