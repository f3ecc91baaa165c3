/// Instants as text: microseconds since 1970-01-01T00:00:00Z to RFC 3339 and back.
///
/// Pure arithmetic on the proleptic Gregorian calendar, so that the same instant reads the same on
/// every machine. Leap seconds do not exist in this count, as in POSIX.
public enum Timestamp {
    private static let microsecondsPerSecond: Int64 = 1_000_000
    private static let secondsPerDay: Int64 = 86_400

    /// The instant in UTC: `2024-03-03T10:00:00Z`, with a fraction only where there is one.
    ///
    /// A fraction has three digits if that is exact, else six. Years outside 0000…9999 take the
    /// signed six-digit form of ISO 8601, so that every value of the type has a text.
    public static func format(_ microseconds: Int64) -> String {
        let (seconds, fraction) = floorDivide(microseconds, microsecondsPerSecond)
        let (days, second) = floorDivide(seconds, secondsPerDay)
        let time =
            "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
        return formatDay(days) + time + formatFraction(fraction) + "Z"
    }

    /// The day in UTC alone: `2024-03-03`.
    public static func formatDate(_ microseconds: Int64) -> String {
        formatDay(floorDivide(microseconds, microsecondsPerSecond * secondsPerDay).quotient)
    }

    /// Microseconds since 1970 from RFC 3339 text, or from a bare date, which means its midnight
    /// in UTC.
    ///
    /// Accepts `Z` or an offset, a space or `T` between date and time, and up to nine fraction
    /// digits, of which those beyond microseconds are cut. A second of 60 is the one that follows.
    /// - Throws: ``TimestampError`` when the text is no such instant, or lies outside 64 bits.
    public static func parse(_ text: String) throws(TimestampError) -> Int64 {
        var reader = TimestampReader(text)
        let days = try reader.readDay()
        if reader.isAtEnd { return try reader.microseconds(days: days, second: 0, fraction: 0) }
        try reader.readDateTimeSeparator()
        let second = try reader.readTimeOfDay()
        let fraction = try reader.readFraction()
        let offset = try reader.readOffset()
        return try reader.microseconds(days: days, second: second - offset, fraction: fraction)
    }

    /// Days since 1970-01-01 of a calendar date (Howard Hinnant, `days_from_civil`).
    package static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shifted, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    /// The calendar date of a day since 1970-01-01 (Howard Hinnant, `civil_from_days`).
    package static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func formatDay(_ days: Int64) -> String {
        let (year, month, day) = date(days: days)
        let years =
            (0...9999).contains(year)
            ? padded(year, 4) : (year < 0 ? "-" : "+") + padded(abs(year), 6)
        return "\(years)-\(padded(month, 2))-\(padded(day, 2))"
    }

    private static func formatFraction(_ fraction: Int64) -> String {
        if fraction == 0 { return "" }
        if fraction.isMultiple(of: 1000) { return "." + padded(fraction / 1000, 3) }
        return "." + padded(fraction, 6)
    }

    private static func padded(_ value: Int64, _ digitCount: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, digitCount - digits.utf8.count)) + digits
    }

    /// Division that rounds down, so that instants before 1970 keep a positive remainder.
    package static func floorDivide(
        _ value: Int64, _ divisor: Int64
    ) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
