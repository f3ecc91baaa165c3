import Foundation
import Testing

/// Answers of one person are not independent, and two sides can share people: small files of each
/// kind, and where they stand beside the package, those that were reckoned with other programs.
@Suite("Scores and comparisons by people")
struct PeopleTests {
    private static let waves = [
        "--span", "2026-01-01..2026-02-01", "--span", "2026-04-01..2026-05-01",
    ]

    private func ledger(
        _ rows: [(person: String, score: Int, group: String, at: String)]
    ) throws -> Workspace {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/people")
        let lines = rows.enumerated().map { "r\($0),\($1.person),\($1.score),\($1.group),\($1.at)" }
        try here.write(
            "people.csv", (["id,person,score,group,at"] + lines).joined(separator: "\n") + "\n")
        _ = try here.json(
            "import", "people.csv", "--source", "p", "--map", "response_id=id", "--map",
            "respondent_id=person", "--map", "score=score", "--map", "segment.group=group",
            "--map", "at=at", "--time-zone", "UTC")
        return here
    }

    private func shared(_ name: String, _ maps: [String]) throws -> Workspace {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/people")
        _ = try here.json(
            ["import", SharedCases.statistics + "/" + name, "--source", "p", "--time-zone", "UTC"]
                + (["response_id=id", "score=score", "at=at"] + maps).flatMap { ["--map", $0] })
        return here
    }

    private func row(_ answer: JSON) throws -> JSON { try #require(answer["rows"]?.items.first) }

    private func near(
        _ value: JSON?, _ expected: Double, _ margin: Double = 0.0005,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            abs((value?.number ?? .infinity) - expected) <= margin, "\(String(describing: value))",
            sourceLocation: sourceLocation)
    }

    /// 50 people in two waves, of whom 6 fall from promoter to passive and 2 rise: −8.0. The changes'
    /// variance is (8 − 50·0.08²)/50² = 0.003072, so the error is 5.5426 points; t with 49 degrees of
    /// freedom has 2.00958 and p 0.1553.
    @Test("the same people in two waves")
    func panel() throws {
        var rows: [(String, Int, String, String)] = []
        for person in 0..<50 {
            let first = person < 30 ? 9 : 8
            let second = person < 6 ? 8 : person == 48 || person == 49 ? 9 : first
            rows.append(("p\(person)", first, "a", "2026-01-10"))
            rows.append(("p\(person)", second, "a", "2026-04-10"))
        }
        let here = try ledger(rows)
        let answer = try here.json(["compare"] + Self.waves)
        let change = try row(answer)
        near(change["difference"], -8)
        near(change["low"], -8 - 2.00958 * 5.54256, 0.001)
        near(change["high"], -8 + 2.00958 * 5.54256, 0.001)
        near(change["p"], 0.1553, 0.0005)
        #expect(change["test"] == .string("clustered"))
        #expect(change["personsInBoth"]?.int == 50)
        #expect(change["first"]?["persons"]?.int == 50)
        #expect(answer["responses"]?.int == 100)
        #expect(answer["persons"]?.int == 50)
        let table = try here.run(["compare"] + Self.waves).output
        #expect(table.contains("100 answers of 50 people, 50 of them on both sides"))
    }

    @Test("windows that overlap hold the same responses")
    func overlap() throws {
        let rows = (0..<40).map { index in
            ("p\(index)", index % 3 == 0 ? 3 : 10, "a", index < 20 ? "2026-01-10" : "2026-02-10")
        }
        let here = try ledger(rows)
        let spans = ["--span", "2026-01-01..2026-03-01", "--span", "2026-02-01..2026-03-01"]
        for options in [[], ["--duplicates", "latest"]] {
            let change = try row(try here.json(["compare"] + spans + options))
            #expect(change["personsInBoth"]?.int == 20)
            #expect(change["first"]?["persons"]?.int == 40)
        }
        let same = try row(
            try here.json("compare", "--segment", "group=a", "--segment", "group=a"))
        #expect(same["difference"]?.number == 0)
        #expect(same["low"]?.number == 0)
        #expect(same["high"]?.number == 0)
        #expect(same["p"]?.number == 1)
        #expect(same["personsInBoth"]?.int == 40)
    }

    /// Twenty people a group who always answer alike, six times each or once: what matters is twenty.
    @Test("people who answer often", arguments: [1, 6])
    func repeated(times: Int) throws {
        var rows: [(String, Int, String, String)] = []
        for group in ["a", "b", "c"] {
            for person in 0..<20 {
                let isPromoter = person < (group == "a" ? 14 : 10)
                for _ in 0..<times {
                    rows.append(("\(group)\(person)", isPromoter ? 9 : 5, group, "2026-01-10"))
                }
            }
        }
        let here = try ledger(rows)
        let nps = try here.json("nps", "--by", "group")
        let total = try #require(nps["total"])
        #expect(total["persons"]?.int == 60)
        #expect(total["responses"]?.int == 60 * times)
        // As 34 promoters and 26 detractors once each: (8 + 0)/63, with 0.75, 1.5 and 0.75 added.
        near(total["low"], -11.4967, 0.001)
        near(total["high"], 36.8936, 0.001)
        let trend = try here.json("trend", "--every", "month")
        let point = try #require(trend["series"]?.items.first?["points"]?.items.first)
        #expect(point["persons"]?.int == 60)
        #expect(point["low"] == total["low"])
        let compared = try here.json("compare", "--by", "group")
        for row in compared["rows"]?.items ?? [] {
            #expect(row["second"]?["persons"]?.int == 20)
            #expect(row["personsInBoth"]?.int == 0)
            #expect(row["test"] == .string(times == 1 ? "exact" : "persons"))
        }
        let pair = try row(
            try here.json("compare", "--segment", "group=b", "--segment", "group=a"))
        near(pair["difference"], 40)
        #expect((pair["p"]?.number ?? 0) > 0.15, "\(pair)")
        #expect((pair["low"]?.number ?? 1) < 0)
        let score = try here.run("nps", "--interval", "score").output
        #expect(score.contains("too narrow") == (times > 1))
    }

    /// Answers: +, +, +, + of one person, − of another, + and − of a third, then −, − of the first, + of
    /// the second, + of a fourth. By answers 42.9 and 0; by people (1 − 1 + 0)/3 and (−1 + 1 + 1)/3.
    @Test("--per person counts each person once, beside the answers")
    func perPerson() throws {
        let january = [("a", 9), ("a", 10), ("a", 9), ("a", 9), ("b", 0), ("c", 9), ("c", 5)]
        let april = [("a", 2), ("a", 6), ("b", 9), ("d", 10)]
        let here = try ledger(
            january.map { ($0.0, $0.1, "x", "2026-01-10") }
                + april.map { ($0.0, $0.1, "y", "2026-04-10") })
        let nps = try here.json("nps", "--by", "group", "--per", "person")
        let rows = nps["rows"]?.items ?? []
        #expect(rows.map { $0["nps"]?.number } == [42.8571, 0])
        #expect(rows.map { $0["personNps"]?.number } == [0, 33.3333])
        // Of all: a 2/6, b 0, c 0, d 1; means are kept to a basis point.
        near(nps["total"]?["personNps"], 33.333, 0.01)
        // Adjusted Wald of +, −, 0: variance (2 + 1.5)/6², so 1.96 · 31.18.
        near(rows[0]["personHigh"], 61.114, 0.01)
        let without = try here.json("nps")
        #expect(without["total"]?["personNps"] == nil)

        let trend = try here.json("trend", "--every", "month", "--per", "person")
        let points = trend["series"]?.items.first?["points"]?.items ?? []
        #expect(points.map { $0["personNps"]?.number } == [0, nil, nil, 33.3333])
        #expect(points[3]["personHigh"] == rows[1]["personHigh"])

        for options in [Self.waves, ["--segment", "group=x", "--segment", "group=y"]] {
            let change = try row(try here.json(["compare"] + options + ["--per", "person"]))
            near(change["difference"], -42.857)
            near(change["firstPersonNps"], 0)
            near(change["secondPersonNps"], 33.333)
            near(change["personDifference"], 33.333)
        }
        let rest = try here.json("compare", "--by", "group", "--per", "person")
        let second = try #require(rest["rows"]?.items.first { $0["name"] == .string("y") })
        near(second["personDifference"], 33.333)
        let table = try here.run(["compare"] + Self.waves + ["--per", "person"]).output
        #expect(table.contains("each person once"), "\(table)")
        let csv = try here.run("nps", "--per", "person", "--format", "csv").output
        #expect(csv.contains("personNps,personLow,personHigh"))
        let score = try here.run("nps", "--per", "person", "--interval", "score").output
        #expect(score.contains("its interval is that\nof adjusted-wald"), "\(score)")
        let models = try here.run("compare", "--models", "1,2", "--per", "person")
        #expect(models.status == 64)
    }

    @Test("what is left out is counted, and handfuls come last")
    func order() throws {
        var rows = [("x", 10, "one", "2026-01-10")]
        for index in 0..<30 {
            rows.append(("y\(index)", index < 20 ? 9 : 2, "many", "2026-01-11"))
            rows.append(("z\(index)", index < 12 ? 9 : 2, "more", "2026-01-12"))
        }
        let here = try ledger(rows)
        func names(_ arguments: [String]) throws -> [String] {
            let answer = try here.json(["nps", "--by", "group"] + arguments)
            return (answer["rows"]?.items ?? []).compactMap { $0["segment"]?["group"]?.text }
        }
        #expect(try names(["--sort", "nps"]) == ["many", "more", "one"])
        #expect(try names(["--sort", "low"]).first == "many")
        #expect(try names(["--min-responses", "2", "--sort", "name"]) == ["many", "more"])
        let few = try here.json("nps", "--by", "group", "--min-responses", "2", "--limit", "1")
        #expect(few["tooFew"]?.int == 1)
        #expect(few["omitted"]?.int == 1)
        for row in try here.json("nps", "--by", "group")["rows"]?.items ?? [] {
            let score = row["nps"]?.number ?? -200
            #expect(row["low"]?.number ?? 200 <= score)
            #expect(row["high"]?.number ?? -200 >= score)
        }
        let compared = try here.json("compare", "--by", "group", "--limit", "1", "--sort", "p")
        #expect(compared["rows"]?.items.count == 1)
        #expect(compared["omitted"]?.int == 2)
        let all = try here.json("compare", "--by", "group")["rows"]?.items ?? []
        let smallest = all.compactMap { $0["p"]?.number }.min()
        #expect(compared["rows"]?.items.first?["p"]?.number == smallest)
        // p is adjusted over all, shown or not.
        #expect(all.contains { $0["adjustedP"] == compared["rows"]?.items.first?["adjustedP"] })
        #expect(try here.run("compare", "--by", "group", "--interval", "score").status == 64)
    }

    @Test("a course of thousands of segments shows the largest")
    func manySegments() throws {
        var rows = (0..<1500).map {
            ("p\($0)", 9, "g\($0)", $0 % 2 == 0 ? "2012-01-10" : "2026-01-10")
        }
        for index in 0..<5 { rows.append(("q\(index)", 3, "g7", "2020-01-10")) }
        let here = try ledger(rows)
        let answer = try here.json("trend", "--by", "group", "--limit", "2", "--every", "year")
        let series = answer["series"]?.items ?? []
        #expect(series.first?["segment"]?["group"]?.text == "g7")
        #expect(series.count == 2)
        #expect(answer["omitted"]?.int == 1498)
    }

    @Test("marked rows are shown at the confidence of what was selected")
    func selected() throws {
        var rows: [(String, Int, String, String)] = []
        for group in 0..<10 {
            for person in 0..<40 {
                let isPromoter = group == 0 ? person < 4 : person % 2 == 0
                rows.append(("g\(group)p\(person)", isPromoter ? 9 : 3, "g\(group)", "2026-01-10"))
            }
        }
        let here = try ledger(rows)
        let found = try here.json("compare", "--by", "group")["rows"]?.items ?? []
        let marked = found.filter { ($0["adjustedP"]?.number ?? 1) < 0.05 }
        #expect(marked.map { $0["name"]?.text } == ["g0"])
        near(marked.first?["intervalConfidence"], 99.5)
        for row in found where row != marked.first { near(row["intervalConfidence"], 95) }
        let plain = try here.json("compare", "--by", "group", "--adjust", "none")
        let same = plain["rows"]?.items.first { $0["name"]?.text == "g0" }
        near(same?["intervalConfidence"], 95)
        #expect((same?["high"]?.number ?? 0) < (marked.first?["high"]?.number ?? -200))
        let table = try here.run("compare", "--by", "group", "--adjust", "none").output
        #expect(table.contains("not adjusted for their selection"))
    }

    @Test(
        "200 people in both waves, reckoned elsewhere",
        .enabled(if: SharedCases.has("panel-both-waves.csv")))
    func bothWaves() throws {
        let here = try shared("panel-both-waves.csv", ["respondent_id=person"])
        let change = try row(try here.json(["compare"] + Self.waves))
        near(change["difference"], -8, 0.05)
        near(change["low"], -13.4, 0.05)
        near(change["high"], -2.6, 0.05)
        near(change["p"], 0.004, 0.0005)
    }

    @Test(
        "60 accounts in which nothing changed",
        .enabled(if: SharedCases.has("repeat-respondents-null.csv.gz")))
    func nothingChanged() throws {
        let here = try shared(
            "repeat-respondents-null.csv.gz",
            ["respondent_id=person", "segment.account=account"])
        let rows = try here.json(["compare", "--by", "account"] + Self.waves)["rows"]?.items ?? []
        #expect(rows.count == 60)
        for row in rows { #expect((row["adjustedP"]?.number ?? 0) >= 0.05) }
    }

    @Test("small groups, reckoned elsewhere", .enabled(if: SharedCases.has("small-groups.csv")))
    func smallGroups() throws {
        let here = try shared("small-groups.csv", ["segment.g=g"])
        for (first, second, p) in [
            ("A", "B", 0.1), ("C", "D", 0.048), ("E", "F", 0.029), ("G", "H", 0.087),
        ] {
            let change = try row(
                try here.json("compare", "--segment", "g=\(first)", "--segment", "g=\(second)"))
            near(change["p"], p, 0.0005)
            #expect(change["test"] == .string("exact"))
        }
    }
}
