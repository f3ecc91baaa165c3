/// Spreads a number of responses over days and hours, in ascending order.
///
/// Each day gets its part of the whole by the seasons and a little chance; within a day each
/// response has a stratum of its own, so that times ascend without a sort.
struct ResponseClock: Sendable {
    /// How busy the hours of a day are, from midnight UTC.
    private static let hourWeights = [
        2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 8, 8, 9, 9, 9, 9, 8, 8, 7, 5, 4, 3,
    ]
    private static let hourWeightSum = hourWeights.reduce(0, +)
    /// Each unit of an hour's weight is cut into so many parts, for times within the hour.
    private static let parts = 1 << 20

    private let start: Int64
    private let responses: Int
    /// Running totals of the days' weights; one more than there are days.
    private let weightsBefore: [Int]
    private let waves: [Int]
    private let hourWeights: [Int]

    private(set) var day = -1
    private var countOfDay = 0
    private var indexInDay = 0
    private var hour = 0
    private var partsBeforeHour = 0

    init(_ configuration: SimulationConfiguration, using generator: inout SeededGenerator) {
        start = configuration.start
        responses = configuration.responses
        hourWeights = Self.hourWeights
        let seasons = configuration.seasons
        let firstDay = Int(configuration.start / Calendar.dayMicroseconds)
        var total = 0
        var before = [0]
        var waves: [Int] = []
        for offset in 0..<configuration.durationDays {
            let wave = Self.wave(
                dayOfYear: Calendar.dayOfYear(ofDay: firstDay + offset),
                peak: seasons.peakDayOfYear)
            let weekday = seasons.weekdayWeights[Calendar.weekday(ofDay: firstDay + offset)]
            let volume = 1000 + seasons.volumeWavePercent * wave / 100
            // Up to 6 % of chance either way, or days would look made to measure.
            total += weekday * volume * (94 + generator.below(13)) / 100
            before.append(total)
            waves.append(wave)
        }
        weightsBefore = before
        self.waves = waves
    }

    /// The yearly wave on the current day, from -1000 to 1000.
    var wave: Int {
        waves[day]
    }

    /// Moves on to the next response and says when it came, in microseconds since 1970.
    /// - Precondition: not called more often than there are responses.
    mutating func next(using generator: inout SeededGenerator) -> Int64 {
        while indexInDay == countOfDay {
            day += 1
            let total = weightsBefore[weightsBefore.count - 1]
            countOfDay =
                responses * weightsBefore[day + 1] / total - responses * weightsBefore[day] / total
            indexInDay = 0
            hour = 0
            partsBeforeHour = 0
        }
        let whole = Self.hourWeightSum * Self.parts
        let place = (indexInDay * whole + generator.below(whole)) / countOfDay
        indexInDay += 1
        while place >= partsBeforeHour + hourWeights[hour] * Self.parts {
            partsBeforeHour += hourWeights[hour] * Self.parts
            hour += 1
        }
        let within =
            Int64(place - partsBeforeHour) * Calendar.hourMicroseconds
            / Int64(hourWeights[hour] * Self.parts)
        let instant =
            start + Int64(day) * Calendar.dayMicroseconds
            + Int64(hour) * Calendar.hourMicroseconds + within
        return instant - instant % 1000
    }

    /// A wave of one year from -1000 to 1000, highest at the peak: two parabolas in place of a
    /// cosine, which would need floating point.
    private static func wave(dayOfYear: Int, peak: Int) -> Int {
        // A quarter of a year later, a cosine is a sine; 366 days in 732 half-days.
        let phase = (2 * (dayOfYear - peak) + 183 + 732) % 732
        let half = phase % 366
        let arch = 4 * half * (366 - half) * 1000 / (366 * 366)
        return phase < 366 ? arch : -arch
    }
}
