import LedgerCore

extension NPSBySegmentQuery {
    /// A difference, over all responses of a selection and by group.
    public struct Difference {
        /// All that the selection keeps.
        public internal(set) var total = DifferenceSums()
        /// By group, in the order in which the groups appear in the log.
        public internal(set) var groups: [(values: [String?], sums: DifferenceSums)] = []
    }

    /// The difference between two lenses, taken apart by reason.
    ///
    /// One walk over both, in memory that does not grow with the number of responses; where only
    /// one answer of each respondent counts, a look at all of them first, which does.
    ///
    /// - Parameters:
    ///   - isTextChanged: whether a response's text was amended between the two positions.
    ///   - each: called with each response that counts otherwise, in log order. Where the selection
    ///     has groups, one that moves to another group does.
    public func difference(
        from first: ResolvedLens, to second: ResolvedLens, _ selection: SegmentSelection,
        isTextChanged: (Position) throws -> Bool, each: (ResponseChange) throws -> Void = { _ in }
    ) throws -> Difference {
        let decision = LensDifference(from: first, to: second)
        let duplicates = (try duplicates(first), try duplicates(second))
        var groups = TupleGroups(selection)
        var result = Difference()
        try forEachPair(
            try ResolvedLens(decision.walked(first), in: state),
            try ResolvedLens(decision.walked(second), in: state)
        ) { one, other in
            let position = one?.position ?? other?.position ?? .max
            let decided = try decision.decide(
                one, other, group: { try groups.group(of: $0, segments) },
                isDuplicate: (
                    duplicates.0.contains(position), duplicates.1.contains(position)
                ),
                isTextChanged: isTextChanged)
            while result.groups.count < groups.values.count {
                result.groups.append((groups.values[result.groups.count], DifferenceSums()))
            }
            switch decided {
            case .same(nil): break
            case .same(let counted?):
                result.total.add(same: counted)
                result.groups[counted.group].sums.add(same: counted)
            case .change(let change):
                result.total.add(change.reason, change.first, change.second)
                result.add(change)
                try each(change)
            }
        }
        return result
    }
}

extension NPSBySegmentQuery.Difference {
    /// A response that moves leaves one group and enters another.
    fileprivate mutating func add(_ change: ResponseChange) {
        if let first = change.first, let second = change.second, first.group == second.group {
            groups[first.group].sums.add(change.reason, first, second)
            return
        }
        if let first = change.first { groups[first.group].sums.add(change.reason, first, nil) }
        if let second = change.second { groups[second.group].sums.add(change.reason, nil, second) }
    }
}

/// The groups of a selection, found as their tuples come along.
private struct TupleGroups {
    private let selection: SegmentSelection
    private(set) var values: [[String?]] = []
    private var known: [[String?]: Int] = [:]
    /// By tuple: a group, or one of the two below.
    private var groupOfTuple: [Int32] = []
    private static let unknown: Int32 = -1
    private static let leftOut: Int32 = -2

    init(_ selection: SegmentSelection) { self.selection = selection }

    mutating func group(
        of tuple: UInt32, _ segments: (UInt32) throws -> [String: String]
    ) throws -> Int? {
        let index = Int(tuple)
        // Looked up first: a number that is none must not decide how much memory is taken.
        let pairs = index < groupOfTuple.count ? [:] : try segments(tuple)
        if index >= groupOfTuple.count {
            groupOfTuple += [Int32](
                repeating: Self.unknown, count: index + 1 - groupOfTuple.count)
        }
        if groupOfTuple[index] == Self.unknown {
            groupOfTuple[index] = find(pairs.isEmpty ? try segments(tuple) : pairs)
        }
        return groupOfTuple[index] < 0 ? nil : Int(groupOfTuple[index])
    }

    private mutating func find(_ pairs: [String: String]) -> Int32 {
        let isKept = selection.keeping.allSatisfy { dimension, values in
            pairs[dimension].map(values.contains) ?? values.contains("")
        }
        guard isKept else { return Self.leftOut }
        let group = selection.by.map { pairs[$0] }
        if let found = known[group] { return Int32(found) }
        known[group] = values.count
        values.append(group)
        return Int32(values.count - 1)
    }
}
