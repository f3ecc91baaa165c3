/// How many responses fall into each score class.
public struct ClassCounts: Sendable, Hashable {
    /// Detractors.
    public var detractors = 0
    /// Passives.
    public var passives = 0
    /// Promoters.
    public var promoters = 0

    /// All responses.
    public var total: Int { detractors + passives + promoters }

    /// The Net Promoter Score in points from -100 to 100; nil without responses.
    public var netPromoterScore: Double? {
        total == 0 ? nil : 100 * Double(promoters - detractors) / Double(total)
    }

    /// Starts from nothing.
    public init() {}

    /// Counts one response.
    public mutating func add(_ scoreClass: ScoreClass) {
        switch scoreClass {
        case .detractor: detractors += 1
        case .passive: passives += 1
        case .promoter: promoters += 1
        }
    }

    static func + (left: ClassCounts, right: ClassCounts) -> ClassCounts {
        var sum = left
        sum.detractors += right.detractors
        sum.passives += right.passives
        sum.promoters += right.promoters
        return sum
    }
}
