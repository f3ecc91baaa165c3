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

/// The proleptic Gregorian calendar in whole numbers, UTC.
///
/// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2014).
enum Calendar {
    static let dayMicroseconds: Int64 = 86_400_000_000
    static let hourMicroseconds: Int64 = 3_600_000_000

    /// Year, month and day of a day counted from 1970-01-01.
    static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    /// The day of its year, from 0, of a day counted from 1970-01-01.
    static func dayOfYear(ofDay day: Int) -> Int {
        let (year, month, dayOfMonth) = date(ofDay: day)
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1]
        return before + dayOfMonth - 1 + (isLeap && month > 2 ? 1 : 0)
    }

    /// The day of the week, Monday being 0, of a day counted from 1970-01-01, a Thursday.
    static func weekday(ofDay day: Int) -> Int {
        (day + 3) % 7
    }

    /// Appends an instant as RFC 3339 in UTC with milliseconds.
    static func append(_ instant: Int64, to bytes: inout [UInt8]) {
        let (year, month, day) = date(ofDay: Int(instant / dayMicroseconds))
        let milliseconds = Int(instant % dayMicroseconds / 1000)
        Decimal.append(year, width: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Decimal.append(month, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Decimal.append(day, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        Decimal.append(milliseconds / 3_600_000, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Decimal.append(milliseconds / 60_000 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Decimal.append(milliseconds / 1000 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        Decimal.append(milliseconds % 1000, width: 3, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }
}
