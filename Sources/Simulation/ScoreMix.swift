/// The shares of the three score classes in a group of respondents, in basis points.
public struct ScoreMix: Sendable, Hashable {
    /// Promoters in 10,000 responses.
    public var promoters: Int
    /// Detractors in 10,000 responses.
    public var detractors: Int

    /// Passives in 10,000 responses: whoever is left.
    public var passives: Int { 10_000 - promoters - detractors }

    /// The Net Promoter Score that this mix tends to, in basis points from -10,000 to 10,000.
    public var netBasisPoints: Int { promoters - detractors }

    /// States two shares in basis points; passives are the rest.
    public init(promoters: Int, detractors: Int) {
        self.promoters = promoters
        self.detractors = detractors
    }

    var isValid: Bool {
        promoters >= 0 && detractors >= 0 && promoters <= 10_000 && detractors <= 10_000
            && passives >= 0
    }

    /// Moves the score by so many basis points: half from promoters, half to detractors.
    mutating func move(byBasisPoints change: Int) {
        promoters += change / 2
        detractors -= change / 2
    }

    /// The nearest mix whose shares are possible.
    var clamped: ScoreMix {
        let promoters = min(max(promoters, 0), 10_000)
        return ScoreMix(
            promoters: promoters, detractors: min(max(detractors, 0), 10_000 - promoters))
    }
}
