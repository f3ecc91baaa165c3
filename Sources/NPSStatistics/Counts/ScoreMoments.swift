/// Size, mean and variance of −1/0/1 contributions, with room for fractional pseudo-counts.
struct ScoreMoments {
    var count: Double
    var mean: Double
    var variance: Double

    var standardError: Double { (variance / count).squareRoot() }

    init(count: Double, mean: Double, variance: Double) {
        self.count = count
        self.mean = mean
        self.variance = variance
    }

    /// The moments of consistent, non-empty counts, after adding half of `pseudoExtremes` to each
    /// end and `pseudoPassives` in between.
    init(_ counts: NPSCounts, pseudoExtremes: Double = 0, pseudoPassives: Double = 0) {
        let detractors = Double(counts.detractors) + pseudoExtremes / 2
        let passives = Double(counts.passives) + pseudoPassives
        let promoters = Double(counts.promoters) + pseudoExtremes / 2
        count = detractors + passives + promoters
        mean = (promoters - detractors) / count
        variance =
            (4 * promoters * detractors + passives * (promoters + detractors)) / (count * count)
    }

    /// The moments behind the adjusted-Wald interval: 0.75, 1.5 and 0.75 added (Rocks 2016).
    static func adjusted(_ counts: NPSCounts) -> ScoreMoments {
        ScoreMoments(
            counts, pseudoExtremes: PseudoCounts.extremes, pseudoPassives: PseudoCounts.passives)
    }
}

/// What the adjusted-Wald interval adds to the counts (Rocks 2016).
enum PseudoCounts {
    /// 0.75 detractors and 0.75 promoters.
    static let extremes = 1.5
    /// 1.5 passives.
    static let passives = 1.5
    /// All three together.
    static let total = extremes + passives
}
