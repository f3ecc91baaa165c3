import SurveyImport
import Testing

@Suite("Times")
struct TimeTests {
    private func time(
        _ field: String, _ settings: [String] = [],
        adjust: (inout ColumnMapping) -> Void = { _ in }
    ) throws -> String {
        let text = "score,at\n5,\(csvField(field))\n"
        let reading = try read(text, ["score=score", "at=at"] + settings, adjust: adjust)
        switch try #require(reading.outcomes.first) {
        case .row(let row): return row.occurredAt.map(String.init) ?? "none"
        case .rejected(let row): return row.code.rawValue
        }
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600_000_000),
        ("2026-03-01T09:30:00+01:00", 1_772_353_800_000_000),
        ("2026-03-01t09:30:00z", 1_772_357_400_000_000),
        ("2026-03-01 09:30:00.25", 1_772_357_400_250_000),
        ("2026-03-01 09:30:00,123456789", 1_772_357_400_123_456),
        ("2026-03-01 09:30", 1_772_357_400_000_000), ("2026-03-01", 1_772_323_200_000_000),
        ("2026-03-01T09:30:00-0530", 1_772_377_200_000_000),
        ("2026-03-01 09:30:00 UTC", 1_772_357_400_000_000),
        ("2026-03-01 09:30:00 -0800", 1_772_386_200_000_000),
        ("2026-03-01T09:30+02", 1_772_350_200_000_000),
        ("1772357400", 1_772_357_400_000_000), ("1772357400.5", 1_772_357_400_500_000),
        ("1772357400250", 1_772_357_400_250_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
        ("2200-12-31T23:59:59.999999Z", 7_289_654_399_999_999),
    ])
    func knownForms(_ field: String, _ expected: Int) throws {
        #expect(try time(field) == String(expected))
    }

    @Test(arguments: [
        "yesterday", "03/04/2026", "2026-3-1", "2026-02-29", "2026-13-01", "2026-00-10",
        "2026-03-01T24:00:00Z", "2026-03-01T09:60:00Z", "2026-03-01T", "2026-03-01T09",
        "2026-03-01T09:30:00+", "2026-03-01T09:30:00+2500", "2026-03-01T09:30:00Zulu",
        "2026-03-01T09:30:00.", "20260301", "177235740", "17723574001", "1772357400.",
        "1900-02-29", "2026-03-01  ,", "²026-03-01",
    ])
    func unreadableForms(_ field: String) throws {
        #expect(try time(field) == "time.unreadable")
    }

    @Test(arguments: [
        "1969-12-31T23:59:59Z", "2201-01-01", "9999-12-31", "0001-01-01",
        "1970-01-01T00:00:00+00:01", "9999999999", "9999999999999",
    ])
    func outOfRange(_ field: String) throws {
        #expect(try time(field) == "time.out-of-range")
    }

    @Test func blankTimes() throws {
        for blank in ["", " ", "N/A", "null", "-"] {
            #expect(try time(blank) == "time.missing")
            #expect(try time(blank) { $0.fixedTime = 77 } == "77")
        }
        let unmapped = try read("score\n5\n", ["score=score"])
        #expect(unmapped.rows.map(\.occurredAt) == [nil])
        #expect(unmapped.notices.contains { $0.contains("no time column is mapped") })
        let fixed = try read(
            "score\n5\n", ["score=score"],
            adjust: {
                $0.fixedTime = 1_772_357_400_000_000
            })
        #expect(fixed.rows.map(\.occurredAt) == [1_772_357_400_000_000])
        #expect(fixed.notices.contains { $0.hasSuffix("every row takes 2026-03-01T09:30:00Z") })
    }

    @Test(arguments: [
        ("%d/%m/%Y %H:%M:%S", "01/03/2026 09:30:00", "1772357400000000"),
        ("%d/%m/%Y", "1/3/2026", "1772323200000000"),
        ("%m/%d/%y", "3/1/26", "1772323200000000"),
        ("%m/%d/%Y %I:%M %p", "3/1/2026  9:30 am", "1772357400000000"),
        ("%m/%d/%Y %I:%M %p", "3/1/2026 12:00 AM", "1772323200000000"),
        ("%m/%d/%Y %I:%M %p", "3/1/2026 12:00 PM", "1772366400000000"),
        ("%m/%d/%Y %I:%M %p", "3/1/2026 13:00 PM", "time.unreadable"),
        ("%b %e, %Y", "Mar  1, 2026", "1772323200000000"),
        ("%d %B %Y %T", "01 march 2026 09:30:00", "1772357400000000"),
        ("%d-%b-%Y", "01-May-2026", "1777593600000000"),
        ("%Y%m%d", "20260301", "1772323200000000"),
        ("%Y-%m-%dT%H:%M:%S.%f%z", "2026-03-01T09:30:00.5+01:00", "1772353800500000"),
        ("%d.%m.%Y", "01/03/2026", "time.unreadable"),
        ("%d/%m/%Y", "2026-03-01", "time.unreadable"),
        ("%d/%m/%Y", "31/02/2026", "time.unreadable"),
        ("%d/%m/%Y", "01/03/2026 10:00", "time.unreadable"),
        ("%y-%m-%d", "69-01-01", "time.out-of-range"),
        ("%Y%%%m%%%d", "2026%03%01", "1772323200000000"),
    ])
    func statedPatterns(_ pattern: String, _ field: String, _ expected: String) throws {
        #expect(try time(field, ["time_format=\(pattern)"]) == expected)
    }

    @Test(arguments: [
        "%H:%M", "%Y-%m", "%Y-%m-%d %I:%M", "%Y-%m-%d %Y", "%Y-%m-%d %b", "%q", "%Y-%m-%d%",
        "%d/%m/%Y %p",
    ])
    func patternsThatCannotBeUsed(_ pattern: String) {
        let error = #expect(throws: ImportError.self) {
            try ColumnMapping(arguments: ["score=s", "time_format=\(pattern)"])
        }
        #expect(error?.code == .badMapping)
    }

    @Test func zones() throws {
        func at(_ zone: String, _ field: String) throws -> String {
            try time(field, ["time_zone=\(zone)"])
        }
        #expect(try at("UTC", "2026-03-01 09:30") == "1772357400000000")
        #expect(try at("+02:00", "2026-03-01 09:30") == "1772350200000000")
        #expect(try at("-0330", "2026-03-01 09:30") == "1772370000000000")
        // A time that says its zone keeps it.
        #expect(try at("+02:00", "2026-03-01T09:30Z") == "1772357400000000")
        // Paris is an hour ahead in winter and two in summer.
        #expect(try at("Europe/Paris", "2026-01-15 12:00") == "1768474800000000")
        #expect(try at("Europe/Paris", "2026-07-15 12:00") == "1784109600000000")
        // On 29 March 2026 clocks went from 02:00 to 03:00.
        #expect(try at("Europe/Paris", "2026-03-29 01:59:59") == "1774745999000000")
        #expect(try at("Europe/Paris", "2026-03-29 03:00") == "1774746000000000")
        #expect(try at("Europe/Paris", "2026-03-29 02:30") == "1774747800000000")
        // On 25 October 2026 they went from 03:00 to 02:00: the first 02:30 is meant.
        #expect(try at("Europe/Paris", "2026-10-25 02:30") == "1792888200000000")
        #expect(try at("Europe/Paris", "2026-10-25 03:00") == "1792893600000000")
        // New York is behind UTC, Kiribati fourteen hours ahead.
        #expect(try at("America/New_York", "2026-03-08 03:00") == "1772953200000000")
        #expect(try at("America/New_York", "2026-03-08 01:59") == "1772953140000000")
        #expect(try at("Pacific/Kiritimati", "2026-03-01 00:00") == "1772272800000000")
    }

    @Test(arguments: ["CET", "Mars/Olympus", "+25:00", "2", "+2", "+02:00x", ""])
    func zonesThatAreNone(_ zone: String) {
        let error = #expect(throws: ImportError.self) { try SurveyTimeZone(argument: zone) }
        #expect(error?.code == .badMapping)
        #expect(error?.exitClass.status == 64)
    }

    @Test func naiveTimesAreNoticed() throws {
        let text = "score,at\n5,2026-03-01\n6,2026-03-01T00:00:00Z\n7,2026-03-02\n"
        let map = ["score=score", "at=at"]
        let unsaid = try read(text, map)
        #expect(unsaid.notices.contains { $0.hasPrefix("2 times without a zone read as UTC") })
        #expect(try read(text, map + ["time_zone=UTC"]).notices.isEmpty)
    }

    @Test func updatedAtMayBeBlankButNotWrong() throws {
        let text = "score,up\n5,\n6,2026-03-01T00:00:00Z\n7,soon\n"
        let reading = try read(text, ["score=score", "updated_at=up"])
        #expect(reading.rows.map(\.updatedAt) == [nil, 1_772_323_200_000_000])
        #expect(reading.codes == ["time.unreadable"])
        #expect(reading.rejected.first?.column == "up")
    }

    @Test func everyDayOfFourCenturiesHasItsNumber() throws {
        // Days counted one by one, with the leap rule spelled out, against the closed formula.
        var text = "score,at\n"
        var expected: [Int64] = []
        var day: Int64 = 0
        for year in 1970...2200 {
            let isLeap = year % 400 == 0 || year % 4 == 0 && year % 100 != 0
            for (index, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
                .enumerated()
            {
                for date in [1, length] {
                    let month = index + 1
                    text += "5,\(year)-\(month < 10 ? "0" : "")\(month)-"
                    text += "\(date < 10 ? "0" : "")\(date)\n"
                    expected.append((day + Int64(date) - 1) * 86_400_000_000)
                }
                day += Int64(length)
            }
        }
        let reading = try read(text, ["score=score", "at=at"])
        #expect(reading.rows.map(\.occurredAt) == expected)
    }
}
