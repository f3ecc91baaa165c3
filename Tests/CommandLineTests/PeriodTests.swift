import Foundation
import Testing

/// In which period an answer counts, and which of several: the calendar and `--duplicates`.
@Suite("Periods")
struct PeriodTests {
    private func ledger(_ rows: [String]) throws -> Workspace {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/periods")
        try here.write("rows.csv", (["id,person,at,score"] + rows).joined(separator: "\n") + "\n")
        _ = try here.json(
            "import", "rows.csv", "--source", "s", "--map", "response_id=id", "--map",
            "respondent_id=person", "--map", "score=score", "--map", "at=at", "--time-zone", "UTC")
        return here
    }

    /// The points of the only segment, by the period's name.
    private func points(_ here: Workspace, _ arguments: String...) throws -> [String: JSON] {
        let answer = try here.json(["trend"] + arguments)
        let points = try #require(answer["series"]?.items.first?["points"]?.items)
        return Dictionary(uniqueKeysWithValues: points.map { ($0["period"]?.text ?? "", $0) })
    }

    /// u1 answers in January, February and June: each month has an answer of u1's, and what came
    /// in June takes nothing out of January.
    private static let repeated = [
        "1,u1,2024-01-05,0", "2,u1,2024-02-20,10", "3,u2,2024-01-10,9", "4,u3,2024-04-15,7",
        "5,u1,2024-06-30,9",
    ]

    @Test("one answer of each respondent counts in each period, and in each rolling span")
    func duplicates() throws {
        let here = try ledger(Self.repeated)
        let latest = try points(
            here, "--every", "month", "--rolling", "90d", "--duplicates", "latest")
        #expect(latest["2024-01"]?["nps"]?.number == 0)
        #expect(latest["2024-02"]?["nps"]?.number == 100)
        #expect(latest["2024-04"]?["rollingNps"]?.number == 50)
        #expect(latest["2024-04"]?["rollingResponses"]?.number == 2)
        let first = try points(
            here, "--every", "month", "--rolling", "90d", "--duplicates", "first")
        #expect(first["2024-02"]?["rollingNps"]?.number == 0)
        #expect(first["2024-06"]?["nps"]?.number == 100)
        // What a rolling score is: that of the same days asked about on their own.
        for (policy, month, from, to) in [
            ("latest", "2024-03", "2024-01-02", "2024-04-01"),
            ("first", "2024-03", "2024-01-02", "2024-04-01"),
            ("latest", "2024-06", "2024-04-02", "2024-07-01"),
        ] {
            let score = try here.json(
                "nps", "--from", from, "--to", to, "--duplicates", policy)["total"]
            let rolling = policy == "latest" ? latest[month] : first[month]
            #expect(rolling?["rollingNps"]?.number == score?["nps"]?.number)
            #expect(rolling?["rollingResponses"]?.number == score?["responses"]?.number)
        }
        let table = try here.run("trend", "--every", "month", "--duplicates", "latest").output
        #expect(table.contains("one answer of each respondent in each period"))
    }

    @Test("responses are listed with the days of the zone that is meant")
    func listedDays() throws {
        let here = try ledger(["1,u1,2024-02-29T23:30:00Z,9", "2,u2,2024-02-28T12:00:00Z,3"])
        let days = ["--zone", "Europe/Vienna", "--from", "2024-03-01", "--to", "2024-03-02"]
        let listed = try here.run(["responses"] + days).output
        let row = try #require(listed.split(separator: "\n").first { $0.contains("promoter ") })
        #expect(row.contains("2024-03-01"), "\(listed)")
        let difference = try here.run(
            ["diff", "--between", "basis=stated", "basis=blended"] + days)
        #expect(difference.status == 0, "\(difference)")
    }

    /// Which answer counts differs from period to period: no list of responses makes them all.
    @Test("a trend that picks answers names no list of them")
    func noListOfPicked() throws {
        let here = try ledger(Self.repeated)
        #expect(try here.run("trend", "--every", "month").output.contains("npsledger responses"))
        let picked = try here.run("trend", "--every", "month", "--duplicates", "latest").output
        #expect(!picked.contains("npsledger responses"), "\(picked)")
    }

    /// Three groups whose shares and scores move: what is shown must not decide what the change is
    /// made of.
    @Test("the parts of a change do not depend on how many segments are shown")
    func mixOfAll() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/mix")
        var rows = ["id,at,score,g"]
        func add(_ group: String, _ month: String, _ promoters: Int, _ detractors: Int) {
            for index in 0..<(promoters + detractors) {
                let score = index < promoters ? 10 : 0
                rows.append("\(rows.count),2024-\(month)-05,\(score),\(group)")
            }
        }
        for (group, counts) in [("a", (9, 3, 5, 5)), ("b", (4, 4, 9, 1)), ("c", (1, 5, 2, 2))] {
            add(group, "01", counts.0, counts.1)
            add(group, "02", counts.2, counts.3)
        }
        try here.write("rows.csv", rows.joined(separator: "\n") + "\n")
        _ = try here.json(
            "import", "rows.csv", "--source", "s", "--map", "response_id=id", "--map",
            "score=score", "--map", "at=at", "--map", "segment.g=g", "--time-zone", "UTC")
        let all = try here.json("trend", "--by", "g", "--every", "month")
        let one = try here.json("trend", "--by", "g", "--every", "month", "--limit", "1")
        #expect(one["series"]?.items.count == 1 && one["omitted"]?.int == 2)
        #expect(all["mix"] == one["mix"])
        let csv = try here.run("nps", "--by", "g", "--limit", "1", "--format", "csv")
        #expect(csv.errors.contains("2 more rows; --limit shows more"), "\(csv)")
    }

    /// Sixty days make forty marks or fewer, and the first day is among them.
    @Test("a course of many periods is drawn from its first to its last")
    func wholeCourse() throws {
        let rows = (0..<60).map { day in
            let date = day < 31 ? "2024-01-" : "2024-02-"
            let number = day < 31 ? day + 1 : day - 30
            return "\(day),u\(day),\(date)\(number < 10 ? "0" : "")\(number),\(day < 2 ? 0 : 10)"
        }
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/course")
        try here.write(
            "rows.csv", (["id,person,at,score"] + rows).joined(separator: "\n") + "\n")
        _ = try here.json(
            "import", "rows.csv", "--source", "s", "--map", "response_id=id", "--map",
            "score=score", "--map", "at=at", "--map", "segment.g=person", "--time-zone", "UTC",
            "--exclude", "person=u59")
        let drawn = try here.run("trend", "--by", "g", "--every", "day", "--limit", "1").output
        let all = try #require(drawn.split(separator: "\n").first { $0.hasPrefix("all") })
        #expect(drawn.contains("by 2 days"), "\(drawn)")
        #expect(all.hasSuffix("▁" + String(repeating: "█", count: 29)), "\(drawn)")
    }

    /// A slip of the keyboard, 2042 for 2024, must not leave `--window` with one answer or none.
    @Test("a response dated after its recording is noticed, and no window ends with it")
    func datedAhead() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/ahead")
        let days = (1...9).map { "\($0),u\($0),2024-01-0\($0),\($0 % 3 == 0 ? 3 : 9)" }
        try here.write(
            "rows.csv",
            (["id,person,at,score"] + days + ["10,u10,2042-01-10,0"])
                .joined(separator: "\n") + "\n")
        let arguments = [
            "import", "rows.csv", "--source", "s", "--map", "response_id=id", "--map",
            "score=score", "--map", "at=at", "--time-zone", "UTC",
        ]
        let rehearsed = try here.run(arguments + ["--dry-run"])
        #expect(rehearsed.errors.contains("1 response dated after now"), "\(rehearsed)")
        let imported = try here.run(arguments + ["--format", "json"])
        #expect(imported.errors.contains("the latest 2042-01-10T00:00:00Z"), "\(imported)")
        #expect(
            try JSONDecoder().decode(JSON.self, from: Data(imported.output.utf8))["datedAhead"]?.int
                == 1)
        let said = try here.run("nps", "--window", "7d").errors
        #expect(said.contains("is left out of the window, the latest\n2042-01-10"), "\(said)")
        let week = try here.json("nps", "--window", "7d")
        #expect(week["total"]?["responses"]?.int == 7)
        #expect(week["window"]?["to"] == .string("2024-01-09T00:00:00.000001Z"))
        let all = try here.json("nps")
        #expect(all["total"]?["responses"]?.int == 10)
    }

    @Test(
        "the file with one date in the future",
        .enabled(if: SharedCases.has("../one-future-date.csv"), "no shared cases here"))
    func oneFutureDate() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/ahead")
        let imported = try here.run(
            "import", SharedCases.statistics + "/../one-future-date.csv", "--source", "s", "--map",
            "response_id=id", "--map", "score=score", "--map", "at=at", "--time-zone", "UTC")
        #expect(imported.errors.contains("2042"), "\(imported)")
        let answer = try here.json("nps", "--window", "90d")
        #expect(answer["window"]?["to"]?.text?.hasPrefix("2024") == true, "\(answer)")
        #expect(answer["total"]?["responses"]?.int == 60)
    }

    /// 23:30 on the last of the month in New York is the next month in UTC; clocks are put forward
    /// on 8 March 2026 and back on 1 November.
    @Test("days are those of the zone, as option and as policy")
    func zone() throws {
        let here = try ledger([
            "1,a,2026-02-01T04:30:00Z,10", "2,b,2026-02-01T05:00:00Z,0",
            "3,c,2026-03-08T04:59:59Z,10", "4,d,2026-03-09T03:59:59Z,10",
            "5,e,2026-03-09T04:00:00Z,0",
        ])
        let zone = "America/New_York"
        let months = try points(here, "--every", "month", "--zone", zone)
        #expect(months["2026-01"]?["nps"]?.number == 100)
        #expect(months["2026-02"]?["start"]?.text == "2026-02-01T05:00:00Z")
        #expect(try points(here, "--every", "month")["2026-02"]?["responses"]?.number == 2)
        let days = try points(here, "--every", "day", "--zone", zone)
        #expect(days["2026-03-08"]?["responses"]?.number == 1)
        #expect(days["2026-03-09"]?["start"]?.text == "2026-03-09T04:00:00Z")
        func responses(_ arguments: String...) throws -> Double? {
            try here.json(["nps"] + arguments)["total"]?["responses"]?.number
        }
        let day = ["--from", "2026-03-08", "--to", "2026-03-09"]
        #expect(try responses(day[0], day[1], day[2], day[3], "--zone", zone) == 1)
        #expect(try responses(day[0], day[1], day[2], day[3]) == 1)
        let before = try #require(try here.json("nps")["asOf"]?["position"]?.number)
        try here.succeed(
            "policy", "set", "reportingZone=\(zone)", "--reason", "where the shops are")
        let answer = try here.json("nps", "--from", "2026-02-01", "--to", "2026-02-02")
        #expect(answer["lens"]?["zone"]?.text == zone)
        #expect(answer["window"]?["from"]?.text == "2026-02-01T05:00:00Z")
        #expect(answer["total"]?["responses"]?.number == 1)
        // As of an earlier position the policy was not in force.
        let then = try here.json("nps", "--as-of", "\(Int(before))")
        #expect(then["lens"]?["zone"]?.text == "UTC")
        let compared = try here.json(
            "compare", "--span", "2026-01-01..2026-02-01", "--span", "2026-02-01..2026-03-01")
        #expect(compared["rows"]?.items.first?["first"]?["responses"]?.number == 1)
    }

    @Test("weeks and fiscal years begin as a policy says, and an option says otherwise")
    func weeksAndYears() throws {
        let here = try ledger(["1,a,2026-03-01,10", "2,b,2026-03-02,0", "3,c,2026-04-01,10"])
        try here.succeed("policy", "set", "firstWeekday=sunday", "--reason", "as in the shops")
        try here.succeed("policy", "set", "fiscalYearStart=april", "--reason", "as in the books")
        #expect(
            try points(here, "--every", "week")["2026-03-01"]?["responses"]?.number == 2)
        #expect(
            try points(here, "--every", "week", "--first-weekday", "monday")["2026-02-23"]?[
                "responses"]?.number == 1)
        let years = try points(here, "--every", "year")
        #expect(years["FY2026"]?["responses"]?.number == 2)
        #expect(years["FY2027"]?["responses"]?.number == 1)
        #expect(
            try points(here, "--every", "year", "--fiscal-year-start", "january")["2026"]?[
                "responses"]?.number == 3)
    }

    @Test("a policy with a value that there is not is refused")
    func refused() throws {
        let here = try ledger(["1,a,2026-03-01,10"])
        for value in ["reportingZone=Mars/Crater", "firstWeekday=someday", "fiscalYearStart=13"] {
            let outcome = try here.run("policy", "set", value, "--reason", "none")
            #expect(outcome.status == 64, "\(value): \(outcome.errors)")
        }
    }
}
