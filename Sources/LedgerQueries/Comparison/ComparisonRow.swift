import NPSStatistics

/// One comparison: two sides and their difference, the one after minus the one before.
///
/// The side named first is the one before.
public struct ComparisonRow: Hashable, Sendable {
    /// The segment in words; `all` without one.
    public let name: String
    /// What the side before is called.
    public let beforeName: String
    /// What the side after is called.
    public let afterName: String
    /// Sums before.
    public let before: NPSCounts
    /// Sums after.
    public let after: NPSCounts
    /// The change; nil where a side has no responses.
    public let difference: Difference?
    /// Values of a segment of two models, in the order of the dimensions; nil where responses have
    /// none.
    public package(set) var values: [String?] = []
    /// From which class to which the responses go, where two models are compared.
    public package(set) var flips: FlipMatrix?
    /// Whether it sums up the others.
    public package(set) var isTotal = false
    /// p adjusted over the rows; nil for the total, and where p is none.
    public package(set) var adjustedP: Double?
    /// Its part of the change of all together, where two windows are compared by segment.
    public internal(set) var mix: MixDecomposition.Contribution?
    /// How many people answered; nil where the same responses are read by two models.
    public internal(set) var persons: Persons?
    /// With each person once on each side; nil unless that was asked.
    public internal(set) var perPerson: PersonChange?
    /// By which test p is what it is, where the sides are different responses.
    var tested: Tested?

    /// How many people are behind the two sides.
    public struct Persons: Hashable, Sendable {
        /// Before.
        public let before: Int
        /// After.
        public let after: Int
        /// On both sides.
        public let both: Int
    }

    struct Tested: Hashable, Sendable {
        let p: Double
        let test: ComparisonTest
    }

    /// Whether p comes from the exact test.
    public var isExact: Bool { flips?.isExact ?? false }

    /// p before any adjustment.
    public var p: Double? { flips?.pValue ?? tested?.p }

    /// The test that p comes from; nil where there is none.
    public var test: ComparisonTest? {
        flips.map { $0.isExact ? .signFlip : .normal } ?? tested?.test
    }

    static func name(_ values: [String?]) -> String {
        values.isEmpty ? "all" : values.map { $0 ?? "—" }.joined(separator: " · ")
    }
}

/// How p is adjusted for looking at many rows.
public enum PAdjustment: String, CaseIterable, Sendable {
    /// Benjamini and Hochberg: the share of false discoveries.
    case bh
    /// Holm: the chance of any.
    case holm
    /// Not at all.
    case none

    func apply(_ rows: [ComparisonRow]) -> [ComparisonRow] {
        let tested = rows.indices.filter { rows[$0].difference != nil && !rows[$0].isTotal }
        let raw = tested.map { rows[$0].p ?? 1 }
        let adjusted =
            switch self {
            case .bh: MultipleComparisons.benjaminiHochberg(raw)
            case .holm: MultipleComparisons.holm(raw)
            case .none: raw
            }
        var rows = rows
        for (index, p) in zip(tested, adjusted) { rows[index].adjustedP = p }
        return rows
    }
}
