import Foundation
import Testing

/// What `verify` says it did, and did not.
@Suite("What verify says")
struct VerifyWordsTests {
    private func ledger() throws -> Workspace {
        let here = try Workspace()
        _ = try here.prepare(responses: 300, seed: 6)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        return here
    }

    @Test("of a log that cannot be read nothing is said to have been counted")
    func unreadLog() throws {
        let here = try ledger()
        let root = try #require(try here.json("verify", "--log-only")["root"]?.text)
        let file = here.path + "/ledger/log/data.mdb"
        let sound = try Data(contentsOf: URL(fileURLWithPath: file))
        var checks: Set<String> = []
        // Some damage is found on opening, and some only by the check of all pages.
        for page in 0..<20 where checks.count < 2 {
            var damaged = sound
            for index in 0..<64 { damaged[page * 4096 + index] = 0xEE }
            try damaged.write(to: URL(fileURLWithPath: file))
            let noted = ["--log-only", "--continues", "40:\(root)"]
            let json = try here.run(["verify", "--format", "json"] + noted)
            guard let answer = try? json.json(),
                let check = answer["findings"]?.items.first?["check"]?.text,
                ["opening", "pages"].contains(check), checks.insert(check).inserted
            else { continue }
            #expect(json.status == 1, "\(json)")
            for key in ["size", "root", "keys", "sealedParts", "continues"] {
                #expect(answer[key] == .null, "\(key) of \(answer)")
            }
            #expect(answer["sound"] == .bool(false))
            let table = try here.run(["verify"] + noted)
            let said = table.words
            #expect(table.status == 1 && said.contains("log damaged not read"), "\(table)")
            #expect(said.contains("root not read") && !said.contains("e3b0c442"), "\(table)")
            #expect(said.contains("continues 40:\(root.prefix(16))…: not checked"), "\(table)")
            #expect(!said.contains("affects"), "\(table)")
        }
        #expect(checks == ["opening", "pages"])
    }

    @Test("a root that is continued leaves a trace, and so does one that is not")
    func continuity() throws {
        let here = try ledger()
        let verified = try here.json("verify", "--log-only")
        let (size, root) = (
            try #require(verified["size"]?.int), try #require(verified["root"]?.text)
        )
        #expect(verified["continues"] == .null)
        try here.succeed("thresholds", "edit", "--passive-from", "6", "--reason", "x")
        for (noted, holds) in [(root, true), (String(repeating: "0", count: 64), false)] {
            let question = ["verify", "--log-only", "--continues", "\(size):\(noted)"]
            let json = try here.run(question + ["--format", "json"]).json()
            #expect(json["continues"] == .bool(holds))
            let line = "continues \(size):\(noted.prefix(16))…: " + (holds ? "yes" : "no")
            #expect(try here.run(question).words.contains(line))
        }
    }

    @Test("a vault that was not opened is said not to be checked, and the key is named")
    func keys() throws {
        let here = try ledger()
        for (key, status) in [("./typo.key", Int32(0)), ("./wrong.key", 1), ("./odd.key", 1)] {
            try here.write("wrong.key", String(repeating: "0a", count: 32) + "\n")
            try here.write("odd.key", "no key\n")
            let place = ["NPSLEDGER_KEY_FILE": key]
            let outcome = try here.run(["verify", "--log-only"], environment: place)
            #expect(outcome.status == status, "\(outcome)")
            #expect(outcome.words.contains("not checked: the vault was not opened"), "\(outcome)")
            #expect(outcome.words.contains(String(key.dropFirst(2))), "\(outcome)")
            let json = try here.run(
                ["verify", "--log-only", "--format", "json"], environment: place
            ).json()
            let unchecked = json["unchecked"]?.items.compactMap(\.text) ?? []
            #expect(
                unchecked.contains { $0.contains(key.dropFirst(2)) && $0.contains("sealed texts") },
                "\(unchecked)")
        }
    }

    @Test(
        "what is wrong with a projection names what it does to answers, and the command that helps")
    func projections() throws {
        let here = try ledger()
        _ = try here.json("audit")
        try here.tamper("lineage") { pairs in
            pairs.last { $0.value == [3] }.map { ($0.key, [1]) }
        }
        let outcome = try here.run("verify")
        let said = outcome.words
        #expect(outcome.status == 1 && said.contains("npsledger projection rebuild lineage"))
        #expect(said.contains("which events concern a response"), "\(outcome)")
        #expect(!said.contains("affects"), "\(outcome)")
    }
}
