import Foundation
import LedgerCore
import LedgerStore
import Presentation

/// Days, weeks, months, quarters and years as an organisation counts them.
///
/// A day is a civil day of the reporting zone, from its first instant to that of the next: where
/// clocks are put forward it has 23 hours, and where they are put back 25. Days are counted from
/// 1970-01-01. Zones are those of the IANA time zone database that this program was built with.
public struct ReportingCalendar: Hashable, Sendable {
    /// Name of the zone in the IANA database, such as `Europe/Vienna`.
    public let zone: String
    /// On which day a week begins.
    public let firstWeekday: Weekday
    /// In which month a fiscal year begins, 1 to 12.
    public let fiscalYearStart: Int
    private let rules: TimeZone

    /// Days of UTC, weeks from Monday, years from January.
    public static let utc = ReportingCalendar()

    private init() {
        (zone, firstWeekday, fiscalYearStart, rules) = ("UTC", .monday, 1, .gmt)
    }

    /// A calendar.
    ///
    /// - Parameters:
    ///   - zone: a name of the IANA database.
    ///   - fiscalYearStart: a month, 1 to 12.
    /// - Throws: `LedgerError` with code `invalid` for a zone or a month that there is not.
    public init(
        zone: String = "UTC", firstWeekday: Weekday = .monday, fiscalYearStart: Int = 1
    ) throws(LedgerError) {
        guard (1...12).contains(fiscalYearStart) else {
            throw LedgerError(.invalid, "a fiscal year begins in a month from 1 to 12")
        }
        // Abbreviations such as CET mean different things to different people.
        guard zone == "UTC" || zone.contains("/"), let rules = TimeZone(identifier: zone) else {
            throw LedgerError(
                .invalid,
                "there is no time zone “\(zone)”: a name such as Europe/Vienna or UTC is needed")
        }
        self.zone = zone
        self.firstWeekday = firstWeekday
        self.fiscalYearStart = fiscalYearStart
        self.rules = zone == "UTC" ? .gmt : rules
    }

    /// Microseconds that the zone is ahead of UTC at an instant.
    private func offset(at time: Microseconds) -> Microseconds {
        if rules == .gmt { return 0 }
        let seconds = Double(Timestamp.floorDivide(time, 1_000_000).quotient)
        return Microseconds(rules.secondsFromGMT(for: Date(timeIntervalSince1970: seconds)))
            * 1_000_000
    }

    /// The day that an instant lies in: the last that has begun.
    ///
    /// Where clocks are put back over midnight, an hour of the day before comes again after the day
    /// began; it is that day's.
    public func day(of time: Microseconds) -> Int {
        let day = localDay(of: time)
        return start(ofDay: day + 1) <= time ? day + 1 : day
    }

    /// The day that clocks show.
    private func localDay(of time: Microseconds) -> Int {
        Int(Timestamp.floorDivide(time + offset(at: time), TimeSpan.day).quotient)
    }

    /// The first instant of a civil day.
    ///
    /// Of a day that a zone leaves out, as Samoa did 2011-12-30, it is that of the next.
    public func start(ofDay day: Int) -> Microseconds {
        let midnight = Microseconds(day) * TimeSpan.day
        if rules == .gmt { return midnight }
        // Offsets of the day before and of the day after: one of them holds at the beginning.
        let starts = [midnight - TimeSpan.day, midnight + TimeSpan.day]
            .map { midnight - offset(at: $0) }.sorted()
        return starts.first { localDay(of: $0) == day } ?? starts[1]
    }
}

/// Spans of the calendar.
public enum Period: String, CaseIterable, Sendable {
    /// A day.
    case day
    /// A week.
    case week
    /// A month.
    case month
    /// Three months of a fiscal year.
    case quarter
    /// A fiscal year.
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

    /// No period of this kind has more days.
    fileprivate var daysMax: Int {
        switch self {
        case .day: 1
        case .week: 7
        case .month: 31
        case .quarter: 92
        case .year: 366
        }
    }
}

extension ReportingCalendar {
    /// First day of the period that a day falls in.
    public func start(of period: Period, ofDay day: Int) -> Int {
        if period == .day { return day }
        if period == .week {
            // 1970-01-01 was a Thursday: day −3 was a Monday.
            return day - (((day + 3 - firstWeekday.offset) % 7) + 7) % 7
        }
        let date = Timestamp.date(days: Int64(day))
        // Months since the fiscal year's first.
        let months = (date.month - Int64(fiscalYearStart) + 12) % 12
        let back = period == .month ? 0 : period == .quarter ? months % 3 : months
        let month = date.year * 12 + date.month - 1 - back
        return Int(Timestamp.days(year: month / 12, month: month % 12 + 1, day: 1))
    }

    /// First day of the period after the one that begins on a day.
    public func start(of period: Period, after start: Int) -> Int {
        self.start(of: period, ofDay: start + period.daysMax)
    }

    /// What the period that begins on a day is called.
    ///
    /// A fiscal year that does not begin in January has the name of the year in which it ends.
    public func name(of period: Period, start day: Int) -> String {
        let date = Timestamp.formatDate(Microseconds(day) * TimeSpan.day)
        let civil = Timestamp.date(days: Int64(day))
        let (year, month) = (Int(civil.year), Int(civil.month))
        let fiscal =
            fiscalYearStart == 1
            ? "\(date.prefix(4))" : "FY\(year + (month >= fiscalYearStart ? 1 : 0))"
        switch period {
        case .day, .week: return date
        case .month: return String(date.dropLast(3))
        case .quarter: return "\(fiscal)-Q\((month - fiscalYearStart + 12) % 12 / 3 + 1)"
        case .year: return fiscal
        }
    }
}

/// The calendar that a question asks for; what is nil is as the ledger's policies have it.
public struct CalendarRequest: Hashable, Sendable {
    /// Name of the zone in the IANA database.
    public var zone: String?
    /// On which day a week begins.
    public var firstWeekday: Weekday?
    /// In which month a fiscal year begins, 1 to 12.
    public var fiscalYearStart: Int?

    /// As the policies have it, but for what is named.
    public init(
        zone: String? = nil, firstWeekday: Weekday? = nil,
        fiscalYearStart: Int? = nil
    ) {
        self.zone = zone
        self.firstWeekday = firstWeekday
        self.fiscalYearStart = fiscalYearStart
    }
}

extension OpenLedger {
    /// The calendar that a request comes to as of a position.
    ///
    /// - Throws: `LedgerError` with code `invalid` for a zone that this program does not know.
    package func calendar(
        _ request: CalendarRequest, asOf: Position
    ) throws -> ReportingCalendar {
        try ReportingCalendar(request, try policiesInForce(asOf: asOf).values)
    }

    /// The policies' values that were set before a position, and how many edits this program does not
    /// know: a newer one may have set the calendar with them.
    func policiesInForce(
        asOf: Position
    ) throws -> (values: [Policy: String], unknown: Int) {
        var found: (values: [Policy: String], unknown: Int) = ([:], 0)
        try log.forEachEvent(in: 0..<asOf, named: [.policyEdited]) { event in
            do {
                let edit = try PolicyEdited(event)
                found.values[edit.policy] = edit.value
            } catch EntryError.unknownVersion {
                found.unknown += 1
            }
            return true
        }
        return found
    }
}

extension ReportingCalendar {
    /// - Parameter policies: the values that were set.
    /// - Throws: `LedgerError` with code `invalid` for a zone that this program does not know.
    init(_ request: CalendarRequest, _ policies: [Policy: String]) throws(LedgerError) {
        guard request != CalendarRequest() || !policies.isEmpty else {
            self = .utc
            return
        }
        func value(_ policy: Policy) -> String { policies[policy] ?? policy.standard }
        try self.init(
            zone: request.zone ?? value(.reportingZone),
            firstWeekday: request.firstWeekday
                ?? Weekday(rawValue: value(.firstWeekday)) ?? .monday,
            fiscalYearStart: request.fiscalYearStart
                ?? Month(rawValue: value(.fiscalYearStart))?.number ?? 1)
    }
}
