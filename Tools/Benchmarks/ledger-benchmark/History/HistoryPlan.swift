import LedgerCore

/// What a history is made of: two with equal plans hold the same responses.
struct HistoryPlan: Codable, Hashable, Sendable {
    /// Raised where the making changes, so that a kept history is not taken for another.
    static let currentVersion = 1
    /// Responses of one import batch; the classifications of their texts follow it, as an import and as
    /// a model that reads history write them.
    static let cycleResponsesMax = 8_192
    /// Recorded-at and occurred-at begin here: 2024-01-01.
    static let start: Microseconds = 1_704_067_200_000_000
    /// All responses come within two years.
    static let span: Microseconds = 2 * 365 * 86_400_000_000
    /// The threshold set that lenses are asked about; it is not the one in force at the end.
    static let movedThresholds = Thresholds(
        passiveFrom: 600, promoterFrom: 800, confidenceMin: 4_000)
    /// Its number.
    static let movedThresholdsID: UInt32 = 2

    var version = currentVersion
    var responses: Int
    var seed: UInt64 = 7

    /// Responses of one batch; a small history has a few batches too.
    var cycleResponses: Int { min(Self.cycleResponsesMax, max(1, responses / 8)) }
}

/// What the writer of a history counted itself, to compare folds with.
struct HistoryTotals: Codable, Hashable, Sendable {
    /// Responses that count, in one group under one lens.
    struct Group: Codable, Hashable, Sendable {
        var region: String
        var plan: String
        var detractors: Int
        var passives: Int
        var promoters: Int
    }

    /// Events in the log.
    var size: Position = 0
    var texts = 0
    var classifications = 0
    var amendments = 0
    var exclusions = 0
    var rejections = 0
    /// Under the standard thresholds, on the stated basis, by region and plan.
    var stated: [Group] = []
    /// The same on the blended basis with model 1 pinned.
    var blended: [Group] = []
}

/// The dimensions of a history's responses: 576 tuples.
enum HistorySegments {
    static let regions: [(name: String, countries: [String])] = [
        ("EMEA", ["AT", "BE", "CH", "DE", "DK", "ES", "FI", "FR", "GB", "IE", "IT", "NL"]),
        ("AMER", ["AR", "BO", "BR", "CA", "CL", "CO", "CR", "EC", "MX", "PE", "US", "UY"]),
        ("APAC", ["AU", "BD", "HK", "ID", "IN", "JP", "KR", "MY", "NZ", "PH", "SG", "TH"]),
        ("AFRI", ["BW", "CM", "DZ", "EG", "ET", "GH", "KE", "MA", "NG", "RW", "TN", "ZA"]),
    ]
    static let channels = ["email", "web", "in-app"]
    static let plans = ["free", "team", "business", "enterprise"]

    /// Every tuple; regions change slowest, plans fastest.
    static let tuples: [[String: String]] = regions.flatMap { region in
        region.countries.flatMap { country in
            channels.flatMap { channel in
                plans.map { plan in
                    ["region": region.name, "country": country, "channel": channel, "plan": plan]
                }
            }
        }
    }

    /// Index of a tuple's region.
    static func region(_ tuple: Int) -> Int { tuple / (tuples.count / regions.count) }
    /// Index of a tuple's plan.
    static func plan(_ tuple: Int) -> Int { tuple % plans.count }
}

/// What the writer of a history knows of the responses it has written, in a few bytes each.
struct HistoryState {
    /// Marks a response without a stated score.
    static let noScore = UInt16.max
    /// Marks a text that a model did not read.
    static let unread: UInt8 = 3

    /// Positions; a history stays far below 2³² events.
    var positions: [UInt32] = []
    var tuples: [UInt16] = []
    var scores: [UInt16] = []
    /// Bit 0: has a text. Bit 1: excluded.
    var flags: [UInt8] = []
    /// What each model reads, two bits a model.
    var readings: [UInt8] = []
    /// Where the text is that was amended, by response.
    var amendedTexts: [Int: Position] = [:]

    init(reserving count: Int) {
        positions.reserveCapacity(count)
        tuples.reserveCapacity(count)
        scores.reserveCapacity(count)
        flags.reserveCapacity(count)
        readings.reserveCapacity(count)
    }

    var count: Int { positions.count }

    mutating func add(position: Position, tuple: Int, score: UInt16?, hasText: Bool) {
        positions.append(UInt32(position))
        tuples.append(UInt16(tuple))
        scores.append(score ?? Self.noScore)
        flags.append(hasText ? 1 : 0)
        readings.append(0xF)
    }

    func hasText(_ index: Int) -> Bool { flags[index] & 1 != 0 }
    func isExcluded(_ index: Int) -> Bool { flags[index] & 2 != 0 }
    func textPosition(_ index: Int) -> Position {
        amendedTexts[index] ?? Position(positions[index])
    }

    mutating func read(_ index: Int, by model: ModelVersion, _ classified: NPSClass) {
        let shift = (model - 1) * 2
        readings[index] = readings[index] & ~(3 << shift) | classified.rawValue << shift
    }

    mutating func amend(_ index: Int, score: UInt16?, textAt: Position?) {
        if let score { scores[index] = score }
        guard let textAt else { return }
        flags[index] |= 1
        amendedTexts[index] = textAt
        readings[index] = 0xF
    }

    mutating func exclude(_ index: Int) { flags[index] |= 2 }

    /// Counts by region and plan under the standard thresholds; blended where a model is given.
    func groups(readBy model: ModelVersion?) -> [HistoryTotals.Group] {
        let plans = HistorySegments.plans.count
        var counts = Array(repeating: [0, 0, 0], count: HistorySegments.regions.count * plans)
        for index in 0..<count where !isExcluded(index) {
            let tuple = Int(tuples[index])
            let group = HistorySegments.region(tuple) * plans + HistorySegments.plan(tuple)
            if scores[index] != Self.noScore {
                let stated = Thresholds.standard.classify(score: scores[index])
                counts[group][Int(stated.rawValue)] += 1
            } else if let model {
                let reading = readings[index] >> UInt8((model - 1) * 2) & 3
                if reading != Self.unread { counts[group][Int(reading)] += 1 }
            }
        }
        return counts.enumerated().compactMap { group, counts in
            guard counts.contains(where: { $0 > 0 }) else { return nil }
            return HistoryTotals.Group(
                region: HistorySegments.regions[group / plans].name,
                plan: HistorySegments.plans[group % plans], detractors: counts[0],
                passives: counts[1], promoters: counts[2])
        }
    }
}
