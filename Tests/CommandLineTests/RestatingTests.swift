import Foundation
import Testing

/// What was reported at a position, under a model or cut-offs that were made only later: what is
/// pinned is looked up now, and all else as of then.
@Suite("Restating the past under what came later")
struct RestatingTests {
    private static let script = SharedCases.statistics + "/restate-later-model.sh"

    static var hasScript: Bool { SharedCases.has("restate-later-model.sh") }

    private static let map = [
        "--source", "late", "--map", "response_id=id", "--map", "score=nps", "--map",
        "text=words", "--map", "updated_at=changed", "--at", "2025-12-30",
    ]

    /// A ledger as it was reported, then two texts that are replaced, and model 2.
    private func ledger() throws -> (here: Workspace, reported: Int) {
        let here = try Workspace()
        _ = try here.prepare(responses: 400, seed: 5)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let head = "id,nps,words,changed\n"
        try here.write(
            "late.csv",
            head + "l1,,awful service and rude,2026-01-01\nl2,,\"lovely, wonderful\",2026-01-01\n")
        _ = try here.json(["import", "late.csv"] + Self.map)
        let reported = try #require(try here.json("nps")["asOf"]?["position"]?.int)
        try here.write(
            "later.csv",
            head + "l1,,all is well now and lovely,2026-01-02\nl2,,now it is awful,2026-01-02\n")
        _ = try here.json(["import", "later.csv"] + Self.map)
        _ = try here.json("model", "train", "--seed", "3")
        return (here, reported)
    }

    private static func counts(_ answer: JSON) -> [Int?] {
        ["responses", "uncounted"].map { answer["total"]?[$0]?.int }
    }

    @Test("texts of then are read by the command that the hint names, those replaced since too")
    func laterModel() throws {
        let (here, reported) = try ledger()
        let then = ["nps", "--basis", "inferred", "--as-of", "\(reported)"]
        let texts = try #require(try here.json(then)["total"]?["responses"]?.int)
        #expect(Self.counts(try here.json(then + ["--model", "2"])) == [0, texts])
        // What reads today's texts leaves those that stood there then.
        _ = try here.json("classify", "--model", "2")
        #expect(Self.counts(try here.json(then + ["--model", "2"])) == [texts - 2, 2])
        let table = try here.run(then + ["--model", "2"]).output.onOneLine
        #expect(table.contains("2 texts are not counted"))
        #expect(
            table.contains("responses as of position \(reported); model 2, made later (position"))
        let hint = try #require(table.firstMatch(of: /`npsledger (classify [^`]*)`/))
        try #expect(
            here.json(hint.output.1.split(separator: " ").map(String.init))["classified"]?.int == 2)
        let restated = try here.json(then + ["--model", "2"])
        #expect(Self.counts(restated) == [texts, 0])
        let later = try #require(restated["lens"]?["later"]?.items.first)
        #expect(later["model"]?.int == 2)
        #expect(later["position"]?.int ?? 0 >= reported)
        // As it was reported, and under both, all stays as it was.
        #expect(Self.counts(try here.json(then)) == [texts, 0])
        for (command, key) in [
            (["compare", "--models", "1,2", "--basis", "inferred"], "rows"),
            (["model", "compare", "1", "2"], "total"),
        ] {
            let answer = try here.json(command + ["--as-of", "\(reported)"])
            let row = answer[key]?.items.last ?? answer[key]
            let n = row?["responses"]?.int ?? row?["second"]?["responses"]?.int
            #expect(n == texts, "\(answer)")
        }
        #expect(try here.json("model", "estimate", "2", "--as-of", "\(reported)") != .null)
        try here.succeed("projection", "verify")
        try here.verify()
    }

    @Test("a response tells the event that read its text of then")
    func events() throws {
        let (here, reported) = try ledger()
        let asOf = ["--as-of", "\(reported)", "--model", "2"]
        _ = try here.json(["classify"] + asOf)
        let listed = try here.json(
            ["responses", "--basis", "inferred", "--limit", "all"] + asOf)
        let counts = try eventNames(here)
        let late = (listed["responses"]?.items ?? []).filter { $0["source"]?.text == "late" }
        #expect(late.count == 2)
        for response in late {
            #expect(response["reading"]?["model"]?.int == 2)
            let last = try #require(response["events"]?.items.last?.int)
            #expect(counts[last] == "classification.recorded")
            #expect(last > reported)
            // And so does its story, which ends with what was read for it.
            let story = try here.json(
                ["trace", "\(response["position"]?.int ?? -1)", "--basis", "inferred"] + asOf)
            #expect(story["events"]?.items.last?["position"]?.int == last)
            #expect(story["counts"]?["class"] == response["class"])
        }
        // Nobody read the texts that stand there now.
        #expect(
            try here.json("nps", "--basis", "inferred", "--model", "2")["total"]?["uncounted"]?.int
                == 2)
        #expect(try here.run("classify", "--as-of", "\(reported)").status == 64)
    }

    private func eventNames(_ here: Workspace) throws -> [String] {
        try here.run("tail", "--from", "0").lines.map { line in
            try JSONDecoder().decode(JSON.self, from: Data(line.utf8))["event"]?.text ?? ""
        }
    }

    @Test("cut-offs that were set later")
    func laterThresholds() throws {
        let (here, reported) = try ledger()
        _ = try here.json(
            "thresholds", "edit", "--passive-from", "5", "--promoter-from", "8", "--reason",
            "another scale")
        let id = try #require(try here.json("nps")["lens"]?["thresholds"]?.int)
        let then = ["nps", "--as-of", "\(reported)"]
        let plain = try here.json(then)
        let restated = try here.json(then + ["--thresholds", "\(id)"])
        #expect(restated["total"]?["responses"] == plain["total"]?["responses"])
        #expect(
            restated["total"]?["promoters"]?.int ?? 0 > plain["total"]?["promoters"]?.int ?? 0)
        #expect(restated["lens"]?["later"]?.items.first?["thresholds"]?.int == id)
        #expect(
            try here.run(then + ["--thresholds", "\(id)"]).output.contains(
                "thresholds \(id), made"))
        #expect(try here.run(then + ["--thresholds", "99"]).status == 66)
    }

    @Test("a date says its instant, and what is still to come is refused")
    func instants() throws {
        let (here, _) = try ledger()
        let recorded = try #require(try here.json("nps")["asOf"]?["recordedAt"]?.text)
        let instant = recorded.prefix(10) + "T00:00:00Z"
        let answer = try here.json("nps", "--as-of", String(recorded.prefix(10)))
        #expect(answer["instant"]?.text == String(instant))
        #expect(
            try here.run("nps", "--as-of", String(recorded.prefix(10))).output.contains(
                "(\(instant))"))
        #expect(try here.json("nps")["instant"] == .null)
        let future = try here.run("nps", "--as-of", "2999-01-01")
        #expect(future.status == 64)
        #expect(future.errors.contains("2999-01-01T00:00:00Z: that is still to come"))
        // The latest event has been recorded, whatever the clock says.
        #expect(try here.run("nps", "--as-of", recorded).status == 0)
    }

    @Test("a version is made again as of when it was made, with the same digest")
    func trainedAgain() throws {
        let (here, reported) = try ledger()
        let made = try here.json("model", "train", "--seed", "4", "--as-of", "\(reported)")
        try here.write("more.csv", "id,nps,words,changed\nm1,10,wonderful,2026-02-01\n")
        _ = try here.json(["import", "more.csv"] + Self.map)
        let now = try here.json("model", "train", "--seed", "4")
        let again = try here.json("model", "train", "--seed", "4", "--as-of", "\(reported)")
        #expect(again["digest"] == made["digest"])
        #expect(again["version"] == made["version"])
        #expect(now["digest"] != made["digest"])
        #expect(try here.run("model", "train", "--as-of", "999999").status == 66)
    }

    @Test(
        "1,421 texts known at a position, read by a model made after it",
        .enabled(if: hasScript))
    func sharedCase() throws {
        let here = try Workspace()
        let outcome = try Tool.run(
            [Self.script, here.path + "/case"], program: "/bin/sh", in: here.path,
            environment: ["N": Tool.path])
        #expect(outcome.status == 0, "\(outcome)")
        let restated = outcome.output.components(separatedBy: "(should answer from what").last
        #expect(restated?.contains("1,421") == true, "\(outcome)")
        #expect(restated?.contains("made later") == true, "\(outcome)")
    }
}
