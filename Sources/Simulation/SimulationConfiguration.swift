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
