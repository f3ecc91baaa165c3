import Foundation
import Testing

@Suite("Texts that a program leaves", .serialized, .enabled(if: Workspace.python != nil))
struct LeftTextCommandTests {
    private let map = [
        "--source", "s", "--map", "response_id=id", "--map", "text=comment", "--at", "2026-01-02",
    ]

    /// A ledger with one text a word, and a judge that it is allowed to ask as model 2.
    private func prepared(
        _ texts: [String], each: String = "answer(id, text)", description: String = ""
    ) throws -> Workspace {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        try file(texts, in: here)
        _ = try here.json(["import", "rows.csv", "--no-classify"] + map)
        try here.writeJudge(each: each, description: description)
        _ = try here.json("model", "register", "--external", "judge.json")
        _ = try here.json("policy", "set", "externalModels=redacted", "--reason", "a test")
        return here
    }

    private func file(_ texts: [String], in here: Workspace) throws {
        let rows = texts.enumerated().map { "\($1.prefix(1))\($0),\($1)\n" }.joined()
        try here.write("rows.csv", "id,comment\n" + rows)
    }

    private static let fine = (1...8).map { "comment number \($0)" }
    private static let crash = "if text.startswith('crash'): os._exit(3)\nanswer(id, text)"
    private static let refuse = """
        if text.startswith('bad'): print(json.dumps({"id": id, "error": "no"}), flush=True)
        else: answer(id, text)
        """

    private func count(_ part: String, in text: String) -> Int {
        text.onOneLine.components(separatedBy: part).count - 1
    }

    @Test("one at which it fails alone keeps no version from counting, nor from reading on")
    func crashing() throws {
        var texts = Self.fine
        texts.insert("crash here", at: 4)
        let here = try prepared(texts, each: Self.crash)
        let outcome = try here.run("model", "activate", "2", "--reason", "y")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(
            count("could not classify 1 text, which stays unread (response ", in: outcome.errors)
                == 1)
        #expect(!outcome.errors.contains("refused"), "\(outcome)")
        #expect(try here.json("nps", "--basis", "inferred")["total"]?["responses"]?.int == 8)
        // What is left is all there is to ask about.
        for command in [["classify"], ["classify", "--model", "2"], ["model", "shadow", "1"]] {
            #expect(try here.run(command).status == 0, "\(command)")
        }
        // A new text is read although those that are left come before it.
        try file(["new and fine"], in: here)
        _ = try here.json(["import", "rows.csv"] + map)
        #expect(try here.json("nps", "--basis", "inferred")["total"]?["responses"]?.int == 9)
        try here.verify()
    }

    @Test("three of them, read past by a shadow, keep the version from nothing later")
    func several() throws {
        let here = try prepared(
            Self.fine + ["crash a", "crash b", "crash c", "crash d"], each: Self.crash,
            description: ", \"retries\": 0")
        let shadowed = try here.run("model", "shadow", "2", "--format", "json")
        #expect(shadowed.status == 0, "\(shadowed)")
        #expect(try shadowed.json()["classified"]?.int == 8)
        #expect(try shadowed.json()["refused"]?.items.count == 4)
        let again = try here.json("classify", "--model", "2")
        #expect(again["classified"]?.int == 0 && again["refused"]?.items.count == 4)
        let activated = try here.run("model", "activate", "2", "--reason", "y")
        #expect(activated.status == 0, "\(activated)")
        // A program that is gone is still told from texts that it cannot read.
        try here.writeJudge(each: "os._exit(3)", description: ", \"retries\": 0")
        try here.succeed("model", "approve", "2")
        #expect(try here.run("classify").status == 74)
    }

    @Test("within one act each is asked about once, and named once")
    func once() throws {
        let name = "could not classify 1 text, which stays unread (response "
        for command in [
            ["model", "activate", "2", "--reason", "y"], ["model", "shadow", "2"],
            ["classify", "--model", "2"],
        ] {
            let here = try prepared(
                Self.fine + ["bad one"], each: Self.refuse, description: ", \"retries\": 1")
            let outcome = try here.run(command)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(try here.sentTexts().count { $0 == "bad one" } == 2, "\(command)")
            #expect(count(name, in: outcome.errors) == 1, "\(outcome)")
        }
        let here = try prepared(
            Self.fine, each: Self.refuse, description: ", \"retries\": 1")
        try here.succeed("model", "activate", "2", "--reason", "y")
        try file(["new", "bad two"], in: here)
        let imported = try here.run(["import", "rows.csv"] + map)
        #expect(imported.status == 0, "\(imported)")
        #expect(try here.sentTexts().count { $0 == "bad two" } == 2)
        #expect(count(name, in: imported.errors) == 1, "\(imported)")
    }

    @Test("of many, ten are named")
    func many() throws {
        let here = try prepared(
            Self.fine + (1...12).map { "bad \($0)" }, each: Self.refuse,
            description: ", \"retries\": 0")
        let outcome = try here.run("classify", "--model", "2")
        for text in [outcome.output, outcome.errors] {
            #expect(count("could not classify 12 texts", in: text) == 1, "\(text)")
            #expect(text.onOneLine.contains(" and 2 more)"), "\(text)")
        }
    }

    @Test("where the budget is too small, the way to read in parts is named, and it works")
    func budget() throws {
        let here = try prepared(
            Self.fine + ["one more"], description: ", \"budgetTexts\": 5")
        let part = "`npsledger classify --model 2 --limit 5` reads a part"
        for command in [["model", "shadow", "2"], ["model", "activate", "2", "--reason", "y"]] {
            let outcome = try here.run(command)
            #expect(outcome.status == 1, "\(outcome)")
            #expect(outcome.errors.onOneLine.contains(part), "\(outcome)")
            #expect(
                !outcome.errors.onOneLine.contains("`npsledger model shadow 2` reads"), "\(outcome)"
            )
        }
        #expect(try here.json("classify", "--model", "2", "--limit", "5")["classified"]?.int == 5)
        #expect(try here.json("model", "shadow", "2")["classified"]?.int == 4)
    }

    @Test("who has to approve a program is told the commands with its number")
    func approval() throws {
        let here = try prepared(Self.fine)
        try here.succeed("model", "approve", "2", "--withdraw")
        let refused = try here.run("classify", "--model", "2")
        #expect(refused.status == 77)
        for command in ["model card 2", "model approve 2"] {
            #expect(refused.errors.onOneLine.contains("`npsledger \(command)`"), "\(refused)")
            #expect(try here.run(command.split(separator: " ").map(String.init)).status == 0)
        }
    }

    @Test("the foot of a comparison has the confidence that thresholds ask for, to the last digit")
    func confidence() throws {
        let here = try prepared(Self.fine)
        _ = try here.json("classify", "--model", "1")
        _ = try here.json("classify", "--model", "2")
        for share in ["0.5", "33.33"] {
            _ = try here.json("thresholds", "edit", "--min-confidence", share, "--reason", "y")
            let compared = try here.run("model", "compare", "1", "2")
            #expect(compared.output.onOneLine.contains("confidence from \(share) %"), "\(compared)")
            #expect(try here.run("thresholds").output.contains("\(share) %"))
        }
    }
}
