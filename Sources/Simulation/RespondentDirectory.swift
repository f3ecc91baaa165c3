/// The people who answer: a respondent's number alone decides their name, place and plan.
///
/// Nobody is kept in memory; whoever answers twice is the same person by computation.
struct RespondentDirectory: Sendable {
    private static let firstWords = [
        "amber", "brisk", "calm", "dusty", "early", "fair", "gentle", "happy", "ivory", "jolly",
        "keen", "lucky", "mellow", "noble", "olive", "proud", "quiet", "rapid", "silver", "tidy",
    ]
    private static let secondWords = [
        "badger", "crane", "dolphin", "eagle", "falcon", "gull", "heron", "ibis", "jay", "koala",
        "lynx", "marten", "newt", "otter", "puffin", "quail", "robin", "swift", "tapir", "wren",
    ]
    private static let domains = ["@example.com", "@example.org", "@example.net"]

    private let key: UInt64
    private let count: Int
    private let regions: WeightedChoice
    private let plans: WeightedChoice
    private let englishBelow: UInt64
    /// By region, English and French.
    private let countries: [(english: [String], french: [String])]

    init(_ configuration: SimulationConfiguration) {
        // Eight answers from five people on average.
        count = max(1, configuration.responses / 8 * 5)
        var mixer = configuration.seed ^ 0x7265_7370_6F6E_6473
        key = SeededGenerator.mix(&mixer)
        regions = WeightedChoice(configuration.regions.map(\.weight))
        plans = WeightedChoice(configuration.plans.map(\.weight))
        englishBelow = UInt64(configuration.englishShare * 65_536)
        countries = configuration.regions.map { region in
            (
                CountryList.codes(region: region.name, language: .english),
                CountryList.codes(region: region.name, language: .french)
            )
        }
    }

    /// Someone at random, with product and channel still to be decided.
    func anyone(using generator: inout SeededGenerator) -> ResponseProfile {
        let number = generator.below(count)
        let bits = traits(number)
        var profile = ResponseProfile()
        profile.respondent = number
        profile.region = regions.index(bits: bits)
        profile.plan = plans.index(bits: bits >> 16)
        profile.language = bits >> 32 & 0xFFFF < englishBelow ? .english : .french
        let choices = countries[profile.region]
        let codes = profile.language == .english ? choices.english : choices.french
        profile.country = codes[Int(bits >> 48) % codes.count]
        return profile
    }

    /// How a respondent is named in rows: two in three by address, the others by number.
    func identifier(of number: Int) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(48)
        let bits = Int(truncatingIfNeeded: traits(number) >> 20 & 0xFFFF_FFFF)
        if bits % 3 == 0 {
            bytes.append(UInt8(ascii: "C"))
            Decimal.append(number, width: 7, to: &bytes)
        } else {
            bytes.append(contentsOf: Self.firstWords[bits / 3 % 20].utf8)
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: Self.secondWords[bits / 60 % 20].utf8)
            Decimal.append(number, to: &bytes)
            bytes.append(contentsOf: Self.domains[bits / 1200 % 3].utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func traits(_ number: Int) -> UInt64 {
        var state = key ^ UInt64(number) &* 0xD6E8_FEB8_6659_FD93
        return SeededGenerator.mix(&state)
    }
}
