import Foundation
import Testing

/// States that are not what the log gives, by tampering, forgery and bad disks.
@Suite("Damaged projections by command")
struct ProjectionDamageTests {
    private func ledger(responses: Int = 300) throws -> Workspace {
        let here = try Workspace()
        _ = try here.prepare(responses: responses, seed: 6)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        return here
    }

    private func row(_ answer: JSON, _ id: String) -> JSON? {
        answer["projections"]?.items.first { $0["id"]?.text == id }
    }

    @Test("a state that is not what the log gives is found, with the event; a rebuild heals it")
    func tampering() throws {
        let here = try ledger()
        _ = try here.json("projection", "commit")
        let edit = try here.json(
            "thresholds", "edit", "--min-confidence", "50", "--reason", "x")["thresholds"]
        let at = try #require(edit?.items.first?["position"]?.int)
        _ = try here.json("audit")
        // A link says another kind; the act on thresholds names somebody else; a classification of the
        // past says something else.
        var link = 0
        try here.tamper("lineage") { pairs in
            guard let pair = pairs.last(where: { $0.value == [3] }) else { return nil }
            link = pair.key.suffix(8).reduce(0) { $0 << 8 | Int($1) }
            return (pair.key, [1])
        }
        try here.tamper("audit") { pairs in
            guard let pair = pairs.last(where: { $0.key.first == UInt8(ascii: "a") }),
                let name = pair.value.firstRange(of: Array("tester".utf8))
            else { return nil }
            var value = pair.value
            value[name.lowerBound] = UInt8(ascii: "j")
            return (pair.key, value)
        }
        let outcome = try here.run("projection", "verify", "--format", "json")
        #expect(outcome.status == 1, "\(outcome)")
        let answer = try outcome.json()
        #expect(row(answer, "nps-by-segment")?["result"]?.text == "equal")
        let lineage = try #require(row(answer, "lineage"))
        #expect(lineage["result"]?.text == "different" && lineage["partsAt"]?.int == link)
        #expect(
            lineage["findings"]?.items.first?["problem"]?.text?.contains(
                "they part at position \(link): classification.recorded") == true)
        #expect(lineage["digest"] != lineage["replayed"])
        #expect(row(answer, "audit")?["partsAt"]?.int == at)
        let table = try here.run("projection", "verify", "lineage")
        #expect(table.status == 1 && table.output.contains("different"), "\(table)")
        #expect(table.errors.contains("1 thing is wrong"))
        let whole = try here.run("verify")
        #expect(whole.status == 1 && whole.output.contains("not what the log gives"), "\(whole)")
        // It is not put on record as if it were right.
        try here.succeed("projection", "commit", "nps-by-segment")
        let rebuilt = try here.run("projection", "rebuild")
        #expect(rebuilt.status == 1, "\(rebuilt)")
        try here.verify()
    }

    @Test("rows of responses that were changed are found where the first of them stands")
    func tamperedRows() throws {
        let here = try ledger()
        _ = try here.json("nps")
        // An activation names another model: what every answer since then depends on.
        try here.tamper("nps-by-segment") { pairs in
            pairs.first { $0.key.first == 0x20 }.map { ($0.key, [9, 0, 0, 0]) }
        }
        let verified = try here.run("projection", "verify", "nps-by-segment", "--format", "csv")
        #expect(verified.status == 1 && verified.output.contains("they part at position 2: "))
        _ = try here.run("projection", "rebuild", "nps-by-segment")
        // A byte of a chunk, whatever it stands for: it may be damage, and is never a crash.
        for offset in stride(from: 0, to: 4_000, by: 397) {
            try here.tamper("nps-by-segment") { pairs in
                guard let pair = pairs.first(where: { $0.key.first == 0x10 }) else { return nil }
                var value = pair.value
                value[offset % value.count] ^= 0x81
                return (pair.key, value)
            }
            let outcome = try here.run("projection", "verify", "nps-by-segment")
            #expect(outcome.status == 1, "offset \(offset): \(outcome)")
            #expect(outcome.output.contains("nps-by-segment"), "offset \(offset): \(outcome)")
            let rebuilt = try here.run("projection", "rebuild", "nps-by-segment")
            #expect([0, 1].contains(rebuilt.status), "\(rebuilt)")
        }
        try here.verify()
    }

    @Test("a commitment that the log does not bear out is named with its range")
    func forgery() throws {
        let here = try ledger()
        let size = try #require(
            try here.json("projection", "commit")["projections"]?
                .items.first?["upTo"]?.int)
        let version = try #require(
            row(try here.json("projection", "list"), "lineage")?["version"]?.int)
        let forged = try here.forgeCommitment(
            "lineage", version: UInt32(version), upTo: UInt64(size + 2))
        _ = try here.forgeCommitment("lineage", version: 99, upTo: 5)
        let outcome = try here.run("projection", "verify", "--format", "json")
        #expect(outcome.status == 1, "\(outcome)")
        let lineage = try #require(row(try outcome.json(), "lineage"))
        #expect(lineage["result"]?.text == "equal")
        #expect(lineage["commitments"]?["matching"]?.int == 1)
        #expect(lineage["commitments"]?["different"]?.int == 1)
        #expect(lineage["commitments"]?["notComparable"]?.int == 1)
        let finding = try #require(lineage["findings"]?.items.first)
        #expect(finding["position"]?.int == forged)
        #expect(finding["problem"]?.text?.contains("they part at \(size)…\(size + 1)") == true)
        let csv = try here.run("projection", "verify", "lineage", "--format", "csv")
        #expect(
            csv.status == 1 && csv.output.split(whereSeparator: \.isNewline).count == 2, "\(csv)")
    }

    @Test("a damaged file is told by each that looks, and healed by a rebuild")
    func damagedPages() throws {
        let here = try ledger(responses: 600)
        let file = here.path + "/ledger/projections/lineage/data.mdb"
        let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        let digest = row(try here.json("projection", "list"), "lineage")?["digest"]
        var told = 0
        for page in (2..<(sound.count / 4096)).reversed() where told < 2 {
            var damaged = sound
            for index in 0..<64 { damaged[page * 4096 + index] = 0xEE }
            try Data(damaged).write(to: URL(fileURLWithPath: file))
            let list = try here.run("projection", "list", "--format", "json")
            #expect(list.status == 0, "\(list)")
            // What opening needs is thrown away at once; pages that are free matter to nobody.
            guard let found = row(try list.json(), "lineage"), found["needsRebuild"] == .bool(true),
                found["reason"]?.text?.contains("damaged") == true
            else { continue }
            told += 1
            #expect(found["position"] == .null && found["builds"]?.items == [])
            let table = try here.run("projection", "list")
            #expect(table.output.contains("lineage needs a rebuild: its file is damaged"))
            let verified = try here.run("projection", "verify", "--format", "json")
            #expect(verified.status == 1, "\(verified)")
            let result = try #require(row(try verified.json(), "lineage"))
            #expect(result["result"]?.text == "damaged" && result["digest"] == .null)
            #expect(row(try verified.json(), "audit")?["result"]?.text == "equal")
            #expect(try here.run("verify").status == 1)
            #expect(try here.run("projection", "swap", "lineage").status == 65)
            #expect(try here.run("projection", "commit", "lineage").status == 65)
            let rebuilt = try here.run("projection", "rebuild", "lineage", "--format", "json")
            #expect(rebuilt.status == 0, "\(rebuilt)")
            #expect(rebuilt.errors.contains("the file of lineage was damaged"))
            #expect(row(try rebuilt.json(), "lineage")?["digest"] == digest)
            try here.verify()
        }
        #expect(told == 2)
    }
}
