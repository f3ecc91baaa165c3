import Foundation
import Testing

@Suite("What makes two scores differ")
struct DiffTests {
    /// A ledger with everything a difference can come from, and the positions in between.
    private func prepared() throws -> (here: Workspace, first: Int, second: Int) {
        let here = try Workspace()
        _ = try here.prepare(responses: 600, seed: 41)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        _ = try here.json("model", "train", "--seed", "7")
        let first = try #require(try here.json("nps")["asOf"]?["position"]?.int)
        _ = try here.json("model", "activate", "2", "--reason", "agrees better")
        let map = [
            "--source", "late", "--map", "response_id=id", "--map", "score=nps", "--map",
            "text=words", "--map", "updated_at=changed", "--map", "segment.region=region", "--at",
            "2025-12-30",
        ]
        let head = "id,nps,words,changed,region,status\n"
        try here.write(
            "late.csv",
            head + "l1,3,awful service and rude,2026-01-01,EMEA,ok\n"
                + "l2,,\"lovely, wonderful\",2026-01-01,APAC,ok\nl3,10,,2026-01-01,EMEA,ok\n")
        _ = try here.json(["import", "late.csv"] + map)
        try here.write("out.csv", "id,nps,status\nx1,0,ok\nx2,10,ok\n")
        let out = [
            "import", "out.csv", "--source", "x", "--map", "response_id=id", "--map", "score=nps",
            "--at", "2025-12-31",
        ]
        _ = try here.json(out)
        let second = try #require(try here.json("nps")["asOf"]?["position"]?.int)
        // Amended: the score, then the text, then the region; and one is taken out by a new rule.
        try here.write(
            "later.csv",
            head + "l1,9,awful service and rude,2026-01-02,EMEA,ok\n"
                + "l2,,terrible and broken and rude,2026-01-02,APAC,ok\n"
                + "l3,10,,2026-01-02,AMER,ok\n")
        _ = try here.json(["import", "later.csv"] + map)
        _ = try here.json(out + ["--exclude", "status=ok"])
        return (here, first, second)
    }

    private func diff(_ here: Workspace, _ arguments: String...) throws -> JSON {
        try here.json(["diff"] + arguments)
    }

    /// That the rows add up exactly, and that both sides are what `nps` says.
    private func check(
        _ here: Workspace, _ answer: JSON, _ questions: [[String]],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for (side, question) in zip(["first", "second"], questions) {
            let total = try here.json(["nps"] + question)["total"]
            for key in ["responses", "promoters", "passives", "detractors", "nps", "low", "high"] {
                #expect(
                    answer[side]?[key] == total?[key], "\(side) \(key)",
                    sourceLocation: sourceLocation)
            }
        }
        for part in [answer] + (answer["segments"]?.items ?? []) {
            let rows = part["reasons"]?.items ?? []
            let sum = rows.reduce(0) { $0 + ($1["numerator"]?.int ?? 0) }
            #expect(
                sum == part["difference"]?["numerator"]?.int ?? 0, sourceLocation: sourceLocation)
        }
        let listed = answer["responses"]?.items ?? []
        let reasons = answer["reasons"]?.items ?? []
        for reason in reasons where reason["reason"]?.text != "unchanged" {
            let own = listed.filter { $0["reason"] == reason["reason"] }
            if answer["omitted"]?.int == 0 {
                #expect(own.count == reason["responses"]?.int, sourceLocation: sourceLocation)
                let points = own.reduce(0) { $0 + ($1["points"]?.number ?? 0) }
                #expect(
                    abs(points - (reason["points"]?.number ?? 0)) < 1e-3,
                    sourceLocation: sourceLocation)
            }
        }
        if let mix = answer["mix"], mix != .null {
            for (effect, whole) in [("scoreEffect", "score"), ("mixEffect", "mix")] {
                let sum = reasons.reduce(0) { $0 + ($1[effect]?.number ?? 0) }
                #expect(
                    abs(sum - (mix[whole]?.number ?? .nan)) < 1e-3, "\(answer)",
                    sourceLocation: sourceLocation)
            }
        }
        for part in [answer] + (answer["segments"]?.items ?? []) {
            guard let whole = part["difference"]?["points"]?.number else { continue }
            let steps = (part["steps"]?.items ?? []).reduce(0) { $0 + ($1["points"]?.number ?? 0) }
            #expect(abs(steps - whole) < 1e-3, "\(part)", sourceLocation: sourceLocation)
        }
        let effects = listed.map { abs($0["points"]?.number ?? 0) }
        #expect(effects == effects.sorted(by: >), sourceLocation: sourceLocation)
    }

    @Test("reported then and said now: new, amended, excluded, reclassified, each with its events")
    func thenAndNow() throws {
        let (here, first, second) = try prepared()
        let answer = try diff(here, "--between", "as-of=\(second)", "today", "--limit", "all")
        #expect(
            answer.shape
                == "{causes:[],changed:number,difference:{denominator:number,numerator:number,"
                + "points:number},first:\(Self.side),mix:null,omitted:number,reasons:[{label:string,"
                + "mixEffect:null,numerator:number,points:number,reason:string,responses:number,"
                + "scoreEffect:null}],"
                + "responses:[\(Self.response("", "null", "null"))|"
                + "\(Self.response("string", "string", "string"))],second:\(Self.side),segments:[],"
                + "steps:[{points:number,reason:string}]}")
        try check(here, answer, [["--as-of", "\(second)"], []])
        let listed = answer["responses"]?.items ?? []
        let expected = [
            "amended since: score, text": ["response.amended"],
            "amended since: text": [
                "classification.recorded", "response.amended", "classification.recorded",
            ], "excluded since": ["response.excluded"],
        ]
        #expect(listed.count == 4)
        #expect(Set(listed.compactMap { $0["because"]?.text }) == Set(expected.keys))
        for change in listed {
            let story = try here.json("trace", "\(change["position"]?.int ?? -1)")
            let events = (change["events"]?.items ?? []).map { position in
                story["events"]?.items.first { $0["position"] == position }?["event"]?.text
            }
            #expect(events == expected[change["because"]?.text ?? ""])
        }
        // By region, the one that moved counts in both.
        let byRegion = try diff(
            here, "--between", "as-of=\(second)", "today", "--by", "region", "--limit", "all")
        try check(here, byRegion, [["--as-of", "\(second)"], []])
        let moved = byRegion["responses"]?.items.last {
            $0["amended"]?.items == [.string("segments")]
        }
        #expect(moved?["segment"]?["region"]?.text == "AMER")
        #expect(moved?["first"] == moved?["second"])

        let reclassified = try diff(
            here, "--between", "as-of=\(first),basis=inferred", "basis=inferred", "--by",
            "region,plan", "--limit", "all")
        try check(
            here, reclassified,
            [["--as-of", "\(first)", "--basis", "inferred"], ["--basis", "inferred"]])
        let reasons = reclassified["reasons"]?.items.compactMap { $0["reason"]?.text }
        #expect(reasons == ["recorded", "reclassified", "unchanged"])
        #expect(reclassified["reasons"]?.items[1]["label"]?.text == "reclassified, model 1 → 2")
        try backwards(here, second, answer)
    }

    private static let side =
        "{asOf:{position:number,recordedAt:string},detractors:number,high:number,incomplete:number,"
        + "instant:null,lens:{basis:string,confidence:number,duplicates:string,interval:string,"
        + "later:[],model:number,reviews:string,thresholds:number,zone:string},low:number,nps:number,"
        + "passives:number,persons:number,promoters:number,responses:number,window:{from:null,to:null}}"
    private static func response(_ amended: String, _ second: String, _ region: String) -> String {
        "{amended:[\(amended)],because:string,events:[number],first:string,points:number,"
            + "position:number,reason:string,second:\(second),segment:{channel:null,country:null,"
            + "language:null,plan:null,product:null,region:\(region)}}"
    }

    /// The other way round everything is the same with its sign turned.
    private func backwards(_ here: Workspace, _ asOf: Int, _ forward: JSON) throws {
        let back = try diff(here, "--between", "today", "as-of=\(asOf)", "--limit", "all")
        #expect(back["first"]?["nps"] == forward["second"]?["nps"])
        #expect(
            back["difference"]?["numerator"]?.int
                == -(forward["difference"]?["numerator"]?.int ?? 0))
        #expect(
            back["responses"]?.items.map { $0["position"] }
                == forward["responses"]?.items.map { $0["position"] })
        #expect(
            Set(back["responses"]?.items.compactMap { $0["because"]?.text } ?? []) == [
                "not yet amended: score, text", "not yet amended: text", "not yet excluded",
            ])
    }

    @Test("thresholds, basis and windows, in one command each")
    func lenses() throws {
        let (here, first, _) = try prepared()
        _ = try here.json(
            "thresholds", "edit", "--passive-from", "8", "--promoter-from", "10", "--reason", "x")
        let cuts = try diff(here, "--between", "thresholds=1", "today", "--limit", "all")
        try check(here, cuts, [["--thresholds", "1"], []])
        #expect(cuts["reasons"]?.items.first?["label"]?.text == "thresholds 1 → 2")
        let edits = try here.json("thresholds", "history")["thresholds"]?.items
        #expect(
            cuts["responses"]?.items.first?["events"]?.items == edits?.compactMap { $0["position"] }
        )

        let basis = try diff(here, "--between", "basis=stated", "basis=inferred")
        try check(here, basis, [["--basis", "stated"], ["--basis", "inferred"]])
        #expect(basis["responses"]?.items.count == 20)
        #expect(basis["omitted"]?.int == (basis["changed"]?.int ?? 0) - 20)

        let spans = ["2025-02-01", "2025-05-01", "2025-04-01"]
        let windows = try diff(
            here, "--between", "from=\(spans[0]),to=\(spans[1])", "from=\(spans[2])", "--limit",
            "all", "--where", "region=EMEA")
        try check(
            here, windows,
            [
                ["--from", spans[0], "--to", spans[1], "--where", "region=EMEA"],
                ["--from", spans[2], "--where", "region=EMEA"],
            ])
        #expect(windows["reasons"]?.items.map { $0["reason"]?.text } == ["window", "unchanged"])
        let span = try diff(here, "--between", "window=30d", "window=60d", "--limit", "0")
        try check(here, span, [["--window", "30d"], ["--window", "60d"]])
        #expect(span["responses"]?.items.count == 0)

        // The three axes at once: what was reported then about these weeks, what would be said now,
        // and under the other model.
        let weeks = ["--from", spans[0], "--to", spans[1]]
        let axes = try diff(
            here, "--between", "as-of=\(first)", "model=1,thresholds=1,basis=inferred", "--from",
            spans[0], "--to", spans[1], "--limit", "all")
        try check(
            here, axes,
            [
                ["--as-of", "\(first)"] + weeks,
                ["--model", "1", "--thresholds", "1", "--basis", "inferred"] + weeks,
            ])
        let nothing = try diff(here, "--between", "today", "today")
        #expect(nothing["changed"]?.int == 0)
        #expect(nothing["difference"]?["points"]?.int == 0)
        let empty = try diff(here, "--between", "as-of=0", "today", "--limit", "2")
        #expect(empty["difference"]?["points"] == JSON.null)
        #expect(empty["responses"]?.items.count == 2)
        #expect(try here.run("diff", "--between", "as-of=0", "today").status == 0)
    }

    @Test("a list of all is one of few, longer; in table, JSON and CSV the same")
    func formats() throws {
        let (here, first, _) = try prepared()
        let question = [
            "diff", "--between", "as-of=\(first),basis=stated", "basis=inferred,model=2", "--by",
            "region",
        ]
        let all = try here.json(question + ["--limit", "all", "--texts"])
        let few = try here.json(question + ["--limit", "7", "--texts"])
        let items = try #require(all["responses"]?.items)
        #expect(items.count == all["changed"]?.int)
        #expect(few["responses"]?.items == Array(items.prefix(7)))
        #expect(items.contains { $0["text"]?.text == "terrible and broken and rude" })
        let csv = try here.run(question + ["--limit", "all", "--format", "csv"])
        let rows = csv.output.split(whereSeparator: \.isNewline)
        #expect(
            rows.first == "position,region,first,second,reason,because,points,events,incomplete")
        #expect(
            rows.dropFirst().compactMap { Int($0.prefix { $0 != "," }) }
                == items.compactMap { $0["position"]?.int })
        for more in [["--limit", "all"], ["--texts"], ["--limit", "3"], ["--limit", "0"]] {
            let table = try here.run(question + more)
            #expect(table.status == 0, "\(table)")
            for line in table.lines { #expect(Columns.count(line[...]) <= 80, "\(line)") }
            #expect(table.output.contains("same responses, other total"))
        }
        #expect(try here.run(question + ["--limit", "3"]).output.contains("more responses"))
        // Without the key there are no texts, and all the rest.
        try FileManager.default.moveItem(
            atPath: here.path + "/ledger.key", toPath: here.path + "/away")
        let sealed = try here.run(question + ["--limit", "7", "--texts", "--format", "json"])
        #expect(sealed.status == 0)
        #expect(sealed.errors.contains("texts are not shown"))
        #expect(try sealed.json()["difference"] == few["difference"])
    }

    @Test("lenses that are none, and what is not there")
    func refused() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 60, seed: 42)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let wrong: [(String, Int32, String)] = [
            ("colour=red", 64, "as-of, model, thresholds"), ("model", 64, "model"),
            ("", 64, "key=value"), ("model=", 64, "key=value"), ("model=1,", 64, "key=value"),
            ("model=one", 64, "one"), ("model=-1", 64, "-1"), ("model=1,model=2", 64, "twice"),
            ("basis=guessed", 64, "blended"), ("as-of=yesterday", 64, "yesterday"),
            ("from=2025-05-01,to=2025-04-01", 64, "before"), ("window=soon", 64, "soon"),
            ("window=3d,to=2025-04-01", 64, "window"), ("today,model=1", 64, "today"),
            ("thresholds=9", 66, "9"), ("model=9", 66, "9"), ("as-of=99999999", 66, "99999999"),
        ]
        for (lens, status, named) in wrong {
            for lenses in [[lens, "today"], ["today", lens]] {
                let outcome = try here.run(["diff", "--between"] + lenses)
                #expect(outcome.status == status, "\(outcome)")
                #expect(outcome.errors.contains(named), "\(outcome)")
            }
        }
        for (arguments, status) in [
            ([], 64), (["--between", "today"], 64), (["--between", "today", "today", "today"], 64),
            (["--between", "today", "today", "--limit", "-1"], 64),
            (["--between", "today", "today", "--limit", "some"], 64),
            (["--between", "from=2025-01-01", "today", "--to", "2025-06-01"], 64),
            (["--between", "today", "today", "--confidence", "10"], 64),
            (["--between", "today", "today", "--by", "colour"], 66),
            (["--between", "today", "today", "--where", "region=Mars"], 66),
        ] as [([String], Int32)] {
            let outcome = try here.run(["diff"] + arguments)
            #expect(outcome.status == status, "\(outcome)")
        }
    }
}
