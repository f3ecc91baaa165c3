/// Who answers and about what, as places in the configuration's lists.
struct ResponseProfile: Sendable, Hashable {
    var respondent = 0
    var region = 0
    var plan = 0
    var product = 0
    var channel = 0
    var language = CommentLanguage.english
    var country = ""
}

/// Weighted values, drawn from by sixteen random bits.
struct WeightedChoice: Sendable {
    private let totals: [Int]

    init(_ weights: [Int]) {
        var total = 0
        totals = weights.map { weight in
            total += weight
            return total
        }
    }

    /// The place of the value that sixteen bits fall on.
    func index(bits: UInt64) -> Int {
        let place = (Int(bits & 0xFFFF) * (totals.last ?? 0)) >> 16
        var index = 0
        while index < totals.count - 1, place >= totals[index] {
            index += 1
        }
        return index
    }
}

/// Countries by region and language.
enum CountryList {
    static func codes(region: String, language: CommentLanguage) -> [String] {
        switch (region, language) {
        case ("EMEA", .english): ["GB", "IE", "DE", "NL", "ZA", "SE"]
        case ("EMEA", .french): ["FR", "FR", "FR", "BE", "CH", "MA", "SN"]
        case ("AMER", .english): ["US", "US", "US", "CA"]
        case ("AMER", .french): ["CA"]
        case ("APAC", .english): ["AU", "NZ", "SG", "IN", "JP"]
        case ("APAC", .french): ["NC", "PF", "VN"]
        case ("LATAM", .english): ["MX", "BR", "CO", "CL", "JM"]
        case ("LATAM", .french): ["GF", "GP", "MQ"]
        default: [""]
        }
    }
}

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

/// The group of the Net Promoter Score that an answer belongs to.
///
/// Source: F. Reichheld, "The One Number You Need to Grow", Harvard Business Review (2003).
public enum ScoreClass: String, Sendable, Hashable, CaseIterable {
    /// A score from 0 to 6.
    case detractor
    /// A score of 7 or 8.
    case passive
    /// A score of 9 or 10.
    case promoter

    /// The group of a score from 0 to 10; nil outside of that range.
    public init?(score: Int) {
        switch score {
        case 0...6: self = .detractor
        case 7...8: self = .passive
        case 9...10: self = .promoter
        default: return nil
        }
    }
}
