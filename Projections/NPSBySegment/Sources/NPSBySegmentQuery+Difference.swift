import LedgerCore
import NPSStatistics

extension NPSBySegmentQuery {
    /// A difference, over all responses of a selection and by group.
    public struct Difference {
        /// All that the selection keeps.
        public internal(set) var total = DifferenceSums()
        /// By group, in the order in which the groups appear in the log.
        public internal(set) var groups: [(values: [String?], sums: DifferenceSums)] = []
        /// The order of the steps between the two.
        public internal(set) var steps: [DifferenceReason] = []
    }

    /// The difference between two lenses, taken apart by reason.
    ///
    /// One walk over both, in memory that does not grow with the number of responses; where only
    /// one answer of each respondent counts, a look at all of them first, which does.
    ///
    /// - Parameters:
    ///   - thresholdsFirst: see ``LensDifference/init(from:to:thresholdsFirst:)``.
    ///   - isTextChanged: whether a response's text was amended between the two positions.
    ///   - each: called with each response that counts otherwise, in log order. Where the selection
    ///     has groups, one that moves to another group does.
    public func difference(
        from first: ResolvedLens, to second: ResolvedLens, _ selection: SegmentSelection,
        thresholdsFirst: Bool = false,
        isTextChanged: (Position) throws -> Bool, each: (ResponseChange) throws -> Void = { _ in }
    ) throws -> Difference {
        let decision = LensDifference(
            from: first, to: second, thresholdsFirst: thresholdsFirst)
        let duplicates = (try duplicates(first), try duplicates(second))
        var groups = TupleGroups(selection)
        var result = Difference()
        result.steps = decision.steps
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
            case .same(let counted, let steps):
                result.add(steps)
                guard let counted else { break }
                result.total.add(same: counted)
                result.groups[counted.group].sums.add(same: counted)
            case .change(let change):
                result.add(change.steps)
                result.total.add(change.reason, change.first, change.second)
                result.add(change)
                try each(change)
            }
        }
        return result
    }
}

extension NPSBySegmentQuery.Difference {
    fileprivate mutating func add(_ steps: [DifferenceStep]) {
        for step in steps {
            total.add(step: step.reason, step.first, step.second)
            if let first = step.first, let second = step.second, first.group == second.group {
                groups[first.group].sums.add(step: step.reason, first, second)
                continue
            }
            if let first = step.first {
                groups[first.group].sums.add(step: step.reason, first, nil)
            }
            if let second = step.second {
                groups[second.group].sums.add(step: step.reason, nil, second)
            }
        }
    }

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

/// What two lenses make of one response, where that is not the same.
public struct ResponseChange {
    /// What a response counts as, and in which group.
    public struct Counted: Hashable, Sendable {
        /// Number of the group, in the order in which groups appear.
        public let group: Int
        /// The class.
        public let npsClass: NPSClass

        /// A counted response.
        public init(group: Int, npsClass: NPSClass) {
            self.group = group
            self.npsClass = npsClass
        }

        /// −1, 0 or 1: what the response adds to the sum that is divided by n.
        public var value: Int { Int(npsClass.rawValue) - 1 }
    }

    /// What an amendment changed.
    public enum Amended: String, CaseIterable, Sendable {
        /// The stated score.
        case score
        /// The comment.
        case text
        /// Values of dimensions.
        case segments
    }

    /// Position of the `response.recorded`.
    public let position: Position
    /// What it counts as under the first lens; nil where it does not count.
    public let first: Counted?
    /// What it counts as under the second lens; nil where it does not count.
    public let second: Counted?
    /// The first reason that suffices.
    public let reason: DifferenceReason
    /// What amendments between the two lenses changed, whether or not that is the reason.
    public let amended: [Amended]
    /// The steps from the first lens to the second at which what it counts as changes.
    public let steps: [DifferenceStep]
    /// The response as the first lens sees it, its window and basis aside; nil where it is not
    /// recorded yet or excluded.
    public let firstRow: VisibleRow?
    /// The same for the second lens.
    public let secondRow: VisibleRow?

    /// Which of the sixteen pairs of classes it is: responses of one kind have one effect.
    public var kind: Int { Self.kind(first, second) }

    /// How many kinds there are.
    public static let kindCount = 16

    static func kind(_ first: Counted?, _ second: Counted?) -> Int {
        Int(first?.npsClass.rawValue ?? 3) * 4 + Int(second?.npsClass.rawValue ?? 3)
    }

    /// What responses of a kind add to the difference: c₂·n₁ − c₁·n₂, over the denominator n₁·n₂.
    ///
    /// A side without responses divides nothing, so its n counts as 1.
    public static func effect(ofKind kind: Int, first n1: Int, second n2: Int) -> Int {
        func value(_ code: Int) -> Int { code == 3 ? 0 : code - 1 }
        return value(kind % 4) * max(1, n1) - value(kind / 4) * max(1, n2)
    }
}

/// The changes with the largest effects, of any number that come in log order.
///
/// How large an effect is depends on totals that are known only at the end, but all changes of one
/// kind have the same, so the first few of each kind are all that has to be kept.
public struct LargestChanges {
    private let limit: Int
    private var kinds = [[ResponseChange]](repeating: [], count: ResponseChange.kindCount)

    /// Room for the `limit` largest.
    public init(limit: Int) { self.limit = limit }

    /// Takes in the next change of the log.
    public mutating func add(_ change: ResponseChange) {
        if kinds[change.kind].count < limit { kinds[change.kind].append(change) }
    }

    /// The largest effects first, then in log order, once the totals are known.
    public func sorted(by sums: DifferenceSums) -> [ResponseChange] {
        Self.magnitudes(of: sums).flatMap { group in
            group.flatMap { kinds[$0] }.sorted { $0.position < $1.position }
        }.prefix(limit).map { $0 }
    }

    /// The kinds that occur, largest effect first; kinds of one effect stand together.
    public static func magnitudes(of sums: DifferenceSums) -> [[Int]] {
        let present = sums.kinds.indices.filter { sums.kinds[$0] > 0 }
        let groups = Dictionary(grouping: present) { kind in
            ResponseChange.effect(
                ofKind: kind, first: sums.first.total, second: sums.second.total
            ).magnitude
        }
        return groups.sorted { $0.key > $1.key }.map { $0.value.sorted() }
    }
}
