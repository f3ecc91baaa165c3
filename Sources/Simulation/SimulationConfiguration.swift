/// Everything that decides a simulated stream: the same configuration gives the same bytes.
public struct SimulationConfiguration: Sendable, Hashable {
    /// The most responses of one simulation; keeps products of counts within 64 bits.
    public static let responsesMax = 1_000_000_000
    /// The longest simulation, in days: a century.
    public static let durationDaysMax = 36_525
    /// The sum that the weights of one dimension may reach: draws of 16 bits still tell its
    /// values apart.
    public static let weightSumMax = 10_000

    /// The seed of all chance.
    public var seed: UInt64
    /// How many distinct responses there are; rows are more, by what comes twice or is bad.
    public var responses: Int
    /// When the first day starts, in microseconds since 1970, UTC; 2025-01-01 by default.
    public var start: Int64 = 1_735_689_600_000_000
    /// How many days of 24 hours the responses spread over.
    public var durationDays = 365
    /// How responses and scores go up and down with the calendar.
    public var seasons = SimulatedSeasons()

    /// The mix of score classes that segments deviate from.
    public var overallMix = ScoreMix(promoters: 4500, detractors: 2500)
    /// The regions of respondents.
    public var regions = [
        SegmentValue("EMEA", weight: 40, promoters: 4400, detractors: 2600),
        SegmentValue("AMER", weight: 30, promoters: 4800, detractors: 2200),
        SegmentValue("APAC", weight: 20, promoters: 4500, detractors: 2500),
        SegmentValue("LATAM", weight: 10, promoters: 4000, detractors: 3000),
    ]
    /// The plans that respondents pay for.
    public var plans = [
        SegmentValue("free", weight: 50, promoters: 4200, detractors: 2800),
        SegmentValue("team", weight: 25, promoters: 4600, detractors: 2400),
        SegmentValue("business", weight: 15, promoters: 4900, detractors: 2100),
        SegmentValue("enterprise", weight: 10, promoters: 5150, detractors: 1850),
    ]
    /// The products that surveys ask about.
    public var products = [
        SegmentValue("core", weight: 50, promoters: 4700, detractors: 2300),
        SegmentValue("mobile", weight: 30, promoters: 4500, detractors: 2500),
        SegmentValue("connect", weight: 20, promoters: 4000, detractors: 3000),
    ]
    /// The ways in which surveys are answered.
    public var channels = [
        SimulatedChannel("email", weight: 50, commentWillingness: 12),
        SimulatedChannel("web", weight: 30, commentWillingness: 10),
        SimulatedChannel("mobile", weight: 20, commentWillingness: 6),
    ]

    /// The share of responses with a comment.
    public var commentShare = 0.45
    /// The share of responses that have a comment and no score, on top of `commentShare`.
    public var commentOnlyShare = 0.02
    /// The share of respondents who write English; the others write French.
    public var englishShare = 0.6
    /// The share of comments beside a score that say the contrary of it.
    public var mismatchShare = 0.03
    /// The share of responses whose row comes again as it was.
    public var duplicateShare = 0.01
    /// The share of responses whose row comes again with another score and the same times.
    public var conflictingDuplicateShare = 0.001
    /// The share of rows, beside the responses, that no importer should accept.
    public var badRowShare = 0.005
    /// The share of responses whose comment comes later than their score, in a row of its own.
    public var lateCommentShare = 0.02
    /// A drop of the score in one region.
    public var plantedShift: PlantedShift?
    /// A new vocabulary in the comments.
    public var plantedWording: PlantedWording?

    /// A year of a usual stream.
    public init(seed: UInt64 = 1, responses: Int = 100_000) {
        self.seed = seed
        self.responses = responses
    }
}

/// The configured shares as bounds for draws of 32 bits, so that whole numbers decide.
struct SimulationShares: Sendable {
    let commentByChannel: [UInt64]
    let commentOnly: UInt64
    let mismatch: UInt64
    let late: UInt64
    let lateOrDuplicate: UInt64
    let lateDuplicateOrConflict: UInt64
    let bad: UInt64
    let plantedWording: UInt64
    let products: WeightedChoice
    let channels: WeightedChoice

    init(_ configuration: SimulationConfiguration) {
        let scored = Swift.max(1 - configuration.commentOnlyShare, 0)
        commentByChannel = Self.commentBounds(configuration, scored: scored)
        commentOnly = Self.bound(configuration.commentOnlyShare)
        mismatch = Self.bound(configuration.mismatchShare)
        late = Self.bound(configuration.lateCommentShare)
        lateOrDuplicate = Self.bound(
            configuration.lateCommentShare + configuration.duplicateShare)
        lateDuplicateOrConflict = Self.bound(
            configuration.lateCommentShare + configuration.duplicateShare
                + configuration.conflictingDuplicateShare)
        bad = Self.bound(configuration.badRowShare)
        plantedWording = Self.bound(configuration.plantedWording?.share ?? 0)
        products = WeightedChoice(configuration.products.map(\.weight))
        channels = WeightedChoice(configuration.channels.map(\.weight))
    }

    /// A product with a power of two is exact, hence the same everywhere.
    static func bound(_ share: Double) -> UInt64 {
        UInt64(Swift.min(Swift.max(share, 0), 1) * 4_294_967_296)
    }

    /// Each channel's bound, such that the overall share comes out as configured; a channel
    /// that would need more than everybody's comments gets everybody's.
    private static func commentBounds(
        _ configuration: SimulationConfiguration, scored: Double
    ) -> [UInt64] {
        let weights = configuration.channels.map(\.weight).reduce(0, +)
        let weighted = configuration.channels.map { $0.weight * $0.commentWillingness }
            .reduce(0, +)
        // Late comments belong to the share, and have rows of their own.
        let late = scored * configuration.lateCommentShare
        let early = Swift.max(configuration.commentShare - late, 0)
        // Responses with a late comment have none at first: the others make up for them.
        let base = early / Swift.max(scored - late, 0.000_001)
        return configuration.channels.map { channel in
            bound(base * Double(channel.commentWillingness * weights) / Double(weighted))
        }
    }
}

extension SeededGenerator {
    /// Whether a draw of 32 bits falls below a bound; a bound of 2^32 always holds.
    mutating func isBelow(_ bound: UInt64) -> Bool {
        next() >> 32 < bound
    }
}

/// How responses and scores go up and down with the calendar.
public struct SimulatedSeasons: Sendable, Hashable {
    /// The yearly wave of the number of responses: so many percent above and below the mean.
    public var volumeWavePercent = 20
    /// The yearly wave of the score: so many points of NPS above and below the mean.
    public var scoreWavePoints = 2
    /// The day of the year, from 0, at which both waves are highest.
    public var peakDayOfYear = 165
    /// How many responses come on each day of the week in relation, from Monday to Sunday.
    public var weekdayWeights = [11, 12, 12, 11, 10, 6, 5]

    /// The seasons of a service that people use at work.
    public init() {}

    /// No seasons at all: every day is like the other.
    public static var none: SimulatedSeasons {
        var seasons = SimulatedSeasons()
        seasons.volumeWavePercent = 0
        seasons.scoreWavePoints = 0
        seasons.weekdayWeights = [1, 1, 1, 1, 1, 1, 1]
        return seasons
    }
}

/// One value of a segment dimension: how common it is and how its people score.
public struct SegmentValue: Sendable, Hashable {
    /// The value as it is written in rows.
    public var name: String
    /// How common it is, in relation to the other values' weights.
    public var weight: Int
    /// How its people score; what differs from the configuration's overall mix adds up over
    /// the dimensions.
    public var mix: ScoreMix

    /// States a value; the mix is in basis points.
    public init(_ name: String, weight: Int, promoters: Int, detractors: Int) {
        self.name = name
        self.weight = weight
        mix = ScoreMix(promoters: promoters, detractors: detractors)
    }
}

/// A change of the score in one region from a day on: something for detectors to find.
public struct PlantedShift: Sendable, Hashable {
    /// The first day of the change, counted from 0 at the start of the simulation.
    public var day: Int
    /// The region it happens in.
    public var region: String
    /// The drop in points of NPS; a negative one is a rise.
    public var points: Int

    /// Plants a shift.
    public init(day: Int, region: String, points: Int) {
        self.day = day
        self.region = region
        self.points = points
    }
}

/// A new vocabulary that appears in comments from a day on, while scores stay as they were.
public struct PlantedWording: Sendable, Hashable {
    /// The first day of the new words, counted from 0 at the start of the simulation.
    public var day: Int
    /// The share of comments that have them from then on, from 0 to 1.
    public var share: Double

    /// Plants a wording.
    public init(day: Int, share: Double) {
        self.day = day
        self.share = share
    }
}

/// Says which setting of a simulation is impossible, and which values it may have.
public struct SimulationConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, as a stable word; more may come.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The word.
        public let rawValue: String

        /// Makes a code from its word.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// A number is outside of its range.
        public static let outOfRange = Code(rawValue: "simulation.out-of-range")
        /// A list of values is empty, or names one twice.
        public static let badList = Code(rawValue: "simulation.bad-list")
        /// A planted change names a region that the configuration does not have.
        public static let unknownRegion = Code(rawValue: "simulation.unknown-region")
    }

    /// What is wrong.
    public let code: Code
    /// The setting, by the name of its property.
    public let setting: String
    /// What the setting may be.
    public let advice: String

    /// One line for people.
    public var description: String {
        "\(setting) is not possible: \(advice) (\(code.rawValue))"
    }
}
