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

        /// From the first's classes to the second's: how far the second scores the same texts higher.
        public var leaning: FlipMatrix {
            var flips = FlipMatrix()
            for from in 0..<matrix.classCount {
                for to in 0..<matrix.classCount {
                    flips.add(
                        from: from, to: to, count: matrix[actual: from, predicted: to])
                }
            }
            return flips
        }

        /// Why kappa says little here, or is none; nil where it can be taken at its word.
        public var remark: KappaRemark? {
            guard let commonest = matrix.commonest,
                let npsClass = NPSClass(rawValue: UInt8(commonest.index))
            else { return nil }
            if matrix.kappa == nil { return .oneClass(npsClass) }
            if matrix.total < KappaRemark.textsLeast { return .fewTexts(matrix.total) }
            return commonest.share >= KappaRemark.commonFrom
                ? .common(npsClass, share: commonest.share) : nil
        }
    }

    /// Why Cohen's kappa says little.
    public enum KappaRemark: Hashable, Sendable {
        /// Both decided on one and the same class throughout, so that no agreement beyond chance can be
        /// told and there is no kappa.
        case oneClass(NPSClass)
        /// So few texts that it could be nearly anything.
        case fewTexts(Int)
        /// One class is so common that chance alone agrees mostly, and a few texts decide.
        case common(NPSClass, share: Double)

        /// Fewer texts than this are too few: with eight decisions in ten alike, kappa is known to
        /// ±0.22 at 30.
        public static let textsLeast = 30
        /// From what share of all decisions on a class that is common. Two people who differ on one
        /// text in ten have a kappa of 0.85 with three even classes, of 0.71 where one of them has
        /// 80 % and of 0.46 where it has 90 %.
        public static let commonFrom = 0.8
    }

    /// One person beside all others who decided on the same texts.
    public struct Leaning: Sendable {
        /// Their name.
        public let reviewer: String
        /// Their decisions.
        public var own = NPSCounts.zero
        /// How far their class lies from the mean of the others', text by text.
        public var bias = PairedBias.zero
    }

    /// Every person who read a text that others read too, by names.
    public var leanings: [Leaning] { persons.values.sorted { $0.reviewer < $1.reviewer } }
    private var persons: [String: Leaning] = [:]

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
        if firsts.count > 1 { addLeanings(firsts) }
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

    private mutating func addLeanings(_ firsts: [Review]) {
        let values = firsts.map { (Int($0.decided.decision.rawValue) - 1) * 10_000 }
        let sum = values.reduce(0, +)
        for (review, value) in zip(firsts, values) {
            var leaning = persons[review.person] ?? Leaning(reviewer: review.reviewer)
            leaning.own =
                leaning.own
                + NPSCounts(
                    detractors: value < 0 ? 1 : 0, passives: value == 0 ? 1 : 0,
                    promoters: value > 0 ? 1 : 0)
            leaning.bias.add(
                readBasisPoints: value, statedBasisPoints: (sum - value) / (firsts.count - 1))
            persons[review.person] = leaning
        }
    }

    /// The pairs by name.
    public var sorted: [Pair] {
        pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }
}
