import Foundation
import Glibc
import Testing

@Suite("Shadows by command", .serialized)
struct ShadowTests {
    /// A ledger with a first import and models 2 and 3, trained on different parts of it, and a
    /// second file to come.
    private func prepared(_ here: Workspace, seed: UInt64) throws {
        _ = try here.prepare(responses: 700, seed: seed)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        #expect(try here.json("model", "train", "--seed", "7")["version"]?.int == 2)
        let part = ["model", "train", "--seed", "7", "--where", "language=en"]
        #expect(try here.json(part)["version"]?.int == 3)
        _ = try here.simulate(responses: 500, seed: seed + 1)
    }

    private let second = ["import", "answers.csv", "--source", "app"] + Workspace.mapping.suffix(2)

    /// Everything that counts.
    private func standing(_ here: Workspace) throws -> [JSON?] {
        try [["--by", "region,plan"], ["--by", "channel", "--basis", "inferred"]].flatMap {
            let answer = try here.json(["nps"] + $0)
            return [answer["rows"], answer["total"]]
        }
    }

    @Test("what comes in is read by every shadow, and what counts is as without, digit for digit")
    func arrivals() throws {
        let (plain, here) = (try Workspace(), try Workspace())
        for workspace in [plain, here] { try prepared(workspace, seed: 21) }
        for version in ["2", "3"] {
            let begun = try here.json("model", "shadow", version, "--actor", "engineer")
            #expect(
                begun.shape
                    == "{classified:number,erased:number,model:number,position:number,refused:[],"
                    + "shadowingSince:number,share:null,unlearntLanguages:{}}")
            #expect(begun["position"] == begun["shadowingSince"])
            #expect(begun["classified"]?.int ?? 0 > 100)
            let again = try here.json("model", "shadow", version)
            #expect(again["shadowingSince"] == begun["shadowingSince"])
            #expect(again["classified"]?.int == 0)
            #expect(again["position"] == JSON.null)
        }
        let reports = try [plain, here].map { try $0.json(second) }
        let texts = try #require(reports[0]["classified"]?.int)
        #expect(texts > 100)
        #expect(reports[0]["shadowClassified"]?.int == 0)
        #expect(reports[1]["classified"]?.int == texts)
        #expect(reports[1]["shadowClassified"]?.int == 2 * texts)
        #expect(try standing(plain) == standing(here))
        // Nothing is left to read for any of them.
        let counted = try here.json("nps", "--basis", "inferred")["total"]?["responses"]
        for version in ["1", "2", "3"] {
            let total = try here.json("nps", "--basis", "inferred", "--model", version)["total"]
            #expect(total?["responses"] == counted)
            #expect(total?["uncounted"]?.int == 0)
        }
        #expect(
            try here.run("classify").output.contains("Model 3 classified 0 texts, in the shadow"))
        try ends(here)
    }

    /// The rest of the story: listed, audited, stopped, ended by an activation.
    private func ends(_ here: Workspace) throws {
        let models = try here.json("model", "list")["models"]?.items ?? []
        #expect(models.map { $0["shadowingSince"]?.int != nil } == [false, true, true])
        let since = try #require(models.last?["shadowingSince"]?.int)
        #expect(try here.run("model", "list").output.contains("shadowing since \(since)"))
        #expect(try here.run("model", "show", "3").output.contains("position \(since)"))
        #expect(try here.run("model", "show", "3", "--format", "csv").output.contains("\(since)"))
        let before = try here.json("model", "list", "--as-of", "\(since)")
        #expect(before["models"]?.items.last?["shadowingSince"] == JSON.null)

        #expect(try here.run("model", "shadow", "3", "--stop").status == 0)
        let stopped = try here.run("model", "shadow", "3", "--stop")
        #expect(stopped.status == 1)
        #expect(stopped.errors.contains("does not shadow"))
        _ = try here.json("model", "activate", "2", "--reason", "agrees better")
        let active = try here.run("model", "shadow", "2")
        #expect(active.status == 1)
        #expect(active.errors.contains("active"))
        _ = try here.json("model", "rollback", "--reason", "not yet")
        try here.write("late.csv", "id,words\nl1,awful service and rude\nl2,lovely\n")
        let report = try here.json(
            "import", "late.csv", "--source", "late", "--map", "response_id=id", "--map",
            "text=words", "--at", "2025-12-30")
        #expect(report["classified"]?.int == 2)
        #expect(report["shadowClassified"]?.int == 0, "nothing shadows any more")
        // Read once on request, it is no standing shadow.
        let once = try here.json("model", "shadow", "2", "--once")
        #expect(once["classified"]?.int == 2)
        #expect(once["shadowingSince"] == JSON.null)

        let acts = try here.json("audit")["acts"]?.items ?? []
        let shadows = acts.filter { $0["event"]?.text == "model.shadowed" }
        #expect(
            shadows.map { $0["after"]?["text"]?.text } == [
                "model 2 shadows", "model 3 shadows", "model 3 does not shadow",
            ])
        #expect(shadows.map { $0["actor"]?.text } == ["engineer", "engineer", "tester"])
        try here.verify()
    }

    @Test("a shadow whose artefact is gone or changed is named, and the import goes on")
    func artefact() throws {
        let here = try Workspace()
        try prepared(here, seed: 22)
        for version in ["2", "3"] { _ = try here.json("model", "shadow", version) }
        let digest = try here.json("model", "show", "2")["digest"]?.text ?? ""
        let path = here.path + "/ledger/models/\(digest)/artefact.npsmodel"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try Data(whole.prefix(1_000)).write(to: URL(fileURLWithPath: path))
        let outcome = try here.run(second + ["--format", "json"])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.contains("model 2 cannot shadow"))
        #expect(outcome.errors.contains(digest.prefix(16)))
        let report = try outcome.json()
        let texts = try #require(report["classified"]?.int)
        #expect(report["shadowClassified"]?.int == texts, "model 3 alone")
        let uncounted = ["nps", "--basis", "inferred", "--model", "2"]
        #expect(try here.json(uncounted)["total"]?["uncounted"]?.int ?? 0 > 100)

        try FileManager.default.removeItem(atPath: path)
        let classify = try here.run("classify")
        #expect(classify.status == 0, "\(classify)")
        #expect(classify.errors.contains("model 2 cannot shadow"))
        try whole.write(to: URL(fileURLWithPath: path))
        #expect(try here.json("model", "shadow", "2")["classified"]?.int == texts)
        #expect(try here.json(uncounted)["total"]?["uncounted"]?.int == 0)
    }

    @Test("killed under two shadows and run again, an import leaves no gap")
    func killed() throws {
        let here = try Workspace()
        try prepared(here, seed: 23)
        for version in ["2", "3"] { _ = try here.json("model", "shadow", version) }
        let copies = ["ledger", "ledger.key"].map { here.path + "/" + $0 }
        for path in copies {
            try FileManager.default.copyItem(atPath: path, toPath: path + ".start")
        }
        let start = Date()
        _ = try here.json(second)
        let seconds = Date().timeIntervalSince(start)
        let (whole, counts) = (try standing(here), try here.eventCounts())
        for seed in UInt64(1)...(Workspace.isHeavy ? 8 : 2) {
            for path in copies {
                try FileManager.default.removeItem(atPath: path)
                try FileManager.default.copyItem(atPath: path + ".start", toPath: path)
            }
            var numbers = SplitMix(seed: seed)
            for _ in 0..<2 {
                let running = try Tool.start(second, in: here.path)
                usleep(UInt32(numbers.unit() * seconds * 900_000))
                running.send(SIGKILL)
                let outcome = try running.wait()
                #expect([0, 137].contains(outcome.status), "seed \(seed): \(outcome)")
            }
            _ = try here.json(second)
            #expect(try here.eventCounts() == counts, "seed \(seed)")
            #expect(try standing(here) == whole, "seed \(seed)")
            for version in ["2", "3"] {
                #expect(
                    try here.json("model", "shadow", version)["classified"]?.int == 0,
                    "seed \(seed)")
            }
            try here.verify()
        }
        print("killed under shadows at random moments of \(seconds) s, seeds from 1")
    }

    @Test("a challenger reads a share of what comes in, and is estimated on it")
    func share() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 900, seed: 42)
        let lines = try here.read("answers.csv").split(separator: "\n")
        try here.write("first.csv", lines[...600].joined(separator: "\n") + "\n")
        try here.write("second.csv", ([lines[0]] + lines[601...]).joined(separator: "\n") + "\n")
        let mapping = ["--source", "web", "--mapping", "answers.csv.mapping.json"]
        _ = try here.json(["import", "first.csv"] + mapping)
        _ = try here.json("model", "train")
        let begun = try here.json("model", "shadow", "2", "--share", "50")
        #expect(begun["share"] == .number(0.5) && begun["classified"]?.int == 0)
        let imported = try here.json(["import", "second.csv"] + mapping)
        let read = try #require(imported["shadowClassified"]?.int)
        let all = try #require(imported["classified"]?.int)
        #expect(read > all / 4 && read < all * 3 / 4)
        let estimate = try here.json("model", "estimate", "2")["models"]?.items.first
        #expect(estimate?["read"]?.int == read)
        let life = try here.json("model", "show", "2")["life"]?.items ?? []
        #expect(life.last?["text"]?.text?.contains("50%") == true)
        // A classify for the active model leaves the rest of the share unread.
        _ = try here.json("classify")
        #expect(try here.json("model", "estimate", "2")["models"]?.items.first == estimate)
        try here.verify()
    }

    @Test("what cannot be asked")
    func refused() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        #expect(try here.run("model", "shadow", "1").status == 1)
        #expect(try here.run("model", "shadow", "9").status == 66)
        #expect(try here.run("model", "shadow", "9", "--stop").status == 66)
        #expect(try here.run("model", "shadow", "1", "--stop", "--once").status == 64)
        #expect(try here.run("model", "shadow", "1", "--share", "10", "--once").status == 64)
        for share in ["0", "100", "-5", "nan", "x"] {
            #expect(try here.run("model", "shadow", "1", "--share", share).status == 64, "\(share)")
        }
        #expect(try here.run("model", "shadow", "1", "--actor", "").status == 64)
        #expect(try here.run("model", "shadow", "1", "--once").status == 0)
    }
}
