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
