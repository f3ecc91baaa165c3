import Foundation
import Testing

@Suite("Rehearsing a rollback")
struct RollbackRehearsalTests {
    /// A ledger whose model 2 is active, and where later texts were read by it alone.
    private func prepared(isRead: Bool = false) throws -> Workspace {
        let here = try Workspace()
        _ = try here.prepare(responses: 900, seed: 31)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        _ = try here.json("model", "train", "--seed", "7")
        _ = try here.json("model", "activate", "2", "--reason", "agrees better")
        guard !isRead else { return here }
        _ = try here.simulate(responses: 300, seed: 32)
        _ = try here.json(
            ["import", "answers.csv", "--source", "app"] + Workspace.mapping.suffix(2))
        return here
    }

    /// What is kept of log and vault, byte for byte.
    private func kept(_ here: Workspace) throws -> [Data] {
        try ["log/data.mdb", "vault/data.mdb", "ledger.json"].map {
            try Data(contentsOf: URL(fileURLWithPath: here.path + "/ledger/" + $0))
        }
    }

    private func score(_ here: Workspace, _ more: String...) throws -> JSON? {
        try here.json(["nps"] + more)["total"]
    }

    @Test("it says what the rollback then does, and writes neither log nor vault")
    func foretells() throws {
        let here = try prepared()
        let (size, before) = (try here.eventCounts(), try kept(here))
        let unread = try #require(
            try score(here, "--model", "1", "--basis", "inferred")?["uncounted"]?.int)
        #expect(unread > 50)
        let dry = try here.json("model", "rollback", "--dry-run")
        #expect(dry["model"]?.int == 1)
        #expect(dry["from"]?.int == 2)
        #expect(dry["pointerFlip"] == .bool(false))
        #expect(dry["unread"]?.int == unread)
        #expect(dry["estimate"]?["sampleTexts"]?.int == min(unread, 512))
        #expect(dry["estimate"]?["seconds"]?.number ?? 0 > 0)
        #expect(dry["total"]?["now"]?["nps"] == (try score(here)?["nps"]))
        #expect(dry["total"]?["after"]?["nps"] == (try score(here, "--model", "1")?["nps"]))
        #expect(dry["total"]?["uncounted"] == (try score(here, "--model", "1")?["uncounted"]))
        #expect(try here.eventCounts() == size)
        #expect(try kept(here) == before, "a dry run wrote")

        let dimensions = dry["rows"]?.items.compactMap { row -> String? in
            if case .object(let pairs)? = row["segment"] { pairs.keys.first } else { nil }
        }
        #expect(Set(dimensions ?? []).isSuperset(of: ["channel", "plan", "product", "region"]))
        for dimension in Set(dimensions ?? []) {
            let rows = dry["rows"]?.items.filter { $0["segment"]?[dimension] != nil } ?? []
            for side in ["now", "after"] {
                let sum = rows.reduce(0) { $0 + ($1[side]?["responses"]?.int ?? 0) }
                #expect(sum == dry["total"]?[side]?["responses"]?.int, "\(dimension)")
            }
        }
        // Read by both, the rollback gives what was foretold.
        _ = try here.json("classify", "--model", "1")
        let flip = try here.json("model", "rollback", "--dry-run")
        #expect(flip["pointerFlip"] == .bool(true))
        #expect(flip["unread"]?.int == 0)
        #expect(flip["estimate"] == JSON.null)
        let done = try here.json("model", "rollback", "--reason", "as rehearsed")
        #expect(done["npsBefore"] == flip["total"]?["now"]?["nps"])
        #expect(done["npsAfter"] == flip["total"]?["after"]?["nps"])
        #expect(done["model"]?.int == 1)
        try here.verify()
    }

    @Test("by segment, the change is that of the comparison of both models")
    func segments() throws {
        let here = try prepared(isRead: true)
        let dry = try here.json(
            "model", "rollback", "--dry-run", "--by", "region,plan", "--basis", "inferred")
        let compared = try here.json(
            "compare", "--models", "2,1", "--by", "region,plan", "--basis", "inferred")
        var expected = compared["rows"]?.items ?? []
        let total = expected.popLast()
        let found = dry["rows"]?.items ?? []
        #expect(found.count == expected.count)
        for key in ["change", "low", "high", "p"] {
            let name = key == "change" ? "difference" : key
            #expect(dry["total"]?[key] == total?[name])
            #expect(
                Set(found.map { $0[key]?.number }) == Set(expected.map { $0[name]?.number }),
                "\(key)")
        }
        #expect(dry["total"]?["flipped"] == total?["flips"]?["flipped"])
        let adjusted = Set(found.map { $0["adjustedP"]?.number })
        #expect(adjusted == Set(expected.map { $0["adjustedP"]?.number }))

        let table = try here.run("model", "rollback", "--dry-run")
        #expect(table.output.hasPrefix("Dry run: nothing was written\n"))
        #expect(table.output.contains("A pointer flip"))
        for line in table.lines { #expect(Columns.count(line[...]) <= 80, "\(line)") }
        let csv = try here.run("model", "rollback", "--dry-run", "--format", "csv", "--by", "plan")
        let rows = csv.output.split(whereSeparator: \.isNewline)
        #expect(rows.first?.hasPrefix("grouped,plan,responsesNow,npsNow,") == true)
        #expect(rows.last?.hasPrefix(",,") == true)
    }

    @Test("without the master key it tells all but how long reading takes")
    func withoutKey() throws {
        let here = try prepared()
        try FileManager.default.moveItem(
            atPath: here.path + "/ledger.key", toPath: here.path + "/away")
        let dry = try here.json("model", "rollback", "--dry-run", "--by", "region")
        #expect(dry["unread"]?.int ?? 0 > 50)
        #expect(dry["estimate"] == JSON.null)
        let table = try here.run("model", "rollback", "--dry-run")
        #expect(table.status == 0)
        #expect(table.output.contains("cannot be measured"))
    }

    @Test("what would be refused is refused, and what is wrong is said")
    func refused() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 120, seed: 33)
        #expect(try here.run("model", "rollback", "--dry-run").status == 1)
        #expect(try here.run("model", "rollback", "--dry-run", "--to", "9").status == 66)
        #expect(try here.run("model", "rollback", "--dry-run", "--to", "1").status == 1)
        for wrong in [["--by", "region"], ["--reason", "x", "--basis", "stated"]] {
            let outcome = try here.run(["model", "rollback"] + wrong)
            #expect(outcome.status == 64, "\(outcome)")
            #expect(outcome.errors.contains("--dry-run"))
        }
        let read = try prepared(isRead: true)
        let unknown = try read.run("model", "rollback", "--dry-run", "--by", "colour")
        #expect(unknown.status == 66)
        #expect(unknown.errors.contains("region"))
        let digest = try read.json("model", "show", "1")["digest"]?.text ?? ""
        try read.write("ledger/models/\(digest)/artefact.npsmodel", "changed")
        #expect(try read.run("model", "rollback", "--dry-run").status == 65)
    }
}
