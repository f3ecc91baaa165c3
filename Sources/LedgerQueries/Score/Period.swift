import LedgerCore
import Presentation

/// Calendar periods in UTC.
public enum Period: String, CaseIterable, Sendable {
    /// A day.
    case day
    /// A week from Monday.
    case week
    /// A month.
    case month
    /// Three months.
    case quarter
    /// A year.
    case year

    /// What a range of days is cut into where nobody says.
    static func fitting(days: Int) -> Period {
        switch days {
        case ...21: .day
        case ...120: .week
        case ...800: .month
        case ...2500: .quarter
        default: .year
        }
    }

    /// Days from 1970-01-01 of the first day of the period that `day` falls in.
    public func start(ofDay day: Int) -> Int {
        if self == .day { return day }
        // 1970-01-01 was a Thursday: day −3 was a Monday.
        if self == .week { return day - ((day + 3) % 7 + 7) % 7 }
        let (year, month) = Self.yearAndMonth(day)
        switch self {
        case .month: return Self.dayNumber(year, month)
        case .quarter: return Self.dayNumber(year, (month - 1) / 3 * 3 + 1)
        default: return Self.dayNumber(year, 1)
        }
    }

    /// What the period that begins on `day` is called.
    public func name(ofStart day: Int) -> String {
        let date = Timestamp.formatDate(Microseconds(day) * TimeSpan.day)
        switch self {
        case .day, .week: return date
        case .month: return String(date.dropLast(3))
        case .quarter: return "\(date.prefix(4))-Q\((Self.yearAndMonth(day).month - 1) / 3 + 1)"
        case .year: return String(date.prefix(4))
        }
    }

    /// Civil date from days since 1970 (Hinnant, “chrono-compatible low-level date algorithms”).
    private static func yearAndMonth(_ day: Int) -> (year: Int, month: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month)
    }

    /// Days since 1970 of the first of a month, by the same source.
    private static func dayNumber(_ year: Int, _ month: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
