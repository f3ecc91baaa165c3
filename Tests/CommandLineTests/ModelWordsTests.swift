import Foundation
import Testing

/// What the commands of models say where something is amiss.
@Suite("Words about models")
struct ModelWordsTests {
    @Test(
        "a damaged artefact is named with what mends it, and the card is from events all the same")
    func damaged() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 700, seed: 21)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let trained = try here.json("model", "train", "--seed", "7")
        #expect(trained["version"]?.int == 2)
        let account = try here.json("model", "show", "2")
        let asOf = try #require(account["training"]?["asOf"]?.int)
        let whole = try here.run("model", "card", "2").output
        let path =
            here.path + "/ledger/models/\(account["digest"]?.text ?? "")/artefact.npsmodel"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))

        let mended =
            "put it back from a backup, or train it again with the same command and --as-of \(asOf)"
        let shadow = try here.run("model", "shadow", "2")
        #expect(shadow.status == 65 && shadow.errors.onOneLine.contains(mended), "\(shadow)")
        #expect(try here.run("model", "show", "2").status == 65)
        let card = try here.run("model", "card", "2")
        #expect(card.status == 0 && card.output == whole, "\(card)")
        #expect(
            card.errors.onOneLine.contains("model 2 cannot read, and this is what the log says"))
        #expect(card.errors.onOneLine.contains(mended), "\(card)")
        // It does what it says.
        let again = try here.json("model", "train", "--seed", "7", "--as-of", "\(asOf)")
        #expect(again["version"]?.int == 2)
        #expect(try here.run("model", "show", "2").status == 0)
    }

    @Test("what is wrong with a blank reason, a gate with a trailing comma and --version is said")
    func wrong() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        for reason in ["  ", "\n"] {
            let blank = try here.run("model", "retrain", "--reason", reason)
            #expect(blank.status == 64 && blank.errors.contains("--reason is blank"), "\(blank)")
        }
        let long = try here.run("model", "retrain", "--reason", String(repeating: "x", count: 4097))
        #expect(long.status == 64 && long.errors.contains("at most 4096 bytes"), "\(long)")

        try here.write(
            "gate.json", "{\n\"conditions\": [{\"metric\": \"unread\", \"atMost\": 0},]\n}\n")
        let gate = try here.run("model", "activate", "1", "--gate", "gate.json", "--dry-run")
        #expect(gate.status == 65 && gate.errors.onOneLine.contains("trailing commas"), "\(gate)")

        for command in [
            ["model", "retrain", "--reason", "y", "--version", "2"],
            ["model", "card", "2", "--version"], ["model", "--version", "2"],
        ] {
            let outcome = try here.run(command)
            #expect(outcome.status == 64, "\(outcome)")
            #expect(outcome.output.isEmpty && outcome.errors.contains("stands alone"), "\(outcome)")
        }
        for command in [["--version"], ["model", "retrain", "--version"]] {
            let outcome = try here.run(command)
            #expect(outcome.status == 0 && outcome.output.hasPrefix("0."), "\(outcome)")
        }
    }
}
