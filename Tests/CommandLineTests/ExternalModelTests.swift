import Foundation
import Testing

@Suite("Models outside the process, by command", .serialized, .enabled(if: Workspace.python != nil))
struct ExternalModelTests {
    /// A ledger with an import, and another file to come.
    private func prepared(seed: UInt64) throws -> Workspace {
        let here = try Workspace()
        _ = try here.prepare(responses: 300, seed: seed)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        _ = try here.simulate(responses: 120, seed: seed + 1)
        return here
    }

    private let second = ["import", "answers.csv", "--source", "app"] + Workspace.mapping.suffix(2)

    private func allow(_ here: Workspace, _ value: String = "redacted") throws {
        _ = try here.json(
            "policy", "set", "externalModels=\(value)", "--reason", "contract of 3 March")
    }

    @Test(
        "an address that holds a key is not recorded",
        arguments: [
            "https://llm.example/v1?api-key=s3cret",
            "--url=https://llm.example/v1?access_token=s3cret",
            "https://me:s3cret@llm.example/v1",
        ])
    func credentials(word: String) throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        try here.writeJudge()
        let description = try String(contentsOfFile: here.path + "/judge.json", encoding: .utf8)
            .replacingOccurrences(of: "\"./judge\"", with: "\"./judge\", \"\(word)\"")
        try here.write("judge.json", description)
        let outcome = try here.run("model", "register", "--external", "judge.json")
        #expect(outcome.status == 65, "\(outcome)")
        #expect(!outcome.description.contains("s3cret"), "\(outcome)")
        #expect(try !here.run("tail", "--from", "0").output.contains("s3cret"))
        // A version of an interface is no key.
        try here.write(
            "judge.json", description.replacingOccurrences(of: word, with: "https://a.example/?v=2")
        )
        #expect(try here.run("model", "register", "--external", "judge.json").status == 0)
    }

    @Test("a text in a language that the description does not name is not sent")
    func languages() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        let (english, danish) = (
            "The delivery was quick and the staff were friendly",
            "Rigtig god service, men leveringen tog alt for lang tid"
        )
        try here.write("rows.csv", "id,comment\n1,\(english)\n2,\"\(danish)\"\n")
        _ = try here.json(
            "import", "rows.csv", "--source", "s", "--map", "response_id=id", "--map",
            "text=comment", "--no-classify")
        try here.writeJudge("strange", description: #", "languages": ["en", "xx"]"#)
        let refused = try here.run("model", "register", "--external", "strange.json")
        #expect(
            refused.status == 65 && refused.errors.onOneLine.contains("ISO 639-1"), "\(refused)")
        try here.writeJudge(description: #", "languages": ["en"]"#)
        _ = try here.json("model", "register", "--external", "judge.json")
        try allow(here)
        let card = try here.run("model", "show", "2").output
        #expect(card.contains("English; texts in others are not sent"), "\(card)")
        _ = try here.json("model", "activate", "2", "--reason", "a test")
        #expect(try here.sentTexts() == [english])
        let answer = try here.json("nps", "--basis", "inferred")
        #expect(answer["total"]?["responses"]?.int == 1)
        #expect(try here.run("nps").output.contains("Danish 1"), "\(answer)")
        // What was told unread is not asked about again.
        _ = try here.run("classify")
        #expect(try here.sentTexts() == [english])
    }

    /// Whoever starts a program may have left the end of children ignored; it is inherited.
    @Test("a parent that ignores the end of children changes nothing")
    func childrenIgnored() throws {
        let here = try prepared(seed: 71)
        try here.writeJudge()
        _ = try here.json("model", "register", "--external", "judge.json")
        try allow(here)
        let outcome = try Tool.run(
            ["-c", "trap '' CHLD; exec \"$0\" model activate 2 --reason x", Tool.path],
            program: "/bin/sh", in: here.path)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(!outcome.errors.contains("did not end"), "\(outcome)")
        #expect(try !here.sentTexts().isEmpty)
    }

    /// A ledger names a program, and carries the consent to send it texts: whoever receives both has
    /// not yet said that it may be run.
    @Test("a received ledger's program is not run before it is approved on this machine")
    func received() throws {
        let here = try prepared(seed: 67)
        try here.writeJudge()
        _ = try here.json("model", "register", "--external", "judge.json")
        try allow(here)
        _ = try here.json("model", "activate", "2", "--reason", "a trap")
        let sent = try here.sentTexts().count
        let before = try here.json("nps")["total"]?["responses"]?.int ?? 0

        // Somebody else's machine, in all that counts: another home.
        let home = ["HOME": here.path + "/elsewhere"]
        mkdir(here.path + "/elsewhere", 0o700)
        let outcome = try here.run(second, environment: home)
        #expect(outcome.status == 77, "\(outcome)")
        #expect(outcome.errors.onOneLine.contains("nobody has approved on this machine"))
        #expect(outcome.errors.onOneLine.contains("npsledger model approve"))
        #expect(try here.sentTexts().count == sent)
        // The rows are there; their texts are not read.
        #expect(try here.json("nps")["total"]?["responses"]?.int ?? 0 > before)
        for command in [["classify"], ["model", "shadow", "2"]] {
            #expect(try here.run(command, environment: home).status != 0, "\(command)")
        }
        #expect(try here.sentTexts().count == sent)

        let approved = try here.run(["model", "approve", "2"], environment: home)
        #expect(approved.status == 0 && approved.output.contains("/judge"), "\(approved)")
        #expect(try here.run(["classify"], environment: home).status == 0)
        #expect(try here.sentTexts().count > sent)
        // Another program under the same name is not the one that was approved.
        let read = try here.sentTexts().count
        let path = here.path + "/judge"
        try (String(contentsOfFile: path, encoding: .utf8) + "# changed\n")
            .write(toFile: path, atomically: false, encoding: .utf8)
        _ = try here.simulate(responses: 50, seed: 69)
        let changed = try here.run(
            ["import", "answers.csv", "--source", "third"] + Workspace.mapping.suffix(2),
            environment: home)
        #expect(changed.status == 77, "\(changed)")
        #expect(try here.sentTexts().count == read)
        // An approval that others could have written is none.
        _ = try here.run(["model", "approve", "2"], environment: home)
        chmod(here.path + "/elsewhere/.config/npsledger/programs", 0o777)
        #expect(try here.run(["classify"], environment: home).status == 77)
        chmod(here.path + "/elsewhere/.config/npsledger/programs", 0o700)
        let withdrawn = try here.run(["model", "approve", "2", "--withdraw"], environment: home)
        #expect(withdrawn.status == 0, "\(withdrawn)")
        #expect(try here.run(["classify"], environment: home).status == 77)
        #expect(try here.sentTexts().count == read)
    }

    @Test(
        "registered, refused, allowed, shadowing, compared, activated, imported with, rolled back")
    func story() throws {
        let here = try prepared(seed: 61)
        try here.writeJudge()
        let model = try here.json("model", "register", "--external", "judge.json")
        #expect(model["kind"]?.text == "external-1")
        // The same description is the same version.
        let again = try here.json("model", "register", "--external", "judge.json")
        #expect(again["version"]?.int == 2)
        for command in [
            ["classify", "--model", "2"], ["model", "shadow", "2"],
            ["model", "activate", "2", "--reason", "no"],
        ] {
            let refused = try here.run(command)
            #expect(refused.status == 77, "\(refused)")
            #expect(refused.errors.contains("npsledger policy set externalModels=redacted"))
        }
        #expect(try here.sentTexts().isEmpty)

        try allow(here)
        let begun = try here.run("model", "shadow", "2", "--format", "json")
        #expect(begun.status == 0, "\(begun)")
        let texts = try #require(try begun.json()["classified"]?.int)
        #expect(texts > 50)
        #expect(begun.errors.contains("\(texts) texts"))
        #expect(begun.errors.onOneLine.contains("redacted) went to judge, \(here.path)/judge"))
        #expect(try here.sentTexts().count == texts)
        let compared = try here.json("model", "compare", "1", "2")
        #expect(compared["total"]?["responses"]?.int == texts || texts > 0)

        let shadowed = try here.json(second)
        let came = try #require(shadowed["classified"]?.int)
        #expect(shadowed["shadowClassified"]?.int == came)
        _ = try here.json("model", "activate", "2", "--reason", "try it")
        _ = try here.simulate(responses: 60, seed: 70)
        let active = try here.run(
            ["import", "answers.csv", "--source", "third"] + Workspace.mapping.suffix(2)
                + ["--format", "json"])
        #expect(active.status == 0, "\(active)")
        #expect(try active.json()["classified"]?.int ?? 0 > 10)
        #expect(active.errors.onOneLine.contains("went to judge"))
        let sent = try here.sentTexts().count

        // What it answered is a fact: nothing of this asks it again.
        _ = try here.json("nps", "--basis", "inferred", "--model", "2")
        _ = try here.json("model", "evaluate", "2")
        _ = try here.json("model", "rollback", "--reason", "too dear")
        try here.succeed("projection", "rebuild")
        try here.verify()
        #expect(try here.sentTexts().count == sent)
        let shown = try here.run("model", "show", "2").output
        #expect(shown.contains("texts without addresses and long numbers, at most 10,000 in a run"))
        #expect(shown.contains("repeatable  no"))
        let acts = try here.json("audit")["acts"]?.items ?? []
        let policy = acts.first { $0["event"]?.text == "policy.edited" }
        #expect(policy?["after"]?["text"]?.text == "policy externalModels=redacted")
        #expect(policy?["reason"]?.text == "contract of 3 March")
    }

    @Test("redacted and full send what they say, and full is not allowed by redacted")
    func sending() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        let comment = "mail jane@example.com or +44 1632 960961"
        try here.write("one.csv", "id,words\nr1,\(comment)\n")
        let one = [
            "import", "one.csv", "--source", "s", "--map", "response_id=id", "--map",
            "text=words", "--at", "2026-01-02",
        ]
        _ = try here.json(one)
        try here.writeJudge()
        try here.writeJudge("whole", description: ", \"send\": \"full\"")
        _ = try here.json("model", "register", "--external", "judge.json")
        _ = try here.json("model", "register", "--external", "whole.json")
        try allow(here)
        _ = try here.json("classify", "--model", "2")
        #expect(try here.sentTexts() == ["mail [email] or [phone]"])
        let refused = try here.run("classify", "--model", "3")
        #expect(refused.status == 77)
        #expect(refused.errors.contains("externalModels=full"))
        try allow(here, "full")
        _ = try here.json("classify", "--model", "3")
        #expect(try here.sentTexts() == ["mail [email] or [phone]", comment])
        // Withdrawn, nothing leaves any more, and an import with such a model is refused at once.
        _ = try here.json("model", "activate", "2", "--reason", "why not")
        try allow(here, "none")
        try here.write("two.csv", "id,words\nr2,fine\n")
        let two = one.map { $0 == "one.csv" ? "two.csv" : $0 }
        let stopped = try here.run(two)
        #expect(stopped.status == 77, "\(stopped)")
        #expect(try here.json("nps")["total"]?["responses"]?.int ?? 0 <= 1)
        #expect(try here.run(two + ["--no-classify"]).status == 0)
        #expect(try here.sentTexts().count == 2)
    }

    @Test("more than the budget is refused with its number, and a limit keeps to it")
    func budget() throws {
        let here = try prepared(seed: 63)
        try here.writeJudge(description: ", \"budgetTexts\": 40, \"batchTexts\": 8")
        _ = try here.json("model", "register", "--external", "judge.json")
        try allow(here)
        let refused = try here.run("classify", "--model", "2")
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("the budget of a run is 40"))
        #expect(try here.sentTexts().isEmpty)
        #expect(try here.run("classify", "--limit", "40").status == 64)
        // A file that it may not read to its end is not begun.
        let file = try here.run(
            ["model", "evaluate", "2", "--on", "answers.csv", "--mapping"]
                + ["answers.csv.mapping.json"])
        #expect(file.status == 1 && file.errors.contains("the budget of a run is 40"), "\(file)")
        #expect(try here.sentTexts().isEmpty)
        let first = try here.json("classify", "--model", "2", "--limit", "40")
        #expect(first["classified"]?.int == 40)
        // The next run has a budget of its own, and goes on with others.
        let next = try here.json("classify", "--model", "2", "--limit", "40")
        #expect(next["classified"]?.int == 40)
        #expect(Set(try here.sentTexts()).count > 40)
    }

    @Test("what was answered before a failure stays, and is not asked again")
    func failure() throws {
        let here = try prepared(seed: 64)
        try here.writeJudge(
            each: """
                if os.path.exists("broken") and len(open("seen").readlines()) > 20: os._exit(5)
                answer(id, text)
                """, description: ", \"batchTexts\": 8, \"retries\": 1")
        try here.write("broken", "")
        _ = try here.json("model", "register", "--external", "judge.json")
        try allow(here)
        let failed = try here.run("classify", "--model", "2")
        #expect(failed.status == 74, "\(failed)")
        #expect(failed.errors.contains("ended with status 5"))
        #expect(failed.errors.contains("the last of 2 attempts"))
        #expect(try here.eventCounts()["classification.recorded"] ?? 0 >= 16)
        let kept = Set(try here.sentTexts().prefix(16))
        try FileManager.default.removeItem(atPath: here.path + "/broken")
        try FileManager.default.removeItem(atPath: here.path + "/seen")
        _ = try here.json("classify", "--model", "2")
        #expect(kept.isDisjoint(with: Set(try here.sentTexts())) || kept.count < 16)
        try here.verify()
    }

    @Test("a text that the program refuses stays unread, and keeps no version from counting")
    func refused() throws {
        let here = try prepared(seed: 66)
        try here.writeJudge(
            each: """
                if os.path.exists("broken") and not os.path.exists("chosen"):
                    open("chosen", "w").write(text)
                if os.path.exists("broken") and open("chosen").read() == text:
                    print(json.dumps({"id": id, "error": "secret words"}), flush=True)
                else: answer(id, text)
                """, description: ", \"batchTexts\": 8, \"retries\": 1")
        try here.write("broken", "")
        _ = try here.json("model", "register", "--external", "judge.json")
        try allow(here)
        let first = try here.run("classify", "--model", "2", "--format", "json")
        let refused = try first.json()["refused"]?.items.compactMap(\.int) ?? []
        #expect(first.status == 0 && !refused.isEmpty, "\(first)")
        #expect(try first.json()["classified"]?.int ?? 0 > 20)
        #expect(
            first.errors.onOneLine.contains("stays unread")
                || first.errors.onOneLine.contains("stay unread"))
        #expect(!first.errors.contains("secret words") && !first.output.contains("secret"))
        let told = try here.run("classify", "--model", "2")
        #expect(told.output.contains("(response \(refused[0])"), "\(told)")
        try here.succeed("model", "activate", "2", "--reason", "it reads nearly all")
        let story = try here.json("trace", "\(refused[0])", "--basis", "inferred")
        #expect(story["counts"]?["class"] == .null)
        try FileManager.default.removeItem(atPath: here.path + "/broken")
        let again = try here.json("classify", "--model", "2")
        #expect(
            again["classified"]?.int == refused.count && again["refused"]?.items.isEmpty == true)
        try here.verify()
    }

    @Test("a shadow that fails stops no import, an active one is told after the rows are in")
    func imports() throws {
        let here = try prepared(seed: 65)
        try here.writeJudge(
            each: "if os.path.exists('broken'): sys.exit('no \\x1b]0;paper')\nanswer(id, text)",
            description: ", \"retries\": 0")
        _ = try here.json("model", "register", "--external", "judge.json")
        try allow(here)
        _ = try here.json("model", "shadow", "2")
        try here.write("broken", "")
        let outcome = try here.run(second + ["--format", "json"])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.onOneLine.contains("model 2 cannot shadow"))
        #expect(outcome.errors.onOneLine.contains("no \\x1b]0;paper"))
        #expect(!outcome.errors.contains("\u{1B}]0"))
        let recorded = try #require(try outcome.json()["recorded"]?.int)
        #expect(recorded == 120)
        #expect(try outcome.json()["classified"]?.int ?? 0 > 10)
        #expect(try outcome.json()["shadowClassified"]?.int == 0)
        try FileManager.default.removeItem(atPath: here.path + "/broken")
        _ = try here.json("model", "activate", "2", "--reason", "try")
        try here.write("broken", "")
        _ = try here.simulate(responses: 60, seed: 71)
        let failed = try here.run(
            ["import", "answers.csv", "--source", "third"] + Workspace.mapping.suffix(2)
                + ["--format", "json"])
        #expect(failed.status == 74, "\(failed)")
        #expect(try failed.json()["recorded"]?.int == 60)
        #expect(failed.errors.onOneLine.contains("npsledger classify"))
        try FileManager.default.removeItem(atPath: here.path + "/broken")
        #expect(try here.json("classify")["classified"]?.int ?? 0 > 10)
        try here.verify()
    }

    @Test("a shadow with a share is sent that share of what comes in, and nothing else")
    func share() throws {
        let here = try prepared(seed: 68)
        try here.writeJudge()
        _ = try here.json("model", "register", "--external", "judge.json")
        try allow(here)
        _ = try here.json("model", "shadow", "2", "--share", "40")
        #expect(try here.sentTexts().isEmpty)
        let report = try here.json(second)
        let texts = try #require(report["classified"]?.int)
        let read = try #require(report["shadowClassified"]?.int)
        #expect(read > texts / 10 && read < texts * 3 / 4, "\(read) of \(texts)")
        #expect(try here.sentTexts().count == read)
        // The same share of the same responses, however often they come.
        _ = try here.json(second)
        _ = try here.json("classify")
        #expect(try here.sentTexts().count == read)
        try here.verify()
    }

    @Test("a description that is wrong, gone or changed is named")
    func descriptions() throws {
        let here = try prepared(seed: 66)
        try here.writeJudge(description: ", \"batchText\": 3")
        let wrong = try here.run("model", "register", "--external", "judge.json")
        #expect(wrong.status == 65)
        #expect(wrong.errors.contains("batchText: not known"))
        try here.write(
            "gone.json",
            #"{"format": "npsledger-external/1", "name": "x", "command": ["./none"]}"#)
        let gone = try here.run("model", "register", "--external", "gone.json")
        #expect(gone.status == 66)
        #expect(gone.errors.contains(here.path + "/none"))
        let artefact = try here.run("model", "register", "gone.json")
        #expect(artefact.status == 65)
        #expect(artefact.errors.contains("--external"))
        #expect(try here.run("model", "register", "--external", "nothing.json").status == 66)

        try here.writeJudge()
        let digest = try Tool.run(
            ["judge"], program: "/usr/bin/sha256sum", in: here.path
        ).output.prefix(64)
        try here.writeJudge(description: ", \"sha256\": {\"judge\": \"\(digest)\"}")
        _ = try here.json("model", "register", "--external", "judge.json")
        try allow(here)
        _ = try here.json("classify", "--model", "2", "--limit", "3")
        try here.write("judge", try here.read("judge") + "\n")
        let changed = try here.run("classify", "--model", "2")
        #expect(changed.status == 65, "\(changed)")
        #expect(changed.errors.contains(digest))
        // A flipped byte of the description is refused as of any artefact.
        let registered = try here.json("model", "show", "2")["digest"]?.text ?? ""
        let path = "ledger/models/\(registered)/artefact.npsmodel"
        try here.write(path, try here.read(path).replacingOccurrences(of: "10000", with: "90000"))
        #expect(try here.run("model", "show", "2").status == 65)
    }

    @Test("nothing is asked for a rehearsal or a figure, and what was not read is named")
    func rehearsals() throws {
        let here = try prepared(seed: 67)
        try here.writeJudge()
        _ = try here.json("model", "register", "--external", "judge.json")
        try allow(here)
        let evaluated = try here.run("model", "evaluate", "2")
        #expect(evaluated.status == 1, "\(evaluated)")
        #expect(evaluated.errors.contains("npsledger classify --model 2"))
        #expect(try here.sentTexts().isEmpty)
        _ = try here.json("model", "activate", "2", "--reason", "try")
        _ = try here.json("model", "activate", "1", "--reason", "back")
        _ = try here.json(second)
        let sent = try here.sentTexts().count
        let rehearsed = try here.run("model", "rollback", "--to", "2", "--dry-run")
        #expect(rehearsed.status == 0, "\(rehearsed)")
        #expect(rehearsed.output.contains("only asking would tell"))
        #expect(try here.sentTexts().count == sent)
    }
}
