/// What is true of the rows that a simulator has given out so far, for judging whoever reads them.
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
