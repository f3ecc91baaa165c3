/// What is true of the rows that a simulator has given out so far, for classifying whoever reads them.
public struct SimulationTruth: Sendable, Hashable {
    /// The configuration behind the rows.
    public let configuration: SimulationConfiguration
    /// What a perfect importer reports.
    public internal(set) var expected = ImportTotals()
    /// Rows to turn away, by reason in the order of `BadRowReason.allCases`.
    public internal(set) var rejections = [Int](repeating: 0, count: BadRowReason.allCases.count)
    /// The whole first, then each region, plan, product and channel as configured.
    public internal(set) var segments: [SegmentTruth]
    /// Comments by sentiment, in the order of `CommentSentiment.allCases`; the truth of a
    /// response counts once, however often its row came.
    public internal(set) var sentiments = [Int](
        repeating: 0, count: CommentSentiment.allCases.count)
    /// Comments by intent, in the order of `CommentIntent.allCases`; a comment may have several.
    public internal(set) var intents = [Int](repeating: 0, count: CommentIntent.allCases.count)
    /// Comments by topic, in the order of `CommentTopic.allCases`.
    public internal(set) var topics = [Int](repeating: 0, count: CommentTopic.allCases.count)
    /// Comments in English.
    public internal(set) var englishComments = 0
    /// Comments in French.
    public internal(set) var frenchComments = 0
    /// Comments that say the contrary of their score.
    public internal(set) var contradictions = 0
    /// The planted shift; nil without one.
    public internal(set) var shift: PlantedTruth?
    /// The planted wording; nil without one.
    public internal(set) var wording: PlantedTruth?

    /// All comments.
    public var comments: Int { englishComments + frenchComments }

    /// The truth of one segment; nil when there is none by these names.
    public func segment(_ dimension: String, _ value: String) -> SegmentTruth? {
        segments.first { $0.dimension == dimension && $0.value == value }
    }

    init(_ configuration: SimulationConfiguration) {
        self.configuration = configuration
        var segments = [SegmentTruth(dimension: "all", value: "")]
        segments += configuration.regions.map { SegmentTruth(dimension: "region", value: $0.name) }
        segments += configuration.plans.map { SegmentTruth(dimension: "plan", value: $0.name) }
        segments += configuration.products.map {
            SegmentTruth(dimension: "product", value: $0.name)
        }
        segments += configuration.channels.map {
            SegmentTruth(dimension: "channel", value: $0.name)
        }
        self.segments = segments
        shift = configuration.plantedShift.map {
            PlantedTruth(startsAt: configuration.instant(ofDay: $0.day))
        }
        wording = configuration.plantedWording.map {
            PlantedTruth(startsAt: configuration.instant(ofDay: $0.day))
        }
    }
}

extension SimulationConfiguration {
    /// The start of a day of the simulation, in microseconds since 1970, UTC.
    func instant(ofDay day: Int) -> Int64 {
        start + Int64(day) * Calendar.dayMicroseconds
    }
}

extension SimulationTruth {
    /// Counts a response when its first row goes out.
    mutating func record(_ profile: ResponseProfile, row: SimulatedRow) {
        expected.recorded += 1
        guard let scoreClass = row.scoreClass else { return }
        let isAfter = shift.map { row.at >= $0.startsAt } ?? false
        let isStated = !row.score.isEmpty
        let regions = 1
        let plans = regions + configuration.regions.count
        let products = plans + configuration.plans.count
        let channels = products + configuration.products.count
        count(0, scoreClass, isStated, isAfter)
        count(regions + profile.region, scoreClass, isStated, isAfter)
        count(plans + profile.plan, scoreClass, isStated, isAfter)
        count(products + profile.product, scoreClass, isStated, isAfter)
        count(channels + profile.channel, scoreClass, isStated, isAfter)
        if isAfter, row.region == configuration.plantedShift?.region {
            shift?.add(position: row.position, isAffected: true)
        }
    }

    private mutating func count(
        _ index: Int, _ scoreClass: ScoreClass, _ isStated: Bool, _ isAfter: Bool
    ) {
        segments[index].add(scoreClass, isStated: isStated, isAfter: isAfter)
    }

    /// Counts the comment of a row that brings one for the first time.
    mutating func countComment(of row: SimulatedRow) {
        guard let comment = row.truth else { return }
        switch comment.sentiment {
        case .negative: sentiments[0] += 1
        case .neutral: sentiments[1] += 1
        case .positive: sentiments[2] += 1
        }
        for intent in comment.intents {
            intents[intent.bit.trailingZeroBitCount] += 1
        }
        topics[comment.topic.index] += 1
        switch comment.language {
        case .english: englishComments += 1
        case .french: frenchComments += 1
        }
        if row.isContradiction {
            contradictions += 1
        }
        if let startsAt = wording?.startsAt, row.updatedAt >= startsAt {
            wording?.add(position: row.position, isAffected: row.wording == .planted)
        }
    }

    /// Counts a row that is not the first of its response.
    mutating func countOther(_ row: SimulatedRow) {
        switch row.kind {
        case .normal: break
        case .duplicate: expected.duplicates += 1
        case .conflict: expected.conflicts += 1
        case .lateComment: expected.amended += 1
        case .bad(let reason):
            expected.rejected += 1
            rejections[reason.index] += 1
        }
    }
}

extension BadRowReason {
    /// The place of this reason among all cases.
    var index: Int {
        switch self {
        case .scoreNotNumeric: 0
        case .scoreOutOfRange: 1
        case .scoreNotWhole: 2
        case .nothingSaid: 3
        case .unreadableTime: 4
        case .missingResponseID: 5
        }
    }
}

/// The true classes of the responses in one segment, before and after the planted shift.
///
/// Without a planted shift every response is before it.
public struct SegmentTruth: Sendable, Hashable {
    /// The dimension: `region`, `plan`, `product` or `channel`; `all` for the whole.
    public let dimension: String
    /// The value within the dimension; empty for the whole.
    public let value: String
    /// Responses with a score, before the shift.
    public internal(set) var statedBefore = ClassCounts()
    /// Responses with a score, from the shift on.
    public internal(set) var statedAfter = ClassCounts()
    /// Responses with a comment alone, before the shift, by the class in their writers' minds.
    public internal(set) var unstatedBefore = ClassCounts()
    /// Responses with a comment alone, from the shift on.
    public internal(set) var unstatedAfter = ClassCounts()

    /// Responses with a score over the whole time.
    public var stated: ClassCounts { statedBefore + statedAfter }
    /// Responses with a comment alone over the whole time.
    public var unstated: ClassCounts { unstatedBefore + unstatedAfter }

    init(dimension: String, value: String) {
        self.dimension = dimension
        self.value = value
    }

    mutating func add(_ scoreClass: ScoreClass, isStated: Bool, isAfter: Bool) {
        switch (isStated, isAfter) {
        case (true, false): statedBefore.add(scoreClass)
        case (true, true): statedAfter.add(scoreClass)
        case (false, false): unstatedBefore.add(scoreClass)
        case (false, true): unstatedAfter.add(scoreClass)
        }
    }
}

/// Where a planted change is to be found in the stream.
public struct PlantedTruth: Sendable, Hashable {
    /// When the change starts, in microseconds since 1970, UTC.
    public let startsAt: Int64
    /// The place of the first row that has it; nil when no row did so far.
    public internal(set) var firstPosition: Int?
    /// How many responses (of the region) or comments could have it so far.
    public internal(set) var exposed = 0
    /// How many of them have it: all after a shift, the configured share after a new wording.
    public internal(set) var affected = 0

    init(startsAt: Int64) {
        self.startsAt = startsAt
    }

    mutating func add(position: Int, isAffected: Bool) {
        exposed += 1
        if isAffected {
            affected += 1
            firstPosition = firstPosition ?? position
        }
    }
}

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

/// What a perfect importer reports after reading a stream to its end.
///
/// `read` = `recorded` + `amended` + `duplicates` + `conflicts` + `rejected`, always.
public struct ImportTotals: Sendable, Hashable {
    /// Responses seen for the first time.
    public var recorded = 0
    /// Responses whose comment came later.
    public var amended = 0
    /// Rows that came again as they were.
    public var duplicates = 0
    /// Rows that came again with another score.
    public var conflicts = 0
    /// Rows turned away.
    public var rejected = 0

    /// All rows.
    public var read: Int { recorded + amended + duplicates + conflicts + rejected }

    /// Starts from nothing.
    public init() {}
}
