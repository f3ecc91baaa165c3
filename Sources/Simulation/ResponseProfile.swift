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
