import Foundation
import Testing

/// `model activate --gate`: what passes is recorded, what does not changes nothing.
@Suite("Gates by command")
struct GateCommandTests {
    private static let open = """
        {"conditions": [
          {"metric": "macroF1", "worseByAtMost": 0.5}, {"metric": "accuracy", "atLeast": 0.1},
          {"metric": "ece", "atMost": 0.9}, {"metric": "kappa", "atLeast": 0},
          {"metric": "npsChange", "atMost": 150},
          {"metric": "segmentChange", "by": ["region", "plan"], "basis": "inferred",
           "responsesAtLeast": 5, "pointsAtMost": 150},
          {"metric": "unread", "atMost": 0}]}
        """

    private func ledger() throws -> Workspace {
        let here = try Workspace()
        _ = try here.prepare(responses: 600, seed: 9)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        // On a part, so that there is something left to measure it on.
        _ = try here.json("model", "train", "--seed", "7", "--where", "region=EMEA")
        try here.write("open.json", Self.open)
        return here
    }

    private func kinds(_ here: Workspace) throws -> [String: Int] {
        var counts = try here.eventCounts()
        counts["classification.recorded"] = nil
        return counts
    }

    @Test("a gate that is met: the evidence is in the event, in audit and in model show")
    func met() throws {
        let here = try ledger()
        let before = try kinds(here)
        let dry = try here.run("model", "activate", "2", "--gate", "open.json", "--dry-run")
        #expect(dry.status == 0, "\(dry)")
        #expect(dry.output.contains("nothing was activated"))
        #expect(dry.lines.filter { $0.hasPrefix("✓") }.count == 7)
        #expect(dry.output.contains("texts are left out that one of the"), "\(dry)")
        #expect(try kinds(here) == before)
        let report = try here.json("model", "activate", "2", "--gate", "open.json", "--dry-run")
        #expect(report["activated"] == .bool(false))
        #expect(report["against"]?.int == 1)

        let asOf = try here.json("nps")["asOf"]?["position"]?.int
        let act = try here.json(
            "model", "activate", "2", "--gate", "open.json", "--reason", "passed our gate")
        let gate = try #require(act["gate"])
        #expect(gate["met"] == .bool(true))
        #expect(gate["asOf"]?.int == asOf)
        #expect(act["position"]?.int == asOf)
        let sum = try Tool.run(["open.json"], program: "/usr/bin/sha256sum", in: here.path)
        #expect(sum.output.hasPrefix(gate["digest"]?.text ?? "?"))
        // What was recorded is what the rehearsal showed.
        let rehearsed = report["gate"]?["conditions"]?.items ?? []
        let recorded = gate["conditions"]?.items ?? []
        #expect(recorded.count == 7)
        for (one, other) in zip(rehearsed, recorded) {
            for key in ["metric", "limit", "observed", "active", "segment", "responses", "met"] {
                #expect(one[key] == other[key], "\(key)")
            }
        }
        let acts = try here.json("audit")["acts"]?.items ?? []
        #expect(acts.last?["gate"] == gate)
        #expect(acts.last?["disputed"] == .bool(false))
        #expect(acts.first?["gate"] == .null)
        let shown = try here.json("model", "show", "2")
        #expect(shown["activeFrom"]?.items.last?["gate"] == gate)
        let table = try here.run("audit")
        #expect(table.output.contains("gate of 7 conditions"))
        #expect(table.output.contains("✓ segmentChange by region, plan, inferred, n ≥ 5: "))
        #expect(try here.run("model", "show", "2").output.contains("gate of 7 conditions"))
        var after = before
        after["model.activated", default: 0] += 1
        #expect(try kinds(here) == after)
        try figures(recorded, here)
        let back = try here.json("model", "rollback", "--reason", "after all not")
        #expect(back["model"]?.int == 1)
        #expect(try here.json("audit")["acts"]?.items.last?["gate"] == .null)
        try here.verify()
    }

    /// The figures are those of `model compare`, rounded against the candidate.
    private func figures(_ recorded: [JSON], _ here: Workspace) throws {
        func found(_ metric: String) -> JSON? {
            recorded.first { $0["metric"]?.text == metric }
        }
        func roundedAway(_ points: Double) -> Double {
            let hundredths = (points.magnitude * 100 - 1e-6).rounded(.up) / 100
            return points < 0 ? -hundredths : hundredths
        }
        let inferred = try here.json("model", "compare", "1", "2", "--by", "region,plan")
        let kappa = try #require(inferred["total"]?["flips"]?["kappa"]?.number)
        #expect(found("kappa")?["observed"]?.number == (kappa * 10_000).rounded(.down) / 10_000)
        #expect(found("kappa")?["responses"] == inferred["total"]?["responses"])
        let worst = (inferred["rows"]?.items ?? []).filter { ($0["responses"]?.int ?? 0) >= 5 }
            .max { ($0["change"]?.number ?? 0).magnitude < ($1["change"]?.number ?? 0).magnitude }
        let change = try #require(worst?["change"]?.number)
        #expect(found("segmentChange")?["observed"]?.number == roundedAway(change))
        let blended = try here.json("model", "compare", "1", "2", "--basis", "blended")
        let overall = try #require(blended["total"]?["change"]?.number)
        #expect(found("npsChange")?["observed"]?.number == roundedAway(overall))
        #expect(found("npsChange")?["responses"] == blended["total"]?["responses"])
        // Quality is that on what it has not learnt from.
        let unseen = try here.json("model", "evaluate", "2")
        #expect(found("accuracy")?["responses"] == unseen["responses"]?["evaluated"])
        let accuracy = try #require(unseen["accuracy"]?["value"]?.number)
        #expect(
            found("accuracy")?["observed"]?.number == (accuracy * 10_000).rounded(.down) / 10_000)
    }

    @Test("a model that has learnt from everything passes no condition on its quality")
    func learntFromAll() throws {
        let here = try ledger()
        _ = try here.json("model", "train", "--seed", "7")
        for command in [["--reason", "try"], ["--dry-run"]] {
            let outcome = try here.run(
                ["model", "activate", "3", "--gate", "open.json"] + command)
            #expect(outcome.status == 1, "\(outcome)")
            #expect(outcome.errors.contains("3 of 7 conditions are not met"), "\(outcome)")
            #expect(outcome.errors.contains("macroF1: cannot be measured, for no text"))
            #expect(outcome.errors.contains("texts are left out that one of the models has learnt"))
        }
        #expect(try here.json("model", "list")["models"]?.items[0]["state"]?.text == "active")
    }

    @Test("a gate that is not met: status 1, which condition and by how much, and nothing changes")
    func unmet() throws {
        let here = try ledger()
        try here.write(
            "shut.json",
            """
            {"conditions": [{"metric": "unread", "atMost": 0},
              {"metric": "segmentChange", "by": ["region"], "basis": "inferred",
               "responsesAtLeast": 20, "pointsAtMost": 0},
              {"metric": "accuracy", "atLeast": 1}]}
            """)
        let before = try kinds(here)
        let score = try here.json("nps", "--by", "region")["rows"]
        for command in [
            ["--reason", "try"], ["--dry-run"], ["--reason", "try", "--format", "csv"],
        ] {
            let outcome = try here.run(
                ["model", "activate", "2", "--gate", "shut.json"] + command)
            #expect(outcome.status == 1, "\(outcome)")
            #expect(outcome.errors.contains("2 of 3 conditions are not met"), "\(outcome)")
            #expect(outcome.errors.contains("segmentChange by region, inferred, n ≥ 20: "))
            #expect(outcome.errors.contains("at most 0 points"))
            #expect(outcome.errors.contains("accuracy 0."))
            let lines = outcome.output.split { $0.isNewline }
            #expect(lines.count >= 4, "the whole table is shown: \(outcome)")
        }
        let json = try here.run(
            "model", "activate", "2", "--gate", "shut.json", "--reason", "x", "--format", "json")
        #expect(json.status == 1)
        let gate = try json.json()["gate"]
        #expect(
            gate?["conditions"]?.items.map { $0["met"] } == [true, false, false].map(JSON.bool))
        #expect(gate?["conditions"]?.items[1]["segment"]?["region"]?.text != nil)
        #expect(try kinds(here) == before)
        #expect(try here.json("nps", "--by", "region")["rows"] == score)
        #expect(try here.json("model", "list")["models"]?.items[0]["state"]?.text == "active")
        // It has read the history all the same.
        #expect(try here.json("model", "shadow", "2")["classified"]?.int == 0)
        try here.verify()
    }

    @Test("no segment large enough is not met; a wrong file or dimension is 65, none is 66")
    func wrong() throws {
        let here = try ledger()
        func segments(_ by: String, _ least: Int) -> String {
            "{\"conditions\": [{\"metric\": \"segmentChange\", \"by\": [\"\(by)\"], "
                + "\"responsesAtLeast\": \(least), \"pointsAtMost\": 200}]}"
        }
        try here.write("large.json", segments("region", 100_000))
        try here.write("dimension.json", segments("regoin\\u001b[31m", 1))
        try here.write(
            "broken.json", "{\"conditions\": [\n{\"metric\": \"ece\", \"atMost\": NaN}]}")
        try here.write("range.json", "{\"conditions\": [{\"metric\": \"ece\", \"atMost\": 5}]}")
        try here.write("huge.json", [UInt8](repeating: 0x20, count: 2 << 20))
        try here.write("unknown.json", "{\"conditions\": [{\"metric\": \"f1\"}], \"x\": 1}")
        let counts = try here.eventCounts()
        let cases: [(String, Int32, [String])] = [
            ("dimension.json", 65, ["conditions[0].by[0]", "regoin\\x1b", "region"]),
            ("broken.json", 65, ["broken.json", "line 2", "NaN"]),
            ("range.json", 65, ["conditions[0].atMost", "0 to 1"]),
            ("huge.json", 65, ["huge.json", "bytes"]), ("unknown.json", 65, ["line 1: x:"]),
            ("none.json", 66, ["none.json"]), ("ledger", 66, ["ledger"]),
        ]
        for (file, status, says) in cases {
            let outcome = try here.run("model", "activate", "2", "--gate", file, "--reason", "x")
            #expect(outcome.status == status, "\(outcome)")
            for words in says { #expect(outcome.errors.contains(words), "\(outcome)") }
            #expect(outcome.output.isEmpty)
        }
        #expect(try here.eventCounts() == counts, "a wrong gate cost a reading of the history")
        let large = try here.run("model", "activate", "2", "--gate", "large.json", "--reason", "x")
        #expect(large.status == 1, "\(large)")
        #expect(large.errors.contains("no segment has 100000 responses"), "\(large)")
        let usage: [([String], String)] = [
            (["2", "--dry-run"], "--gate"), (["2", "--gate", "open.json"], "--reason"),
        ]
        for (arguments, says) in usage {
            let outcome = try here.run(["model", "activate"] + arguments)
            #expect(outcome.status == 64 && outcome.errors.contains(says), "\(outcome)")
        }
        let active = try here.run("model", "activate", "1", "--gate", "open.json", "--dry-run")
        #expect(active.status == 1 && active.errors.contains("active already"), "\(active)")
    }
}
