import Foundation
import Testing

/// States by command: on record, swapped, verified.
@Suite("Projections by command")
struct ProjectionStoryTests {
    private static let ids = ["nps-by-segment", "lineage", "audit"]

    private func ledger(responses: Int = 300) throws -> Workspace {
        let here = try Workspace()
        _ = try here.prepare(responses: responses, seed: 6)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        return here
    }

    private func row(_ answer: JSON, _ id: String) -> JSON? {
        answer["projections"]?.items.first { $0["id"]?.text == id }
    }

    @Test("states are committed once, listed, and match the log ever after")
    func commits() throws {
        let here = try ledger()
        let list = try here.json("projection", "list")
        #expect(
            list.shape
                == "{commitEvery:null,projections:[{builds:[{position:number,state:string,"
                + "version:number}],bytes:number,committed:null,digest:string,id:string,"
                + "lag:number,needsRebuild:bool,position:number,quarantined:number,reason:null,"
                + "version:number}],size:number}")
        let size = try #require(list["size"]?.int)
        let first = try here.json("projection", "commit")
        #expect(
            first.shape
                == "{commitEvery:null,projections:[{digest:string,id:string,position:number,"
                + "result:string,upTo:number,version:number}]}")
        #expect(first["projections"]?.items.compactMap { $0["id"]?.text } == Self.ids)
        for (index, id) in Self.ids.enumerated() {
            let committed = try #require(row(first, id))
            #expect(committed["result"]?.text == "committed")
            #expect(committed["upTo"]?.int == size)
            #expect(committed["position"]?.int == size + index)
            #expect(committed["digest"] == row(list, id)?["digest"])
        }
        // A second time there is nothing to say, whichever projections are named.
        for names in [[], ["audit"], ["lineage", "audit"]] {
            let again = try here.json(["projection", "commit"] + names)
            let results = again["projections"]?.items ?? []
            #expect(results.allSatisfy { $0["result"]?.text == "standing" })
            #expect(results.allSatisfy { $0["upTo"]?.int == size })
        }
        let listed = try here.json("projection", "list")
        #expect(listed["size"]?.int == size + 3)
        for id in Self.ids {
            #expect(row(listed, id)?["committed"]?["upTo"]?.int == size)
            #expect(row(listed, id)?["lag"]?.int == 0)
        }
        // An auditor sees them.
        let acts = try here.json("audit")["acts"]?.items.suffix(3) ?? []
        #expect(
            acts.map { $0["event"]?.text } == Array(repeating: "projection.committed", count: 3))
        #expect(acts.compactMap { $0["after"]?["projection"]?.text } == Self.ids)
        #expect(acts.allSatisfy { $0["actor"]?.text == "tester" })

        try here.succeed("thresholds", "edit", "--min-confidence", "50", "--reason", "x")
        try here.succeed("projection", "commit", "nps-by-segment")
        let verified = try here.json("projection", "verify")
        for id in Self.ids {
            let result = try #require(row(verified, id))
            #expect(result["result"]?.text == "equal")
            #expect(result["digest"] == result["replayed"])
            let count = id == "nps-by-segment" ? 2 : 1
            #expect(result["commitments"]?["matching"]?.int == count)
        }
        #expect(
            verified["projections"]?.shape
                == "[{commitments:{different:number,matching:number,notComparable:number},"
                + "digest:string,findings:[],id:string,partsAt:null,position:number,"
                + "replayed:string,result:string,version:number}]")
        try here.verify()
    }

    @Test("a cadence commits by itself, and leaves the rest of ledger.json as it was")
    func cadence() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 200, seed: 3)
        // A newer program's settings, which this one does not know.
        let text = try here.read("ledger/ledger.json").replacingOccurrences(
            of: "{\n", with: "{\n  \"later\": {\"a\": [1, 2.5, null], \"é\": \"x/y\"},\n")
        try here.write("ledger/ledger.json", text)
        let set = try here.json("projection", "commit", "--every", "100")
        #expect(set["commitEvery"]?.int == 100)
        #expect(set["projections"]?.items.count == 3)
        let settings = try JSONDecoder().decode(
            JSON.self, from: Data(try here.read("ledger/ledger.json").utf8))
        #expect(settings["later"]?["a"]?.items == [.number(1), .number(2.5), .null])
        #expect(settings["later"]?["é"] == .string("x/y"))
        #expect(settings["commitEvery"]?.int == 100 && settings["formatVersion"]?.int == 1)

        let before = try here.eventCounts()["projection.committed"]
        #expect(before == 3)
        let imported = try here.run(["import", "answers.csv"] + Workspace.mapping)
        #expect(imported.status == 0)
        #expect(imported.errors.contains("committed the states of nps-by-segment, lineage, audit"))
        #expect(try here.eventCounts()["projection.committed"] == 6)
        // Too little for another, whether it folds or not.
        try here.succeed("thresholds", "edit", "--min-confidence", "50", "--reason", "x")
        _ = try here.json("classify")
        _ = try here.json("nps")
        #expect(try here.eventCounts()["projection.committed"] == 6)
        let acts = try here.json("audit", "--limit", "500")["acts"]?.items ?? []
        let actors = acts.filter { $0["event"]?.text == "projection.committed" }
            .compactMap { $0["actor"]?.text }
        #expect(actors == ["tester", "tester", "tester", "system", "system", "system"])
        let list = try here.run("projection", "list")
        #expect(list.output.contains("committed every 100 events"))

        #expect(try here.json("projection", "commit", "--every", "0")["commitEvery"] == .null)
        #expect(try here.json("projection", "list")["commitEvery"] == .null)
        #expect(try !here.read("ledger/ledger.json").contains("commitEvery"))
        #expect(try here.read("ledger/ledger.json").contains("later"))
        #expect(try here.eventCounts()["projection.committed"] == 6)
        try here.verify()
    }

    @Test("a swap goes back to the kept build and is refused where there is none")
    func swaps() throws {
        let here = try ledger()
        let none = try here.run("projection", "swap", "lineage")
        #expect(none.status == 1 && none.errors.contains("no kept build"), "\(none)")
        _ = try here.json("projection", "rebuild", "lineage")
        _ = try here.json(
            "import", "answers.csv", "--source", "again", "--mapping",
            "answers.csv.mapping.json")
        let before = try here.json("projection", "list")
        let builds = row(before, "lineage")?["builds"]?.items ?? []
        #expect(builds.compactMap { $0["state"]?.text } == ["live", "kept"])
        #expect((builds[1]["position"]?.int ?? .max) < (builds[0]["position"]?.int ?? 0))
        let swapped = try here.json("projection", "swap", "lineage")
        #expect(
            swapped.shape
                == "{comparison:string,id:string,kept:{digest:string,position:number,"
                + "version:number},live:{digest:string,position:number,version:number}}")
        #expect(swapped["comparison"]?.text == "equal")
        #expect(swapped["live"]?["digest"] == row(before, "lineage")?["digest"])
        #expect(swapped["live"]?["position"] == builds[0]["position"])
        try here.verify()
    }

    @Test("what cannot be is refused with its reason")
    func refusals() throws {
        let here = try ledger(responses: 40)
        let cases: [([String], Int32, String)] = [
            (["projection", "swap", "colours"], 66, "lineage"),
            (["projection", "swap"], 64, "projection"),
            (["projection", "commit", "colours"], 66, "colours"),
            (["projection", "commit", "--every", "often"], 64, "often"),
            (["projection", "commit", "--every=-1"], 64, "-1"),
            (["projection", "commit", "lineage", "--every", "5"], 64, "all projections"),
            (["projection", "verify", "colours"], 66, "colours"),
        ]
        for (arguments, status, words) in cases {
            let outcome = try here.run(arguments)
            #expect(outcome.status == status, "\(outcome)")
            #expect(outcome.errors.contains(words), "\(outcome)")
        }
        let text = try here.read("ledger/ledger.json")
        for value in ["\"often\"", "-4", "1.5", "[]"] {
            try here.write(
                "ledger/ledger.json",
                text.replacingOccurrences(of: "{\n", with: "{\n  \"commitEvery\": \(value),\n"))
            let outcome = try here.run("nps")
            #expect(outcome.status == 65 && outcome.errors.contains("commitEvery"), "\(outcome)")
        }
    }
}
