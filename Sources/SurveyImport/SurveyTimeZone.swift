import Foundation

/// The zone in which a file's times are written when they do not say it themselves.
///
/// "UTC", a fixed offset as "+02:00", or an IANA name as "Europe/Paris". Abbreviations as "CET"
/// are refused, for they do not say whether summer time is meant.
public struct SurveyTimeZone: Sendable, Hashable, CustomStringConvertible {
    enum Rule: Sendable, Hashable {
        case fixed(seconds: Int)
        case named(TimeZone)
    }

    /// The name as it was stated, "Z" and "GMT" as "UTC".
    public let name: String
    let rule: Rule

    /// Coordinated Universal Time.
    public static let utc = SurveyTimeZone(name: "UTC", rule: .fixed(seconds: 0))

    private init(name: String, rule: Rule) {
        self.name = name
        self.rule = rule
    }

    /// Reads a zone's name; throws `badMapping` where there is no such zone.
    public init(argument: String) throws(ImportError) {
        if ["UTC", "GMT", "Z"].contains(argument.uppercased()) {
            self = .utc
            return
        }
        let bytes = Array(argument.utf8)
        if let first = bytes.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            let seconds = bytes.withUnsafeBufferPointer { bytes -> Int? in
                var cursor = ByteCursor(bytes)
                let offset = cursor.offset()
                return cursor.isAtEnd ? offset : nil
            }
            if let seconds {
                self.init(name: argument, rule: .fixed(seconds: seconds))
                return
            }
        } else if argument.contains("/"), let zone = TimeZone(identifier: argument) {
            self.init(name: argument, rule: .named(zone))
            return
        }
        throw ImportError(
            .badMapping, "there is no such time zone", value: argument,
            expected: "UTC, an offset as +02:00, or a name as Europe/Paris",
            advice: "State the zone in which the survey tool writes its times.")
    }

    /// The zone as ``init(argument:)`` reads it.
    public var description: String { name }
}

extension SurveyTimeZone.Rule {
    /// How far the zone is ahead of UTC at an instant, in seconds.
    func offsetSeconds(atUTC seconds: Int) -> Int {
        switch self {
        case .fixed(let offset): offset
        case .named(let zone):
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
        }
    }
}

/// Local times to UTC, remembering the offset of the day asked last, since a file's rows come in
/// runs of one day and asking the zone's tables each time costs more than reading the row.
struct ZoneOffsets {
    private let rule: SurveyTimeZone.Rule
    private var day = Int.min
    private var offsetAtStart = 0
    private var offsetAtEnd = 0

    init(_ zone: SurveyTimeZone) {
        rule = zone.rule
    }

    /// The UTC second of a local second (both since 1970).
    ///
    /// Where clocks go back, the first of the two instants; where they go forward, a time that
    /// never was is read with the offset that held before.
    mutating func utcSeconds(local: Int) -> Int {
        if case .fixed(let offset) = rule { return local - offset }
        let localDay = local.flooredQuotient(by: CivilTime.secondsPerDay)
        if localDay != day {
            // The day's edges are asked a day beyond on either side, so that every zone's
            // reading of the local day (offsets reach +14 h and −12 h) lies between them.
            let start = localDay * CivilTime.secondsPerDay
            offsetAtStart = rule.offsetSeconds(atUTC: start - CivilTime.secondsPerDay)
            offsetAtEnd = rule.offsetSeconds(atUTC: start + 2 * CivilTime.secondsPerDay)
            day = localDay
        }
        let early = local - offsetAtStart
        if offsetAtStart == offsetAtEnd { return early }
        if rule.offsetSeconds(atUTC: early) == offsetAtStart { return early }
        let late = local - offsetAtEnd
        return rule.offsetSeconds(atUTC: late) == offsetAtEnd ? late : early
    }
}

/// A date and time of day in the proleptic Gregorian calendar.
struct CivilTime: Hashable {
    var year = 1970
    var month = 1
    var day = 1
    var hour = 0
    var minute = 0
    var second = 0
    var microsecond = 0
    /// Seconds ahead of UTC, where the time says so.
    var offsetSeconds: Int?

    static let secondsPerDay = 86_400
    /// The first second of 1970, and that of 2201: no survey is older, and a year beyond is a
    /// slip of the pen or milliseconds read as seconds.
    static let secondsValid = 0..<7_289_654_400

    /// Seconds since 1970 of the fields as they stand, the offset not applied; nil where there is
    /// no such date or time. A leap second (60) is the second after.
    var localSeconds: Int? {
        guard (1...12).contains(month), (0...9999).contains(year),
            (1...Self.days(inMonth: month, year: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        return days * Self.secondsPerDay + hour * 3600 + minute * 60 + second
    }

    static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01, by counting years from March in eras of 400 years, so that the leap
    /// day is each year's last.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredQuotient(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The instant as RFC 3339 in UTC, with the fraction only where there is one.
    static func rfc3339(microseconds: Int64) -> String {
        let total = Int(microseconds)
        let seconds = total.flooredQuotient(by: 1_000_000)
        let fraction = total - seconds * 1_000_000
        let dayNumber = seconds.flooredQuotient(by: secondsPerDay)
        let clock = seconds - dayNumber * secondsPerDay
        let shifted = dayNumber + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        text += "T\(padded(clock / 3600, 2)):\(padded(clock / 60 % 60, 2)):\(padded(clock % 60, 2))"
        if fraction != 0 { text += "." + padded(fraction, 6) }
        return text + "Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int {
    /// The quotient rounded towards negative infinity, for a positive divisor.
    func flooredQuotient(by divisor: Int) -> Int {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
