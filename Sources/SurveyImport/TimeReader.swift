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

/// A stated form of dates, in a small subset of strptime.
///
/// `%Y` year of four digits, `%y` of two (69…99 are 1969…1999), `%m` month, `%d` and `%e` day, `%H`
/// hour, `%I` hour of twelve with `%p` AM or PM, `%M` minute, `%S` second, `%f` fraction, `%b` and
/// `%B` English month name, `%z` offset (Z, +02:00, +0200), `%T` for %H:%M:%S, `%%`. Months, days
/// and hours may drop their leading zero; a blank matches any run of blanks; all else stands for
/// itself.
struct TimePattern: Hashable {
    private enum Element: Hashable {
        case literal(UInt8)
        case blanks
        case directive(UInt8)
    }

    private let elements: [Element]

    private static let known = Array("YymdeHIpMSfbBzT".utf8)

    /// Reads a pattern; throws `badMapping` for one that says no date, or says a part twice.
    init(_ pattern: String) throws(ImportError) {
        var elements: [Element] = []
        var bytes = Array(pattern.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte.isASCIIBlank {
                if elements.last != .blanks { elements.append(.blanks) }
            } else if byte != UInt8(ascii: "%") {
                elements.append(.literal(byte))
            } else if let directive = bytes.popFirst() {
                try Self.append(directive, to: &elements, pattern: pattern)
            } else {
                throw Self.fault(pattern, "it ends in a single %")
            }
        }
        self.elements = elements
        try Self.check(elements, pattern)
    }

    private static func append(
        _ directive: UInt8, to elements: inout [Element], pattern: String
    ) throws(ImportError) {
        if directive == UInt8(ascii: "%") {
            elements.append(.literal(directive))
        } else if directive == UInt8(ascii: "T") {
            for (index, part) in "HMS".utf8.enumerated() {
                if index > 0 { elements.append(.literal(UInt8(ascii: ":"))) }
                elements.append(.directive(part))
            }
        } else if known.contains(directive) {
            elements.append(.directive(directive))
        } else {
            let name = String(decoding: [directive], as: UTF8.self)
            throw fault(pattern, "%\(name) is not known")
        }
    }

    private static func check(_ elements: [Element], _ pattern: String) throws(ImportError) {
        func count(_ names: String) -> Int {
            elements.count { element in
                if case .directive(let name) = element { names.utf8.contains(name) } else { false }
            }
        }
        for alternatives in ["Yy", "mbB", "de", "HI", "M", "S", "f", "p", "z"]
        where count(alternatives) > 1 {
            throw fault(pattern, "it says one part of the time twice")
        }
        let hasDate = count("Yy") == 1 && count("mbB") == 1 && count("de") == 1
        guard hasDate else { throw fault(pattern, "it needs year, month and day") }
        guard count("I") == count("p") else { throw fault(pattern, "%I and %p go together") }
    }

    private static func fault(_ pattern: String, _ problem: String) -> ImportError {
        ImportError(
            .badMapping, "the time pattern cannot be used (\(problem))",
            value: pattern,
            expected: "a pattern of %Y %y %m %d %e %H %I %p %M %S %f %b %B %z %T %%",
            advice: "For 31/12/2026 23:59 write \"%d/%m/%Y %H:%M\".")
    }

    /// The time that `bytes` spell under the pattern, all of them; nil where they do not.
    func match(_ bytes: UnsafeBufferPointer<UInt8>) -> CivilTime? {
        var cursor = ByteCursor(bytes)
        var time = CivilTime()
        var isAfternoon: Bool?
        for element in elements {
            switch element {
            case .literal(let byte):
                guard cursor.take(byte) else { return nil }
            case .blanks:
                guard cursor.takeBlanks() > 0 else { return nil }
            case .directive(UInt8(ascii: "p")):
                if cursor.take(word: "AM") {
                    isAfternoon = false
                } else if cursor.take(word: "PM") {
                    isAfternoon = true
                } else {
                    return nil
                }
            case .directive(let name):
                guard Self.read(name, from: &cursor, into: &time) else { return nil }
            }
        }
        guard cursor.isAtEnd else { return nil }
        if let isAfternoon {
            guard (1...12).contains(time.hour) else { return nil }
            time.hour = time.hour % 12 + (isAfternoon ? 12 : 0)
        }
        return time
    }

    private static func read(
        _ directive: UInt8, from cursor: inout ByteCursor, into time: inout CivilTime
    ) -> Bool {
        func digits(_ least: Int, _ most: Int, _ part: WritableKeyPath<CivilTime, Int>) -> Bool {
            guard let value = cursor.digits(least, most) else { return false }
            time[keyPath: part] = value
            return true
        }
        switch directive {
        case UInt8(ascii: "Y"): return digits(4, 4, \.year)
        case UInt8(ascii: "y"):
            guard digits(2, 2, \.year) else { return false }
            time.year += time.year < 69 ? 2000 : 1900
            return true
        case UInt8(ascii: "m"): return digits(1, 2, \.month)
        case UInt8(ascii: "d"): return digits(1, 2, \.day)
        case UInt8(ascii: "e"):
            _ = cursor.takeBlanks()
            return digits(1, 2, \.day)
        case UInt8(ascii: "H"), UInt8(ascii: "I"): return digits(1, 2, \.hour)
        case UInt8(ascii: "M"): return digits(2, 2, \.minute)
        case UInt8(ascii: "S"): return digits(2, 2, \.second)
        case UInt8(ascii: "f"):
            guard let value = cursor.microseconds() else { return false }
            time.microsecond = value
            return true
        case UInt8(ascii: "z"):
            guard let offset = cursor.offset() else { return false }
            time.offsetSeconds = offset
            return true
        default: return readMonthName(from: &cursor, into: &time)
        }
    }

    private static let months: [(long: StaticString, short: StaticString)] = [
        ("January", "Jan"), ("February", "Feb"), ("March", "Mar"), ("April", "Apr"),
        ("May", "May"), ("June", "Jun"), ("July", "Jul"), ("August", "Aug"),
        ("September", "Sep"), ("October", "Oct"), ("November", "Nov"), ("December", "Dec"),
    ]

    private static func readMonthName(
        from cursor: inout ByteCursor, into time: inout CivilTime
    ) -> Bool {
        for (index, month) in months.enumerated()
        where cursor.take(word: month.long) || cursor.take(word: month.short) {
            time.month = index + 1
            return true
        }
        return false
    }
}
