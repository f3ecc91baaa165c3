import Foundation
import Glibc
import Testing

@Suite("Reviews by command", .serialized)
struct ReviewTests {
    /// Responses without scores and one with, each with a text, read by the embedded model.
    private func prepared(_ texts: [String]? = nil) throws -> Workspace {
        let here = try Workspace()
        let texts = texts ?? (1...12).map { "text number \($0), good and bad" }
        let rows = texts.enumerated().map { index, text in
            "r\(index + 1),\(index == 0 ? "10" : ""),\""
                + text.replacingOccurrences(of: "\"", with: "\"\"") + "\",2025-01-01,EMEA\n"
        }
        try here.write("a.csv", "id,score,text,at,region\n" + rows.joined())
        try here.succeed("init", "--origin", "test.example/nps")
        try here.succeed(
            "import", "a.csv", "--source", "web", "--map", "response_id=id", "--map", "score=score",
            "--map", "text=text", "--map", "at=at", "--map", "segment.region=region")
        return here
    }

    private func decided(_ here: Workspace) throws -> Int {
        try here.eventCounts()["review.decided"] ?? 0
    }

    /// Promoters, passives and detractors.
    private func classes(_ here: Workspace, _ arguments: [String]) throws -> [Int?] {
        let total = try here.json(["nps"] + arguments)["total"]
        return ["promoters", "passives", "detractors"].map { total?[$0]?.int }
    }

    @Test("keys decide, skip, undo and explain, and the terminal is as it was")
    func keys() throws {
        let here = try prepared()
        try here.succeed("review", "request", "--sample", "12", "--seed", "3")
        let typed = try Typing.run(
            ["review"],
            steps: [
                ["1 of 12", "d"], ["2 of 12", "u"], ["1 of 12", "r"],
                ["Rationale", "  it says so, “naïf”\n"], ["Rationale: it says so", "p"],
                ["2 of 12", "s"], ["3 of 12", "é"], ["none of the keys", "\u{1B}[A"],
                ["3 of 12", "2"], ["4 of 12", "q"],
            ], in: here)
        #expect(typed.status == 0)
        #expect(typed.restored == .bool(true))
        #expect(typed.screen.contains("Recorded 2 decisions; 10 texts left"))
        // Blind: nothing of score, model or reason is on the screen.
        for word in ["sample", "confidence", "model", "score"] {
            #expect(!typed.screen.contains(word), "\(word)")
        }
        #expect(try decided(here) == 2)
        let listed = try here.json("review", "list", "--state", "decided")["reviews"]?.items ?? []
        #expect(Set(listed.compactMap { $0["class"]?.text }) == ["promoter", "passive"])
        let promoter = try #require(listed.first { $0["class"]?.text == "promoter" })
        let position = try #require(promoter["response"]?.int)
        let shown = try here.json("review", "show", "\(position)")
        #expect(shown["decisions"]?.items.first?["rationale"]?.text == "it says so, “naïf”")
        try here.verify()
    }

    @Test("a terminal of few rows shows a long text in parts, and another size is used at once")
    func smallTerminal() throws {
        let here = try prepared([(1...60).map { "line\($0)" }.joined(separator: " ")])
        try here.succeed("review", "request", "--sample", "1")
        let typed = try Typing.run(
            ["review"],
            steps: [
                ["1 of 1", "resize:40x10"], ["lines 1–3 of", " "], ["lines 4–6 of", "\u{1B}[B"],
                ["lines 7–9 of", "b"], ["lines 4–6 of", "\u{1B}[5~"],
                ["lines 1–3 of", "resize:24x5"], ["lines 1–1 of", "resize:90x40"],
                ["line60”", "p"], ["last one", "q"],
            ], in: here)
        #expect(typed.status == 0)
        #expect(typed.screen.contains("Recorded 1 decision; 0 texts left"), "\(typed.screen)")
        // What a screen has no room for would push its beginning out of sight.
        let screens = typed.screen.components(separatedBy: "\u{1B}[H\u{1B}[J")
        for screen in screens where screen.contains("lines 1–3 of") {
            #expect(screen.split(separator: "\r\n").count <= 9, "\(screen)")
            #expect(screen.contains("q quit"), "what the keys do stays")
        }
    }

    @Test("however it ends, the terminal is restored and what was decided is recorded")
    func endings() throws {
        for (ending, status, recorded) in [
            ("\u{3}", 0, 1), ("\u{4}", 0, 1), ("signal:\(SIGINT)", 128 + SIGINT, 1),
            ("signal:\(SIGTERM)", 128 + SIGTERM, 1),
        ] {
            let here = try prepared()
            try here.succeed("review", "request", "--sample", "3")
            let typed = try Typing.run(
                ["review", "next"], steps: [["1 of 3", "1"], ["2 of 3", ending]], in: here)
            #expect(typed.status == status, "\(ending)")
            #expect(typed.restored == .bool(true), "\(ending)")
            #expect(try decided(here) == recorded, "\(ending)")
        }
        let here = try prepared()
        try here.succeed("review", "request", "--sample", "3")
        let hungUp = try Typing.run(
            ["review", "next"], steps: [["1 of 3", "1"], ["2 of 3", "hangup"]], in: here)
        #expect(hungUp.status != 0 || hungUp.restored == JSON.null)
        #expect(try decided(here) == 1)
        // In the middle of a rationale as well.
        let line = try Typing.run(
            ["review", "next"],
            steps: [["1 of 2", "r"], ["Rationale", "half a"], ["half", "signal:\(SIGTERM)"]],
            in: here)
        #expect(line.status == 128 + SIGTERM)
        #expect(line.restored == .bool(true))
    }

    @Test("without a terminal it says what to do instead")
    func noTerminal() throws {
        let here = try prepared()
        let refused = try here.run("review")
        #expect(refused.status == 64)
        #expect(refused.errors.contains("review export"))
    }

    @Test("hostile texts do not move the cursor")
    func hostileTexts() throws {
        let here = try prepared(["\u{1B}[2Jgone \u{9B}31m\u{7} =1+1", "\u{202E}evil"])
        try here.succeed("review", "request", "--sample", "2")
        let typed = try Typing.run(["review"], steps: [["of 2", "s"], ["of 2", "q"]], in: here)
        #expect(!typed.screen.contains("\u{1B}[2J") && !typed.screen.contains("\u{7}"))
        #expect(!typed.screen.contains("\u{202E}"))
    }

    @Test("a decision overrides the class from its position on, and never a stated score")
    func overrides() throws {
        let here = try prepared()
        let before = try classes(here, ["--basis", "inferred"])
        let blended = try classes(here, [])
        let size = try #require(try here.json("nps")["asOf"]?["position"]?.int)
        for name in ["r1", "r2", "r3"] {
            try here.succeed("review", "decide", name, "--class", "detractor")
        }
        let now = try here.json("nps", "--basis", "inferred")["total"]
        #expect(now?["reviewed"]?.int == 3)
        #expect(now?["detractors"]?.int ?? 0 >= 3)
        #expect(try here.json("nps")["total"]?["reviewed"]?.int == 2, "r1 has a score")
        let ignored = ["--basis", "inferred", "--reviews", "ignored"]
        #expect(try classes(here, ignored) == before)
        #expect(try classes(here, ["--as-of", "\(size)"]) == blended)
        #expect(try classes(here, ["--basis", "stated"]) == [1, 0, 0])
        let traced = try here.json("trace", "r2")
        #expect(traced["counts"]?["because"]?.text == "what a person decided of its text")
        #expect(traced["counts"]?["class"]?.text == "detractor")
        #expect(traced["events"]?.items.last?["event"]?.text == "review.decided")
        let audited = try here.json("audit")["acts"]?.items ?? []
        #expect(audited.filter { $0["event"]?.text == "review.decided" }.count == 3)
        // The difference has a reason and names the events that made it.
        let diff = try here.json(
            "diff", "--between", "basis=inferred,as-of=\(size)", "basis=inferred", "--limit", "all")
        let changed = diff["responses"]?.items ?? []
        #expect(!changed.isEmpty)
        #expect(changed.allSatisfy { $0["reason"]?.text == "reviewed" })
        #expect(changed.allSatisfy { $0["events"]?.items.count == 1 })
        let both = try here.json(
            "diff", "--between", "basis=inferred,reviews=ignored", "basis=inferred")
        #expect(both["responses"]?.items.count == changed.count)
        try here.verify()
    }

    @Test("two people, each blind to the other, and a third who settles")
    func blind() throws {
        let here = try prepared()
        try here.succeed("review", "request", "r2", "r3", "--blind-share", "100")
        try here.succeed(
            "review", "decide", "r2", "--class", "promoter", "--actor", "ann", "--rationale", "x")
        // The same person under another spelling is not the second.
        try here.succeed("review", "decide", "r2", "--class", "promoter", "--actor", " ANN ")
        let mine = try here.json("review", "show", "r2", "--actor", "Ann")
        #expect(mine["decisions"]?.items.count == 1)
        #expect(mine["state"]?.text == "open")
        let hidden = try here.json("review", "show", "r2", "--actor", "bob")
        #expect(hidden["decisions"]?.items.isEmpty == true)
        #expect(hidden["class"] == JSON.null && hidden["model"] == JSON.null)
        let row = try here.json("review", "list")["reviews"]?.items.first
        #expect(row?["class"] == JSON.null)
        try here.succeed("review", "decide", "r2", "--class", "detractor", "--actor", "bob")
        let shown = try here.json("review", "show", "r2", "--actor", "bob")
        #expect(shown["decisions"]?.items.count == 2)
        #expect(shown["state"]?.text == "disputed")
        #expect(shown["class"]?.text == "detractor", "the latest counts meanwhile")
        let settle = ["review", "decide", "r2", "--class", "passive", "--settle", "--actor"]
        let partial = try here.run(settle + ["bob"])
        #expect(partial.status == 1, "\(partial)")
        #expect(
            try here.run(["review", "decide", "r3", "--class", "passive", "--settle"]).status == 1)
        #expect(try here.run(settle + ["chair"]).status == 0)
        try here.succeed("review", "decide", "r2", "--class", "promoter", "--actor", "bob")
        #expect(try here.json("review", "show", "r2")["class"]?.text == "passive")
        #expect(try here.json("trace", "r2")["counts"]?["class"]?.text == "passive")
        let agreement = try here.json("review", "agreement")
        let pair = agreement["pairs"]?.items.first
        #expect(pair?["texts"]?.int == 1)
        #expect(pair?["reviewers"]?.items.compactMap(\.text) == ["ann", "bob"])
    }

    @Test("what is open or decided is not asked again; a sample is drawn from all")
    func requests() throws {
        let here = try prepared()
        let low = ["review", "request", "--low-confidence", "100"]
        let first = try here.json(low + ["--dry-run"])["requested"]?.int ?? 0
        #expect(first > 0)
        #expect(try here.eventCounts()["review.requested"] == nil)
        #expect(try here.json(low)["requested"]?.int == first)
        let again = try here.json(low)
        #expect(again["requested"]?.int == 0 && again["open"]?.int == first)
        try here.succeed("review", "decide", "r2", "--class", "promoter")
        #expect(try here.json(low)["decided"]?.int == 1)
        let sample = ["review", "request", "--sample", "100", "--seed", "9"]
        let drawn = try here.json(sample)
        #expect(drawn["requested"]?.int == 12 && drawn["population"]?.int == 12)
        #expect(try here.json(sample)["requested"]?.int == 0)
        let quality = try here.json("review", "agreement")["samples"]?.items.first
        // What was decided before counts for the sample as well.
        #expect(quality?["decided"]?.int == 1 && quality?["undecided"]?.int == 11)
        // By name it is asked about anew.
        #expect(try here.json("review", "request", "r2")["requested"]?.int == 1)
        #expect(try here.json("review", "request", "r2")["requested"]?.int == 0)
        #expect(try here.json("review", "show", "r2")["state"]?.text == "open")
        for wrong in [
            ["--sample", "0"], ["--blind-share", "101", "r2"], [], ["--limit", "0", "r2"],
        ] {
            #expect(try here.run(["review", "request"] + wrong).status == 64, "\(wrong)")
        }
        #expect(try here.run("review", "request", "nobody").status == 66)
    }

    @Test("what a model has learnt from decisions is no sample of how good it is")
    func learntSample() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 400, seed: 32)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        _ = try here.json("review", "request", "--sample", "24", "--seed", "3")
        let open = try here.json("review", "list", "--actor", "ann")["reviews"]?.items ?? []
        #expect(open.count == 24)
        // Who is to decide is not told why: a text against its score would tell the score.
        #expect(open.allSatisfy { $0["reasons"]?.items.isEmpty == true })
        for (index, item) in open.enumerated() {
            try here.succeed(
                "review", "decide", "\(item["response"]?.int ?? -1)", "--class",
                ["detractor", "passive", "promoter"][index % 3], "--actor", "ann")
        }
        let told = try here.json("review", "list", "--actor", "ann")["reviews"]?.items ?? []
        #expect(told.allSatisfy { $0["reasons"]?.items.map(\.text) == ["sample"] })
        _ = try here.json("model", "train")
        _ = try here.json("model", "shadow", "2", "--once")
        let first = try here.json("review", "agreement", "--model", "1")["samples"]?.items[0]
        #expect(first?["decided"]?.int == 24 && first?["learnt"]?.int == 0)
        let second = try here.json("review", "agreement", "--model", "2")["samples"]?.items[0]
        #expect(second?["decided"]?.int == 0 && second?["learnt"]?.int == 24)
        let table = try here.run("review", "agreement", "--model", "2").output
        #expect(table.contains("24 are left out: model 2 has learnt from them"), "\(table)")
    }

    @Test("decisions are learnt from, also where no score was stated")
    func training() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 900, seed: 31)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        func training(_ version: Int) throws -> JSON? {
            try here.json("model", "show", "\(version)")["training"]
        }
        try here.succeed("model", "train", "--seed", "7")
        let before = try #require(try training(2)?["examples"]?.int)
        // The texts without a score are those that count as inferred.
        try here.succeed("review", "request", "--sample", "900")
        try here.succeed("review", "export", "--output", "out.csv")
        let script =
            "import csv\nr=list(csv.DictReader(open('out.csv',newline='',encoding='utf-8-sig')))\n"
            + "o=csv.DictWriter(open('in.csv','w',newline=''),r[0].keys())\no.writeheader()\n"
            + "for i,x in enumerate(r):\n x['class']=['detractor','passive','promoter'][i%3]\n"
            + " o.writerow(x)"
        let python = try #require(Workspace.python)
        #expect(try Tool.run(["-c", script], program: python, in: here.path).status == 0)
        let recorded = try #require(try here.json("review", "import", "in.csv")["recorded"]?.int)
        try here.succeed("model", "train", "--seed", "7")
        let after = try #require(try training(3))
        #expect(after["examples"]?.int ?? 0 > before)
        #expect(after["examples"]?.int == recorded)
        #expect(after["reviewed"]?.int == recorded)
        // A decision holds under either model, so that nothing flips.
        try here.succeed("classify", "--model", "3")
        let flips = try here.json("model", "compare", "1", "3", "--flips", "all")
        #expect(flips["flips"]?.items.isEmpty == true, "\(flips.shape)")
    }

    @Test("a new text opens what was decided about the old one to nobody, and voids it")
    func amended() throws {
        let here = try prepared()
        try here.succeed("review", "decide", "r2", "--class", "detractor")
        try here.write(
            "b.csv",
            "id,score,text,at,region,up\nr2,,\"quite another\",2025-01-01,EMEA,2025-02-01\n")
        let report = try here.json(
            "import", "b.csv", "--source", "web", "--map", "response_id=id", "--map", "score=score",
            "--map", "text=text", "--map", "at=at", "--map", "segment.region=region", "--map",
            "updated_at=up")
        #expect(report["amended"]?.int == 1)
        #expect(try here.json("nps", "--basis", "inferred")["total"]?["reviewed"]?.int == 0)
        #expect(try here.json("review", "show", "r2")["decisions"]?.items.isEmpty == true)
    }
}
