import LedgerCore
import NPSStatistics

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
