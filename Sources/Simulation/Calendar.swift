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
