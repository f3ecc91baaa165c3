import Foundation
import Testing

/// E-mail addresses where the log keeps them for ever.
@Suite("Addresses in clear", .serialized)
struct AddressTests {
    private static let addresses = ["ann@shop.example", "bob.b@mail.example.org", "c%40d.example"]

    private func ledger() throws -> Workspace {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        let rows = Self.addresses.enumerated().map { index, address in
            "\(address),9,write to \(address),who \(index),\(address),<\(address)>,s,\(address)\n"
        }
        try here.write(
            "a.csv",
            "mail,score,text,region,seller,way,form,person\n" + rows.joined()
                + "plain-id,8,fine,@handle,a@b,x at y.org,s,p\n")
        return here
    }

    private static let map = [
        "--map", "response_id=mail", "--map", "score=score", "--map", "text=text", "--map",
        "segment.region=region", "--map", "segment.sold=seller", "--map", "channel=way", "--map",
        "survey_id=form", "--map", "respondent_id=person", "--at", "2025-05-01",
    ]

    private func checkNone(_ outcome: Tool.Outcome) {
        for address in Self.addresses {
            #expect(!outcome.errors.contains(address), "\(outcome)")
            #expect(!outcome.output.contains(address), "\(outcome)")
        }
    }

    @Test("an import tells how many are in which column, and never which")
    func columns() throws {
        let here = try ledger()
        for (extra, says) in [(["--dry-run"], "would be recorded"), ([], "are recorded")] {
            let outcome = try here.run(
                ["import", "a.csv", "--source", "s"] + Self.map + extra)
            #expect(outcome.status == 0, "\(outcome)")
            // Whatever breaks the lines.
            let words = outcome.errors.split { $0.isWhitespace }.joined(separator: " ")
            #expect(words.contains(says), "\(outcome)")
            #expect(words.contains("3 in “mail”, 3 in “seller”, 3 in “way”."), "\(outcome)")
            for quiet in ["“text”", "“person”", "“region”", "“form”"] {
                #expect(!words.contains(quiet), "\(outcome)")
            }
            checkNone(outcome)
        }
        let json = try here.run(
            ["import", "a.csv", "--source", "s2", "--format", "json"] + Self.map)
        #expect(try json.json()["recorded"]?.int == 4)
        checkNone(json)
    }

    @Test("where nobody is named nothing is said")
    func none() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 100, seed: 5)
        let outcome = try here.run(["import", "answers.csv"] + Workspace.mapping)
        #expect(outcome.status == 0)
        #expect(!outcome.errors.contains("address"), "\(outcome)")
    }

    @Test("an actor and a source that are addresses are told of, once")
    func actor() throws {
        let here = try ledger()
        let address = Self.addresses[0]
        func edit(_ from: Int) -> [String] {
            ["thresholds", "edit", "--passive-from", "\(from)", "--reason", "x"]
        }
        for outcome in [
            try here.run(edit(6) + ["--actor", address]),
            try here.run(edit(5), environment: ["NPSLEDGER_ACTOR": address]),
        ] {
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.errors.ranges(of: "the actor is an e-mail address").count == 1)
            checkNone(outcome)
        }
        #expect(try here.run(edit(4)).errors.contains("actor") == false)
        let source = try here.run(["import", "a.csv", "--source", address] + Self.map)
        #expect(source.errors.contains("--source holds an e-mail address"), "\(source)")
        checkNone(source)
    }
}
