/// One part of a population: its share of it and the responses from it.
public struct Stratum: Sendable, Hashable {
    /// The part's share of the population; any unit, shares are taken of the sum.
    public var weight: Double
    /// The responses from this part.
    public var counts: NPSCounts

    /// A stratum.
    public init(weight: Double, counts: NPSCounts) {
        self.weight = weight
        self.counts = counts
    }
}
