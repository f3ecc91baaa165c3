import Foundation
import Testing

/// Where a change is shown with segments: a row for all, what comes from scores and what from mix,
/// and a sentence where the two go different ways.
@Suite("Mix and scores")
struct MixTests {
    private func imported(_ path: String, _ here: Workspace) throws {
        try here.succeed("init", "--origin", "test.example/mix")
        _ = try here.json(
            ["import", path, "--source", "p", "--time-zone", "UTC"]
                + ["response_id=id", "score=score", "at=at", "segment.plan=plan"].flatMap {
                    ["--map", $0]
                })
    }

    /// Pro: 40 answers at +50, then 160 at +40; free: 160 at −50, then 40 at −60. Every segment falls
    /// by 10, all together rise from −30 to +20. At the mean shares of one half each the scores make
    /// −10 and the mix +60.
    private func paradox() throws -> Workspace {
        let here = try Workspace()
        var lines = ["id,score,at,plan"]
        func add(_ plan: String, _ at: String, _ promoters: Int, _ detractors: Int) {
            for index in 0..<(promoters + detractors) {
                lines.append("r\(lines.count),\(index < promoters ? 10 : 0),\(at),\(plan)")
            }
        }
        add("pro", "2026-01-10", 30, 10)
        add("free", "2026-01-11", 40, 120)
        add("pro", "2026-02-10", 112, 48)
        add("free", "2026-02-11", 8, 32)
        try here.write("mix.csv", lines.joined(separator: "\n") + "\n")
        try imported("mix.csv", here)
        return here
    }

    private static let months = [
        "--span", "2026-01-01..2026-02-01", "--span", "2026-02-01..2026-03-01",
    ]

    private func near(
        _ value: JSON?, _ expected: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            abs((value?.number ?? .infinity) - expected) < 0.0005, "\(String(describing: value))",
            sourceLocation: sourceLocation)
    }

    private static let sentence = "rose by +50.0 while their segments fell: -10.0"

    @Test("two windows by segment")
    func compared() throws {
        let here = try paradox()
        let answer = try here.json(["compare", "--by", "plan"] + Self.months)
        #expect(answer["rows"]?.items.count == 2)
        for row in answer["rows"]?.items ?? [] { near(row["difference"], -10) }
        near(answer["total"]?["difference"], 50)
        #expect(answer["total"]?["first"]?["responses"]?.int == 200)
        #expect(answer["total"]?["adjustedP"] == .null)
        near(answer["mix"]?["score"], -10)
        near(answer["mix"]?["mix"], 60)
        #expect(answer["mix"]?["opposed"] == .bool(true))
        // Of each segment: half of −10, and its share moved by six tenths times its distance from −5.
        for row in answer["rows"]?.items ?? [] {
            near(row["scoreEffect"], -5)
            near(row["mixEffect"], 30)
        }
        // Each segment weighs one half, and its change has the variance Var₁/n₁ + Var₂/n₂.
        let variances = [(0.75, 40.0), (0.84, 160.0), (0.75, 160.0), (0.64, 40.0)]
        let error = 50 * variances.reduce(0) { $0 + $1.0 / $1.1 }.squareRoot()
        near(answer["mix"]?["scoreLow"], -10 - 1.959964 * error)
        let table = try here.run(["compare", "--by", "plan"] + Self.months)
        #expect(table.output.onOneLine.contains(Self.sentence), "\(table)")
        #expect(table.lines.contains { $0.hasPrefix("all") && $0.contains("+50.0") })
        let csv = try here.run(
            ["compare", "--by", "plan", "--format", "csv"] + Self.months
        ).output.split(whereSeparator: \.isNewline)
        #expect(csv.count == 4 && csv.last?.hasPrefix("all,") == true)
        // Without segments there is nothing to be mixed.
        #expect(try here.json(["compare"] + Self.months)["mix"] == .null)
    }

    @Test("a course over months, and a difference of two windows")
    func others() throws {
        let here = try paradox()
        let trend = try here.json("trend", "--by", "plan", "--every", "month")
        near(trend["mix"]?["score"], -10)
        near(trend["mix"]?["mix"], 60)
        let points = trend["total"]?["points"]?.items ?? []
        #expect(points.map { $0["responses"]?.int } == [200, 200])
        #expect(points.first?["scoreEffect"] == .null)
        near(points.last?["scoreEffect"], -10)
        near(points.last?["mixEffect"], 60)
        // Segments that are not shown count as one, and all stays all.
        let one = try here.json("trend", "--by", "plan", "--every", "month", "--limit", "1")
        #expect(one["series"]?.items.count == 1)
        near(one["mix"]?["score"], -10)
        #expect(one["total"] == trend["total"])
        let table = try here.run("trend", "--by", "plan", "--every", "month")
        #expect(table.output.onOneLine.contains(Self.sentence), "\(table)")
        #expect(table.lines.contains { $0.hasPrefix("all") })

        let lenses = ["from=2026-01-01,to=2026-02-01", "from=2026-02-01,to=2026-03-01"]
        let diff = try here.json(
            ["diff", "--between"] + lenses + ["--by", "plan", "--limit", "0"])
        near(diff["difference"]?["points"], 50)
        near(diff["mix"]?["score"], -10)
        near(diff["mix"]?["mix"], 60)
        // Among the reasons: one window for the other is −10 by scores and +60 by mix.
        let window = try #require(
            diff["reasons"]?.items.first { $0["reason"]?.text == "window" })
        near(window["points"], 50)
        near(window["scoreEffect"], -10)
        near(window["mixEffect"], 60)
        let words = try here.run(
            ["diff", "--between"] + lenses + ["--by", "plan", "--limit", "0"])
        #expect(words.output.onOneLine.contains(Self.sentence), "\(words)")
        #expect(try here.json(["diff", "--between"] + lenses)["mix"] == .null)
    }

    @Test(
        "both plans fall and the total rises",
        .enabled(if: SharedCases.has("simpson-two-plans.csv")))
    func twoPlans() throws {
        let here = try Workspace()
        try imported(SharedCases.statistics + "/simpson-two-plans.csv", here)
        let months = try here.json("trend", "--by", "plan", "--every", "month")
        near(months["mix"]?["score"], -10)
        near(months["mix"]?["mix"], 30)
        #expect(months["mix"]?["opposed"] == .bool(true))
        let starts = (months["total"]?["points"]?.items ?? []).filter {
            $0["responses"]?.int ?? 0 > 0
        }.compactMap { $0["start"]?.text }
        let (first, last) = (try #require(starts.first), try #require(starts.last))
        let answer = try here.json(
            "compare", "--by", "plan", "--span", "\(first)..\(last)", "--span",
            "\(last)..2030-01-01")
        near(answer["total"]?["difference"], 20)
        near(answer["mix"]?["score"], -10)
        near(answer["mix"]?["mix"], 30)
        for row in answer["rows"]?.items ?? [] { near(row["difference"], -10) }
        let diff = try here.json(
            "diff", "--between", "from=\(first),to=\(last)", "from=\(last)", "--by", "plan")
        near(diff["mix"]?["score"], -10)
        near(diff["mix"]?["mix"], 30)
    }
}
