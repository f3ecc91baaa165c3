import Foundation
import Testing

@Suite("Training again by command", .serialized)
struct RetrainTests {
    private func halves(_ here: Workspace) throws -> (first: String, second: String) {
        _ = try here.prepare(responses: 900, seed: 42)
        let lines = try here.read("answers.csv").split(separator: "\n")
        try here.write("first.csv", lines[...600].joined(separator: "\n") + "\n")
        try here.write("second.csv", ([lines[0]] + lines[601...]).joined(separator: "\n") + "\n")
        return ("first.csv", "second.csv")
    }

    private let mapping = ["--source", "web", "--mapping", "answers.csv.mapping.json"]

    @Test("what is new is counted, request and outcome are events, the same events the same model")
    func story() throws {
        let here = try Workspace()
        let (first, second) = try halves(here)
        _ = try here.json(["import", first] + mapping)
        let none = try here.run("model", "retrain", "--reason", "why not")
        #expect(none.status == 1 && none.errors.contains("npsledger model train"), "\(none)")
        let trained = try here.json("model", "train", "--seed", "7")
        let learnt = try #require(trained["metrics"]?["examples"]?.int)
        #expect(trained["version"]?.int == 2 && trained["isNew"] == .bool(true))

        let same = try here.json("model", "retrain", "--reason", "to see")
        #expect(same["outcome"]?.text == "unchanged" && same["version"]?.int == 2)
        #expect(same["newLabels"]?.int == 0 && same["follows"]?.int == 2)
        #expect(same["digest"] == trained["digest"])

        _ = try here.json(["import", second] + mapping)
        let size = try here.eventCounts().values.reduce(0, +)
        let plan = try here.json("model", "retrain", "--dry-run")
        let new = try #require(plan["newLabels"]?.int)
        #expect(new > 100 && plan["examples"]?.int == learnt + new)
        let few = try here.run(
            "model", "retrain", "--at-least-new", "\(new + 1)", "--reason", "monthly")
        #expect(few.status == 1 && few.errors.contains("fewer than \(new + 1)"), "\(few)")
        #expect(try here.eventCounts().values.reduce(0, +) == size, "nothing is recorded")

        let again = try here.json(
            "model", "retrain", "--at-least-new", "\(new)", "--reason", "monthly")
        #expect(again["outcome"]?.text == "registered" && again["version"]?.int == 3)
        #expect(again["metrics"]?["examples"]?.int == learnt + new)
        let request = try #require(again["request"]?.int)
        let events = try here.run("tail", "--from", "\(request)").lines
            .map { try JSONDecoder().decode(JSON.self, from: Data($0.utf8)) }
        #expect(
            events.map { $0["event"]?.text } == [
                "retraining.requested", "model.registered", "retraining.completed",
            ])
        #expect(events[0]["payload"]?["trigger"]?.text == "newLabels")
        #expect(events[0]["payload"]?["newLabels"]?.int == new)
        #expect(events[0]["sealed"] == .bool(true))
        #expect(events[1]["payload"]?["request"]?.int == request)
        #expect(events[1]["payload"]?["training"]?["examples"]?.int == learnt + new)
        #expect(events[2]["payload"]?["model"]?.int == 3 && events[2]["cause"]?.int == request)

        // The same events and seed give the same bytes, whoever asks.
        let asked = try here.json("model", "train", "--seed", "7")
        #expect(asked["digest"] == again["digest"] && asked["isNew"] == .bool(false))

        let answered = try here.run("model", "retrain", "--request", "\(request)")
        #expect(answered.status == 1 && answered.errors.contains("answered already: model 3"))
        let missing = try here.run("model", "retrain", "--request", "0")
        #expect(missing.status == 66, "\(missing)")
        let embedded = try here.run("model", "retrain", "--like", "1", "--reason", "x")
        #expect(embedded.status == 1 && embedded.errors.contains("not trained on this ledger"))
        for wrong in [
            ["--reason", "x", "--request", "1"], [], ["--reason", "x", "--at-least-new", "0"],
        ] {
            #expect(try here.run(["model", "retrain"] + wrong).status == 64, "\(wrong)")
        }
        try here.verify()
    }

    @Test("a request that cannot be met is answered with why")
    func failure() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 900, seed: 42)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        _ = try here.json("model", "train", "--window", "300d")
        // A single response much later, and not dated ahead: the window holds nothing else now.
        try here.write("late.csv", "id,score,text,at\nz,9,lovely,2026-11-20T00:00:00Z\n")
        try here.succeed(
            "import", "late.csv", "--source", "late", "--map", "response_id=id", "--map",
            "score=score", "--map", "text=text", "--map", "at=at")
        let refused = try here.run("model", "retrain", "--reason", "late")
        #expect(refused.status == 1 && refused.errors.contains("comments"), "\(refused)")
        let events = try here.run("tail", "--from", "0", "--event", "retraining.completed").lines
        let last = try JSONDecoder().decode(JSON.self, from: Data(try #require(events.last).utf8))
        #expect(last["payload"]?["outcome"]?.text == "failed")
        #expect(last["payload"]?["error"]?.text?.contains("comments") == true)
    }

    @Test("topics are learnt from a file along a taxonomy and found in what comes in")
    func topics() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 900, seed: 42)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        try here.write(
            "topics.json",
            #"{"exclusive": false, "topics": [{"name": "parcel-post"}, {"name": "staff"}]}"#)
        var file = "words,about\n"
        for index in 0..<120 {
            let about = ["Parcel Post", "staff", "none", "staff|parcel-post"][index % 4]
            let words = ["the parcel broke", "kind clerks", "well well", "clerks lost a parcel"]
            file += "\(words[index % 4]) \(index),\(about)\n"
        }
        try here.write("about.csv", file)
        let options = [
            "--labels", "about.csv", "--map", "text=words", "--map", "segment.topics=about",
        ]
        let without = try here.run(["model", "train"] + options)
        #expect(without.status == 64 && without.errors.contains("--taxonomy"), "\(without)")
        _ = try here.json(["model", "train", "--taxonomy", "topics.json"] + options)
        let shown = try here.json("model", "show", "2")
        #expect(shown["topics"]?.items.map(\.text) == ["parcel-post", "staff"])
        #expect(shown["training"]?["taxonomy"]?.text?.count == 64)
        let head = shown["card"]?["heads"]?.items.first { $0["head"]?.text == "topics" }
        #expect(head?["labels"]?.items.count == 2 && head?["macroF1"]?.int ?? 0 > 9_000)

        try here.succeed("model", "activate", "2", "--reason", "finds topics")
        try here.write(
            "late.csv", "id,score,text\na,2,the parcel broke 7\nb,9,such kind clerks\n")
        try here.succeed(
            "import", "late.csv", "--source", "late", "--map", "response_id=id", "--map",
            "score=score", "--map", "text=text")
        let traced = try here.run("trace", "a", "--source", "late").output
        #expect(traced.contains("topics.recorded") && traced.contains("parcel-post"), "\(traced)")

        // The artefact holds the topics: their file is not asked for again.
        let retrained = try here.json(["model", "retrain", "--reason", "x"] + options)
        #expect(retrained["outcome"]?.text == "registered" && retrained["newLabels"]?.int == 2)
        try here.verify()
    }

    @Test("labels from a file are learnt from, named by digest, and never evaluated on")
    func labels() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 900, seed: 42)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let moods = [("glorious", "positive"), ("dreary", "negative"), ("ordinary", "neutral")]
        var file = "words,mood,nps\n"
        for index in 0..<90 {
            let (word, mood) = moods[index % 3]
            file += "\(word) thing number \(index),\(mood),\(index % 3 == 0 ? "10" : "")\n"
        }
        try here.write("moods.csv", file)
        let options = [
            "--labels", "moods.csv", "--map", "text=words", "--map", "segment.sentiment=mood",
        ]
        let plain = try here.json("model", "train")
        let trained = try here.json(["model", "train"] + options)
        #expect(trained["version"]?.int == 3 && trained["digest"] != plain["digest"])
        #expect(
            trained["metrics"]?["examples"] == plain["metrics"]?["examples"],
            "no scores were mapped")
        let shown = try here.json("model", "show", "3")
        let heads = shown["card"]?["heads"]?.items ?? []
        let sentiment = heads.first { $0["head"]?.text == "sentiment" }
        #expect(sentiment?["examples"]?.int == 90 && sentiment?["accuracy"]?.int ?? 0 > 9_000)
        let files = shown["training"]?["files"]?.items
        #expect(files?.count == 1 && files?[0]["examples"]?.int == 90)
        let scored = try here.json(["model", "train"] + options + ["--map", "score=nps"])
        #expect(
            scored["metrics"]?["examples"]?.int == (plain["metrics"]?["examples"]?.int ?? 0) + 30)

        let again = try here.run("model", "retrain", "--like", "3", "--reason", "x")
        #expect(again.status == 1 && again.errors.contains("give it with --labels"), "\(again)")
        let repeated = try here.json(
            ["model", "retrain", "--like", "3", "--reason", "x"] + options)
        #expect(repeated["outcome"]?.text == "unchanged" && repeated["version"]?.int == 3)

        let refused = try here.run(
            "model", "evaluate", "3", "--on", "moods.csv", "--map", "text=words", "--map",
            "score=nps")
        #expect(refused.status == 1 && refused.errors.contains("has learnt from moods.csv"))
        try copies(here)

        try here.write("wrong.csv", "words,mood\nfine,sunny\n")
        let wrong = try here.run(
            "model", "train", "--labels", "wrong.csv", "--map", "text=words", "--map",
            "segment.sentiment=mood")
        #expect(wrong.status == 65 && wrong.errors.contains("line 2: “sunny” is no sentiment"))
        for (arguments, status) in [
            (["--labels", "moods.csv"], Int32(64)), (["--map", "text=words"], 64),
            (["--labels", "none.csv"] + options.dropFirst(2), 66),
            (options + ["--labels", "moods.csv"], 64),
            (["--labels", "moods.csv", "--map", "text=words"], 64),
            (options + ["--map", "segment.region=mood"], 64),
        ] {
            let outcome = try here.run(["model", "train"] + arguments)
            #expect(outcome.status == status, "\(arguments): \(outcome)")
        }
    }

    /// Texts of a labelled file are told wherever they turn up again.
    private func copies(_ here: Workspace) throws {
        try here.write(
            "copy.csv",
            """
            id,text,score
            a,GLORIOUS  thing number 0,10
            b,a new text,3
            c,dreary thing number 1,1
            """)
        let options = ["--map", "text=text", "--map", "score=score"]
        let file = ["model", "evaluate", "3", "--on", "copy.csv"] + options
        let refused = try here.run(file)
        #expect(refused.status == 1 && refused.errors.contains("(rows 1, 3)"), "\(refused)")
        let left = try here.json(file + ["--leave-out-trained"])
        #expect(left["responses"]?["leftOut"]?.int == 2)
        #expect(left["responses"]?["evaluated"]?.int == 1)

        let outcome = try here.run(
            ["import", "copy.csv", "--source", "copy", "--map", "response_id=id"] + options)
        #expect(outcome.status == 0, "\(outcome)")
        let evaluated = try here.json("model", "evaluate", "3")
        #expect(evaluated["responses"]?["evaluated"]?.int == 1, "the rest it has learnt from")
        _ = try here.json("model", "shadow", "3", "--once")
        let estimated = try here.json("model", "estimate", "3")["models"]?.items[0]
        #expect(estimated?["labelledMeasured"]?["texts"]?.int == 1)

        // What cannot be told is not passed over.
        let digest = try #require(try here.json("model", "show", "3")["digest"]?.text)
        let marks = here.path + "/ledger/models/\(digest)/labelled.marks"
        let bytes = try #require(FileManager.default.contents(atPath: marks))
        #expect(bytes.count == 16 * 91, "of each text sixteen bytes, and a seal")
        #expect(FileManager.default.createFile(atPath: marks, contents: bytes.dropLast(16)))
        let changed = try here.run("model", "evaluate", "3")
        #expect(changed.status == 65 && changed.errors.contains("was changed"), "\(changed)")
        try FileManager.default.removeItem(atPath: marks)
        let missing = try here.run(file)
        #expect(missing.status == 66 && missing.errors.contains("from a backup"), "\(missing)")
        #expect(FileManager.default.createFile(atPath: marks, contents: bytes))
        #expect(try here.json("model", "evaluate", "3")["accuracy"] == evaluated["accuracy"])
    }
}
