import Foundation
import LedgerCore
import LedgerQueries
import Presentation
import Testing

@Suite("Reporting calendar")
struct ReportingCalendarTests {
    /// Beginnings and lengths of days, from Python's `zoneinfo`: clocks put forward and back, at
    /// midnight too, by half an hour, and a day that was left out.
    @Test(
        "a day begins with its first instant, and has as many hours as it has",
        arguments: [
            ("Europe/Vienna", "2026-03-29", "2026-03-28T23:00:00Z", 23),
            ("Europe/Vienna", "2026-10-25", "2026-10-24T22:00:00Z", 25),
            ("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", 23),
            ("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", 25),
            ("Asia/Beirut", "2022-03-27", "2022-03-26T22:00:00Z", 23),
            ("America/Havana", "2025-11-02", "2025-11-02T04:00:00Z", 25),
            ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", 23),
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0),
            ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", 24),
            ("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z", 24),
            ("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00Z", 24),
            ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 24.5),
            ("America/St_Johns", "2006-10-29", "2006-10-29T02:30:00Z", 25),
            ("UTC", "2026-01-01", "2026-01-01T00:00:00Z", 24),
        ] as [(String, String, String, Double)])
    func days(zone: String, date: String, start: String, hours: Double) throws {
        let calendar = try ReportingCalendar(zone: zone)
        let bound = try TimeBound(date)
        #expect(bound.isDate)
        let begin = bound.time(in: calendar)
        #expect(Timestamp.format(begin) == start)
        let day = Int(try Timestamp.parse(date) / 86_400_000_000)
        #expect(calendar.start(ofDay: day) == begin)
        let length = calendar.start(ofDay: day + 1) - begin
        #expect(Double(length) / 3_600_000_000 == hours)
        if hours > 0 {
            #expect(calendar.day(of: begin) == day)
            #expect(calendar.day(of: begin - 1) < day)
        }
        // A time that says its zone is that instant, whatever the calendar.
        #expect(try TimeBound(start).time(in: calendar) == Timestamp.parse(start))
    }

    /// At 00:01 on 29 October 2006 clocks in St John's went back to 23:01.
    @Test("what is answered while the day before comes again belongs to the day that has begun")
    func putBackOverMidnight() throws {
        let calendar = try ReportingCalendar(zone: "America/St_Johns")
        let begin = try Timestamp.parse("2006-10-29T02:30:00Z")
        let day = calendar.day(of: begin)
        for minutes in [0, 1, 30, 59, 61] {
            #expect(calendar.day(of: begin + Microseconds(minutes) * 60_000_000) == day)
        }
        #expect(calendar.day(of: begin - 1) == day - 1)
    }

    @Test("each day follows on the one before, in every zone, over thirty years")
    func everyDay() throws {
        let zones = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") }
        try #require(zones.count > 300)
        for zone in zones.enumerated().filter({ $0.offset % 7 == 0 }).map(\.element) {
            let calendar = try ReportingCalendar(zone: zone)
            var last = calendar.start(ofDay: 7_304)
            // From 1990 on, a step of a day each.
            for day in 7_305..<18_263 {
                let start = calendar.start(ofDay: day)
                let hours = Double(start - last) / 3_600_000_000
                #expect((0...48).contains(hours), "\(zone), day \(day)")
                if hours > 0, hours < 24 || hours > 24 { #expect(calendar.day(of: start) >= day) }
                last = start
            }
        }
    }

    private func day(_ date: String) throws -> Int {
        Int(try Timestamp.parse(date) / 86_400_000_000)
    }

    @Test("weeks begin when they are said to, and quarters and years with their month")
    func periods() throws {
        let calendar = try ReportingCalendar(firstWeekday: .sunday, fiscalYearStart: 4)
        func start(_ period: Period, _ date: String) throws -> (String, String) {
            let first = calendar.start(of: period, ofDay: try day(date))
            return (
                Timestamp.formatDate(Microseconds(first) * 86_400_000_000),
                calendar.name(of: period, start: first)
            )
        }
        // 2026-03-01 is a Sunday.
        #expect(try start(.week, "2026-03-01") == ("2026-03-01", "2026-03-01"))
        #expect(try start(.week, "2026-02-28") == ("2026-02-22", "2026-02-22"))
        #expect(try start(.month, "2026-03-31") == ("2026-03-01", "2026-03"))
        #expect(try start(.quarter, "2026-03-31") == ("2026-01-01", "FY2026-Q4"))
        #expect(try start(.quarter, "2026-04-01") == ("2026-04-01", "FY2027-Q1"))
        #expect(try start(.year, "2026-03-31") == ("2025-04-01", "FY2026"))
        #expect(try start(.year, "2026-04-01") == ("2026-04-01", "FY2027"))
        let civil = ReportingCalendar.utc
        let quarter = civil.start(of: .quarter, ofDay: try day("2026-12-31"))
        #expect(civil.name(of: .quarter, start: quarter) == "2026-Q4")
        #expect(civil.name(of: .year, start: try day("2026-01-01")) == "2026")
        #expect(civil.start(of: .week, ofDay: try day("2026-03-01")) == (try day("2026-02-23")))
        for period in Period.allCases {
            var first = civil.start(of: period, ofDay: try day("2023-01-01"))
            for date in try day("2023-01-01")..<day("2029-01-01") {
                let own = civil.start(of: period, ofDay: date)
                if own != first {
                    #expect(own == date && civil.start(of: period, after: first) == own)
                    first = own
                }
            }
        }
    }

    @Test(
        "a zone that there is not is refused",
        arguments: ["", "CET", "Europe", "Europe/Atlantis", "+01:00", "../etc/passwd"])
    func unknownZone(zone: String) {
        #expect(throws: LedgerError.self) { try ReportingCalendar(zone: zone) }
    }

    @Test("a fiscal year begins in a month", arguments: [0, 13, -1])
    func unknownMonth(month: Int) {
        #expect(throws: LedgerError.self) { try ReportingCalendar(fiscalYearStart: month) }
    }
}
