import LedgerCore
import NPSStatistics

/// How far two people agree on texts that both decided without knowing what the other said.
///
/// Counted are the first decisions of each, on texts that two people were asked about: a decision
/// that somebody changed later may have been changed by what they saw.
public struct ReviewAgreement: Sendable {
    /// Two people, in the order of their names, and what they decided.
    public struct Pair: Sendable {
        /// The first by name; rows of the matrix.
        public let first: String
        /// The second by name; columns of the matrix.
        public let second: String
        /// Texts by the classes the two decided on.
        public var matrix = ConfusionMatrix(classCount: NPSClass.allCases.count)
        /// Texts on which both decided alike.
        public var agreement: Proportion {
            let alike = NPSClass.allCases.reduce(0) {
                $0 + matrix[actual: Int($1.rawValue), predicted: Int($1.rawValue)]
            }
            return Proportion(alike, of: matrix.total)
        }
    }

    /// Every pair that read a text in common, by names.
    public private(set) var pairs: [Pair] = []
    private var places: [[String]: Int] = [:]

    /// Nothing read.
    public init() {}

    /// Takes in the decisions about one text.
    public mutating func add(_ reviewCase: ReviewCase) {
        guard reviewCase.wanted > 1 else { return }
        // One who settles has seen what the others said.
        let firsts = reviewCase.people.compactMap { reviewCase.first(of: $0) }
            .filter { !$0.decided.settles }.sorted { $0.person < $1.person }
        for (index, one) in firsts.enumerated() {
            for other in firsts[(index + 1)...] {
                let key = [one.person, other.person]
                let place = places[key] ?? pairs.count
                if place == pairs.count {
                    places[key] = place
                    pairs.append(Pair(first: one.reviewer, second: other.reviewer))
                }
                pairs[place].matrix.add(
                    actual: Int(one.decided.decision.rawValue),
                    predicted: Int(other.decided.decision.rawValue))
            }
        }
    }

    /// The pairs by name.
    public var sorted: [Pair] {
        pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }
}
