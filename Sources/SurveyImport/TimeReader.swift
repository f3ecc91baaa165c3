/// Reads the times of a file: in the stated pattern, or else in the forms nearly every tool writes.
///
/// Without a pattern: RFC 3339 ("2026-03-01T09:30:00+01:00", a blank for the T allowed), the same
/// without an offset, without seconds, or as a date alone; Unix seconds (10 digits, a fraction
/// allowed) and milliseconds (13 digits). Times that do not say their zone are read in the stated
/// zone, or else in UTC; they are counted.
struct TimeReader {
    enum Reading: Hashable {
        /// Microseconds since 1970 UTC.
        case instant(Int64)
        case unreadable
        case outOfRange
    }

    private let pattern: TimePattern?
    private var offsets: ZoneOffsets
    /// How many times did not say their zone.
    private(set) var naiveCount = 0

    init(pattern: TimePattern?, zone: SurveyTimeZone?) {
        self.pattern = pattern
        offsets = ZoneOffsets(zone ?? .utc)
    }

    /// Reads a trimmed field.
    mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Reading {
        if let pattern {
            guard let time = pattern.match(bytes) else { return .unreadable }
            return instant(time)
        }
        if let seconds = Self.unixMicroseconds(bytes) { return checked(seconds) }
        guard let time = Self.isoTime(bytes) else { return .unreadable }
        return instant(time)
    }

    private mutating func instant(_ time: CivilTime) -> Reading {
        guard let local = time.localSeconds else { return .unreadable }
        // Checked before a zone is asked, for its tables know no year 9999.
        guard (1969...2201).contains(time.year) else { return .outOfRange }
        let seconds: Int
        if let offset = time.offsetSeconds {
            seconds = local - offset
        } else {
            naiveCount += 1
            seconds = offsets.utcSeconds(local: local)
        }
        return checked(seconds * 1_000_000 + time.microsecond)
    }

    private func checked(_ microseconds: Int) -> Reading {
        let seconds = microseconds.flooredQuotient(by: 1_000_000)
        guard CivilTime.secondsValid.contains(seconds) else { return .outOfRange }
        return .instant(Int64(microseconds))
    }

    private static func unixMicroseconds(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var cursor = ByteCursor(bytes)
        guard let number = cursor.digits(10, 13) else { return nil }
        let digitCount = cursor.index
        if digitCount == 13, cursor.isAtEnd { return number * 1000 }
        guard digitCount == 10 else { return nil }
        var fraction = 0
        if cursor.take(UInt8(ascii: ".")) {
            guard let stated = cursor.microseconds() else { return nil }
            fraction = stated
        }
        return cursor.isAtEnd ? number * 1_000_000 + fraction : nil
    }

    private static func isoTime(_ bytes: UnsafeBufferPointer<UInt8>) -> CivilTime? {
        var cursor = ByteCursor(bytes)
        var time = CivilTime()
        guard let year = cursor.digits(4, 4), cursor.take(UInt8(ascii: "-")),
            let month = cursor.digits(2, 2), cursor.take(UInt8(ascii: "-")),
            let day = cursor.digits(2, 2)
        else { return nil }
        (time.year, time.month, time.day) = (year, month, day)
        if cursor.isAtEnd { return time }
        guard cursor.take(UInt8(ascii: "T"), or: UInt8(ascii: "t")) || cursor.takeBlanks() > 0,
            let hour = cursor.digits(2, 2), cursor.take(UInt8(ascii: ":")),
            let minute = cursor.digits(2, 2)
        else { return nil }
        (time.hour, time.minute) = (hour, minute)
        if cursor.take(UInt8(ascii: ":")) {
            guard let second = cursor.digits(2, 2) else { return nil }
            time.second = second
            if cursor.take(UInt8(ascii: "."), or: UInt8(ascii: ",")) {
                guard let fraction = cursor.microseconds() else { return nil }
                time.microsecond = fraction
            }
        }
        if cursor.isAtEnd { return time }
        _ = cursor.takeBlanks()
        guard let offset = cursor.offset(), cursor.isAtEnd else { return nil }
        time.offsetSeconds = offset
        return time
    }
}
