/// Reads the parts of an RFC 3339 instant from left to right.
struct TimestampReader {
    private let text: String
    private var rest: Substring.UTF8View

    init(_ text: String) {
        self.text = text
        rest = text[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func readDay() throws(TimestampError) -> Int64 {
        var year: Int64
        if let sign = takeOne(of: "+-") {
            year = try readNumber(digits: 6, "a year of six digits after its sign")
            if sign == UInt8(ascii: "-") {
                year = -year
                // ISO 8601 has one year zero, written without a minus.
                if year == 0 { throw failure("the year -000000 does not exist") }
            }
        } else {
            year = try readNumber(digits: 4, "a year of four digits")
        }
        try expect("-", "between year and month")
        let month = try readNumber(digits: 2, "a month of two digits")
        try expect("-", "between month and day")
        let day = try readNumber(digits: 2, "a day of two digits")
        guard (1...12).contains(month) else { throw failure("the month is not 01 to 12") }
        guard day >= 1, day <= Self.dayCount(year: year, month: month) else {
            throw failure("the month has no such day")
        }
        return Timestamp.days(year: year, month: month, day: day)
    }

    mutating func readDateTimeSeparator() throws(TimestampError) {
        if takeOne(of: "Tt ") == nil { throw failure("a T is missing between date and time") }
    }

    mutating func readTimeOfDay() throws(TimestampError) -> Int64 {
        let hour = try readNumber(digits: 2, "an hour of two digits")
        try expect(":", "between hour and minute")
        let minute = try readNumber(digits: 2, "a minute of two digits")
        try expect(":", "between minute and second")
        let second = try readNumber(digits: 2, "a second of two digits")
        guard hour < 24, minute < 60, second <= 60 else {
            throw failure("the time of day is not 00:00:00 to 23:59:60")
        }
        return hour * 3600 + minute * 60 + second
    }

    mutating func readFraction() throws(TimestampError) -> Int64 {
        guard takeOne(of: ".") != nil else { return 0 }
        let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard (1...9).contains(digits.count) else {
            throw failure("the fraction of a second has not 1 to 9 digits")
        }
        rest = rest[digits.endIndex...]
        var value: Int64 = 0
        for digit in digits.prefix(6) { value = value * 10 + Int64(digit - UInt8(ascii: "0")) }
        for _ in digits.count..<max(6, digits.count) { value *= 10 }
        return value
    }

    /// Seconds east of UTC, at the end of the text.
    mutating func readOffset() throws(TimestampError) -> Int64 {
        var offset: Int64 = 0
        if takeOne(of: "Zz") == nil {
            guard let sign = takeOne(of: "+-") else {
                throw failure("the offset is missing; add Z for UTC, or for example +02:00")
            }
            let hours = try readNumber(digits: 2, "offset hours of two digits")
            try expect(":", "between offset hours and minutes")
            let minutes = try readNumber(digits: 2, "offset minutes of two digits")
            guard hours < 24, minutes < 60 else { throw failure("the offset is out of range") }
            offset = (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
        }
        guard isAtEnd else { throw failure("something follows the instant") }
        return offset
    }

    /// Joins the parts; the day count of a six-digit year always fits, its microseconds may not.
    func microseconds(
        days: Int64, second: Int64, fraction: Int64
    ) throws(TimestampError) -> Int64 {
        var seconds = days * 86_400 + second
        var rest = fraction
        // Counted toward zero, or the earliest instants would overflow on the way.
        if seconds < 0 && rest > 0 {
            seconds += 1
            rest -= 1_000_000
        }
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, carried) = whole.addingReportingOverflow(rest)
        if overflow || carried { throw failure("the instant is too far from 1970") }
        return sum
    }

    private mutating func takeOne(of choices: StaticString) -> UInt8? {
        guard let first = rest.first else { return nil }
        let matches = choices.withUTF8Buffer { $0.contains(first) }
        guard matches else { return nil }
        rest = rest.dropFirst()
        return first
    }

    private mutating func expect(
        _ mark: StaticString, _ place: String
    ) throws(TimestampError) {
        if takeOne(of: mark) == nil { throw failure("'\(mark)' is missing \(place)") }
    }

    private mutating func readNumber(
        digits count: Int, _ what: String
    ) throws(TimestampError) -> Int64 {
        let digits = rest.prefix(count)
        var value: Int64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else {
                throw failure("expected \(what)")
            }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        guard digits.count == count else { throw failure("expected \(what)") }
        rest = rest[digits.endIndex...]
        return value
    }

    private func failure(_ reason: String) -> TimestampError {
        TimestampError(
            text: text, offsetBytes: text.utf8.count - rest.count, reason: reason)
    }

    private static func dayCount(year: Int64, month: Int64) -> Int64 {
        switch month {
        case 2:
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }
}

/// Says why a text is not an instant.
public struct TimestampError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text as given.
    public let text: String
    /// Where in its UTF-8 the reader stopped, from 0.
    public let offsetBytes: Int
    /// What is wrong there.
    public let reason: String

    /// One line for a person, with the form that would be accepted.
    public var description: String {
        let shown = TerminalText.sanitized(DisplayWidth.truncated(text, to: 60))
        return "“\(shown)” is not a time: \(reason); "
            + "write it like 2024-03-03T10:00:00Z or 2024-03-03"
    }
}
