import Foundation
import Testing

@Suite("Evaluation by command", .serialized)
struct EvaluateTests {
    /// Two texts, one of them read wrongly: the normal curve reaches below what a loss can be.
    @Test("no interval goes beyond what its figure can be")
    func fewTexts() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/few")
        try here.write(
            "few.csv",
            "id,score,comment\n1,10,excellent service and friendly staff\n"
                + "2,0,excellent service and friendly staff today\n")
        _ = try here.json(
            "import", "few.csv", "--source", "s", "--map", "response_id=id", "--map",
            "score=score", "--map", "text=comment")
        let figures = try here.json("model", "evaluate", "1")
        for figure in ["brier", "logLoss"] {
            #expect(figures[figure]?["low"]?.number == 0, "\(figures)")
        }
        #expect((figures["brier"]?["high"]?.number ?? 3) <= 2)
    }

    @Test("what a version has learnt from is left out, and refused where it was asked for")
    func overlap() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 900, seed: 42)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let trained = try here.json("model", "train", "--seed", "7", "--to", "2025-06-01")
        let examples = try #require(trained["metrics"]?["examples"]?.int)
        #expect(trained["version"]?.int == 2)
        let all = try here.json("model", "evaluate", "1")
        let unseen = try here.json("model", "evaluate", "2")
        let counts = unseen["responses"]
        #expect(counts?["labelled"] == all["responses"]?["labelled"])
        // With what it has learnt from go the same words of others.
        let leftOut = try #require(counts?["leftOut"]?.int)
        #expect(leftOut >= examples && leftOut < examples + 30)
        #expect(counts?["evaluated"]?.int == (counts?["labelled"]?.int ?? 0) - leftOut)
        #expect(counts?["readNow"] == counts?["evaluated"], "nobody had it read them")
        let later = try here.json("model", "evaluate", "2", "--from", "2025-06-01")
        #expect(later["confusion"] == unseen["confusion"])
        // What it recorded says the same as what it reads now, and nothing was recorded for this.
        let size = try here.eventCounts().values.reduce(0, +)
        try here.succeed("model", "shadow", "2")
        let recorded = try here.json("model", "evaluate", "2")
        #expect(try here.eventCounts().values.reduce(0, +) > size)
        #expect(recorded["responses"]?["readNow"]?.int == 0)
        for figure in ["confusion", "brier", "calibration", "nps"] {
            #expect(recorded[figure] == unseen[figure], "\(figure)")
        }

        let refused = try here.run("model", "evaluate", "2", "--to", "2025-08-01")
        #expect(refused.status == 1 && refused.output.isEmpty, "\(refused)")
        #expect(refused.errors.contains("has learnt from \(examples) of the"))
        #expect(refused.errors.contains("--leave-out-trained"))
        let left = try here.json(
            "model", "evaluate", "2", "--to", "2025-08-01", "--leave-out-trained")
        #expect(left["responses"]?["leftOut"]?.int ?? 0 >= examples)
        _ = try here.json("model", "train", "--seed", "7")
        let none = try here.run("model", "evaluate", "3")
        #expect(none.status == 1)
        #expect(
            none.errors.contains("from all") && none.errors.contains("--split cross-validation"))
        try together(here, all: all, second: recorded)
        let estimate = try here.json("model", "estimate", "3", "2", "--window", "90d")
        #expect(estimate["models"]?.items.map { $0["version"]?.int } == [3, 2])
        #expect(estimate["models"]?.items[0]["labelledMeasured"]?["texts"]?.int == 0)
        try files(here)
        try elsewhere(here)
        try copies(here)
    }

    /// Several versions on the same responses: what each reaches there, and what tells them apart.
    private func together(_ here: Workspace, all: JSON, second: JSON) throws {
        let answer = try here.json("model", "evaluate", "1", "2")
        let models = answer["models"]?.items ?? []
        #expect(models.map { $0["version"]?.int } == [1, 2])
        // Model 1 has learnt nothing here, so what is left is what model 2 is new to.
        let evaluated = try #require(second["responses"]?["evaluated"]?.int)
        #expect(answer["responses"]?["evaluated"]?.int == evaluated)
        #expect(
            answer["responses"]?["labelled"]?.int
                == all["responses"]?["labelled"]?.int)
        for figure in ["accuracy", "macroF1", "kappa", "brier", "logLoss"] {
            #expect(models[1][figure] == second[figure], "\(figure)")
            let change = try #require(models[1]["change"]?[figure])
            let difference =
                (models[1][figure]?["value"]?.number ?? .nan)
                - (models[0][figure]?["value"]?.number ?? .nan)
            let value = try #require(change["value"]?.number)
            #expect(abs(value - difference) < 1e-9, "\(figure)")
            #expect(change["low"]?.number ?? 1 <= value && value <= change["high"]?.number ?? -1)
        }
        #expect(models[0]["change"] == .null)
        let change = try #require(models[1]["change"])
        let alone = (change["aloneRight"]?.int ?? 0) - (change["firstAloneRight"]?.int ?? 0)
        let accuracy = change["accuracy"]?["value"]?.number ?? .nan
        #expect(abs(Double(alone) / Double(evaluated) - accuracy) < 1e-9)
        #expect(change["accuracy"]?["p"]?.number ?? 2 <= 1)
        // Two samples of that size would be far less sure.
        let width =
            (change["accuracy"]?["high"]?.number ?? .nan)
            - (change["accuracy"]?["low"]?.number ?? .nan)
        let own = models.compactMap { model in
            model["accuracy"].flatMap { figure in
                figure["high"]?.number.flatMap { high in figure["low"]?.number.map { high - $0 } }
            }
        }
        #expect(width < own.reduce(0) { $0 + $1 * $1 }.squareRoot())
        let table = try here.run("model", "evaluate", "1", "2").output
        #expect(table.contains("less model 1") && table.contains("McNemar"))
        let csv = try here.run("model", "evaluate", "1", "2", "--format", "csv").output
        #expect(csv.split(whereSeparator: \.isNewline).count == 17)
        for (arguments, status) in [
            (["1", "1"], 64), (["1", "2", "--by", "region"], 64), (["1", "9"], 66), ([], 64),
            (["1", "2", "--fail-under", "accuracy=0.5"], 64),
        ] as [([String], Int32)] {
            #expect(
                try here.run(["model", "evaluate"] + arguments).status == status, "\(arguments)")
        }
    }

    /// The same rows under other ids are no new evidence, whoever asks.
    private func copies(_ here: Workspace) throws {
        let before = try here.json("model", "evaluate", "2")
        let rows = try here.read("answers.csv").split(
            separator: "\n", omittingEmptySubsequences: false)
        let again = rows.enumerated().map { $0.offset == 0 ? $0.element : "x" + $0.element }
        try here.write("again.csv", again.joined(separator: "\n"))
        _ = try here.json(
            ["import", "again.csv", "--source", "again"] + Workspace.mapping.suffix(2))
        let after = try here.json("model", "evaluate", "2")
        let learnt = try #require(before["responses"]?["leftOut"]?.int)
        // But for a few rows that amend one another, under whichever id.
        let leftOut = try #require(after["responses"]?["leftOut"]?.int)
        #expect(abs(leftOut - 2 * learnt) < 10 && leftOut > learnt + 100)
        try here.write(
            "gate.json", #"{"conditions": [{"metric": "accuracy", "atLeast": 0.01}]}"#)
        let gate = try here.json("model", "activate", "2", "--gate", "gate.json", "--dry-run")
        #expect(
            gate["gate"]?["conditions"]?.items[0]["responses"] == after["responses"]?["evaluated"])
        // Without the key a copy cannot be told, and that is said.
        try FileManager.default.moveItem(
            atPath: here.path + "/ledger.key", toPath: here.path + "/away.key")
        let blind = try here.run("model", "evaluate", "2", "--format", "json")
        #expect(blind.status == 0 && blind.errors.contains("texts are not compared"), "\(blind)")
        #expect(
            try blind.json()["responses"]?["evaluated"]?.int ?? 0
                > after["responses"]?["evaluated"]?.int ?? 0)
        try FileManager.default.moveItem(
            atPath: here.path + "/away.key", toPath: here.path + "/ledger.key")
        // A pipe is read like a file.
        let piped = try Tool.run(
            [
                "-c",
                "cat other.csv | \"$0\" model evaluate 2 --format json --map score=stars "
                    + "--map text=words --on -", Tool.path,
            ], program: "/bin/sh", in: here.path)
        #expect(try piped.json()["responses"]?["evaluated"]?.int == 3, "\(piped)")
    }

    /// Labels in a file: its rows are told from what was learnt by their texts.
    private func files(_ here: Workspace) throws {
        let own =
            ["model", "evaluate", "2", "--on", "answers.csv", "--mapping"]
            + ["answers.csv.mapping.json"]
        let refused = try here.run(own)
        #expect(refused.status == 1 && refused.errors.contains("--leave-out-trained"), "\(refused)")
        #expect(refused.errors.contains("(rows "))
        let left = try here.json(own + ["--leave-out-trained"])
        #expect(left["responses"]?["leftOut"]?.int ?? 0 > 100)
        #expect(left["file"]?["sha256"]?.text?.count == 64)
        // Of another hand: none of it was learnt.
        try here.write(
            "other.csv",
            """
            id,stars,words,shop
            a,10,"quite wonderful zebra, thank you",north
            b,1,"dreadful giraffe and a rude reply",north
            c,9,"so happy with my new okapi",south
            d,8,,south
            e,,"no number here",south
            f,99,"out of range",south

            """)
        let other = [
            "model", "evaluate", "2", "--on", "other.csv", "--map", "score=stars", "--map",
            "text=words", "--map", "segment.shop=shop",
        ]
        let report = try here.json(other + ["--by", "shop", "--responses-at-least", "2"])
        #expect(report["responses"]?["evaluated"]?.int == 3)
        #expect(report["responses"]?["unlabelled"]?.int == 2)
        #expect(report["responses"]?["rejected"]?.int == 1)
        #expect(report["segments"]?.items.count == 1)
        #expect(report["smallSegments"]?["count"]?.int == 1)
        #expect(try here.run(other + ["--where", "shop=west"]).status == 1)
        #expect(try here.run(other + ["--by", "colour"]).status == 66)
        #expect(try here.run(other + ["--window", "30d"]).status == 64)
        #expect(try here.run(other + ["--split", "cross-validation"]).status == 64)
        #expect(try here.run("model", "evaluate", "2", "--on", "other.csv").status == 64)
        #expect(
            try here.run("model", "evaluate", "2", "--on", "other.csv", "--map", "text=words")
                .status
                == 64)
        #expect(try here.run(other.map { $0 == "other.csv" ? "gone.csv" : $0 }).status == 66)
        #expect(try here.run(other.map { $0 == "score=stars" ? "score=pets" : $0 }).status == 65)
    }

    /// A version that came as a file: nobody knows what it has learnt from, and that is said.
    private func elsewhere(_ here: Workspace) throws {
        let there = try Workspace()
        let digest = try here.json("model", "show", "2")["digest"]?.text ?? ""
        let artefact = here.path + "/ledger/models/\(digest)/artefact.npsmodel"
        _ = try there.prepare(responses: 300, seed: 43)
        _ = try there.json(["import", "answers.csv"] + Workspace.mapping)
        try there.succeed("model", "register", artefact)
        let outcome = try there.run("model", "evaluate", "2", "--format", "json")
        #expect(outcome.status == 0 && outcome.errors.contains("not known"), "\(outcome)")
        #expect(try outcome.json()["training"]?["known"] == .bool(false))
        #expect(try there.run("model", "evaluate", "2", "--split", "cross-validation").status == 1)
    }

    @Test("the way of training, tried again: folds, later times, segments never seen")
    func recipes() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 900, seed: 44)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let trained = try here.json("model", "train", "--seed", "7")
        let examples = try #require(trained["metrics"]?["examples"]?.int)
        let events = try here.eventCounts()
        let folds = try here.json("model", "evaluate", "2", "--split", "cross-validation")
        #expect(folds["evaluates"]?.text == "recipe")
        #expect(folds["responses"]?["evaluated"]?.int == examples)
        let accuracy = trained["metrics"]?["accuracy"]?.number ?? 0
        #expect(abs((folds["accuracy"]?["value"]?.number ?? 0) - accuracy) < 0.000_051)
        let part = try here.json(
            "model", "evaluate", "2", "--split", "cross-validation", "--where", "language=fr")
        #expect(part["responses"]?["evaluated"]?.int ?? 0 < examples)

        let later = try here.json(
            "model", "evaluate", "2", "--split", "later", "--before", "2025-07-01", "--by", "region"
        )
        let learnt = try #require(later["split"]?["examplesMost"]?.int)
        let tested = later["responses"]
        #expect(learnt + (tested?["labelled"]?.int ?? 0) == examples)
        #expect(tested?["leftOut"]?.int ?? 99 < 30)
        #expect(learnt > 60 && learnt < examples)
        // The same as a version trained on that part.
        let version = try here.json("model", "train", "--seed", "7", "--to", "2025-07-01")
        let same = try here.json("model", "evaluate", "\(version["version"]?.int ?? 0)")
        #expect(same["confusion"] == later["confusion"])

        let unseen = try here.json(
            "model", "evaluate", "2", "--split", "unseen-segments", "--unseen", "region",
            "--trainings", "3")
        #expect(unseen["responses"]?["labelled"]?.int == examples)
        #expect(unseen["split"]?["trainings"]?.int == 3)
        let values = unseen["split"]?["folds"]?.items.flatMap(\.items).compactMap(\.text) ?? []
        #expect(Set(values).count == values.count && values.count > 3)
        var now = try here.eventCounts()
        now["model.registered"] = events["model.registered"]
        #expect(now == events, "but for the version trained beside, nothing was recorded")

        for arguments in [
            ["--split", "later"], ["--before", "2025-01-01"], ["--split", "unseen-segments"],
            ["--split", "cross-validation", "--leave-out-trained"], ["--split", "often"],
            ["--split", "unseen-segments", "--unseen", "region", "--trainings", "1"],
        ] {
            #expect(try here.run(["model", "evaluate", "2"] + arguments).status == 64)
        }
        let early = ["--split", "later", "--before", "2025-01-02"]
        let refused = try here.run(["model", "evaluate", "2"] + early)
        #expect(refused.status == 1 && refused.errors.contains("needed"), "\(refused)")
        let nothing = try here.run("model", "evaluate", "1", "--split", "cross-validation")
        #expect(nothing.status == 1 && nothing.errors.contains("not trained on this ledger"))
        let colour = ["--split", "unseen-segments", "--unseen", "colour"]
        #expect(try here.run(["model", "evaluate", "2"] + colour).status == 66)
    }

    @Test("limits decide the status, and the report is whole whatever segments are called")
    func limitsAndReport() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/a&b<c>")
        var rows = "id,score,text,region\n"
        for index in 0..<420 {
            let words = ["awful rude slow broken", "fine okay average", "lovely great superb"]
            let region = ReportTests.hostile[index % ReportTests.hostile.count]
                .replacingOccurrences(of: "\"", with: "\"\"")
            rows += "r\(index),\([2, 7, 10][(index * 7 / 5) % 3]),\(words[index % 3]) \(index),"
            rows += "\"\(region)\"\n"
        }
        try here.write("a.csv", rows)
        _ = try here.json(
            "import", "a.csv", "--source", "s", "--map", "response_id=id", "--map", "score=score",
            "--map", "text=text", "--map", "segment.region=region", "--at", "2025-05-01")
        let base = ["model", "evaluate", "1", "--by", "region", "--html", "report.html"]
        let outcome = try here.run(base)
        #expect(
            outcome.status == 0 && outcome.errors.contains("report in report.html"), "\(outcome)")
        #expect(outcome.output.contains("badly calibrated") && !outcome.output.contains("\u{202E}"))
        #expect(outcome.lines.allSatisfy { $0.count <= 80 }, "\(outcome)")
        if let page = try ReportReader.read(here, "report.html") {
            let texts = Set(page["texts"]?.items.compactMap(\.text) ?? [])
            for value in ReportTests.hostile {
                let shown = value.replacingOccurrences(of: "\u{202E}", with: "\\u{202e}")
                let isThere = texts.contains(shown)
                #expect(isThere, "\(value) is not there as text")
            }
        }
        let page = try here.read("report.html")
        #expect(!page.contains("<script") && !page.contains("url(") && !page.contains("http:"))
        #expect(try here.run(base.dropLast() + ["-"]).output == page)

        let report = try here.json("model", "evaluate", "1", "--by", "region")
        let reached = try #require(report["accuracy"]?["value"]?.number)
        #expect(report["calibration"]?["grade"]?.text == "bad")
        for (option, limit, status) in [
            ("--fail-under", "accuracy=\(reached - 0.001)", Int32(0)),
            ("--fail-under", "accuracy=\(reached + 0.001)", 1), ("--fail-over", "ece=0.05", 1),
            ("--fail-over", "brier=2", 0), ("--fail-over", "segmentError=200", 0),
            ("--fail-over", "segmentError=0.01", 1), ("--fail-under", "ece=0.1", 64),
            ("--fail-over", "accuracy=0.1", 64), ("--fail-under", "accuracy", 64),
            ("--fail-under", "accuracy=nan", 64), ("--fail-under", "luck=1", 64),
        ] {
            let outcome = try here.run(["model", "evaluate", "1", "--by", "region", option, limit])
            #expect(outcome.status == status, "\(option) \(limit): \(outcome)")
            if status == 1 {
                #expect(!outcome.output.isEmpty, "the figures are shown all the same")
            }
        }
        for arguments in [
            ["evaluate", "9"], ["evaluate", "1", "--by", "colour"],
            ["evaluate", "1", "--where", "region=Mars"], ["estimate", "9"],
            ["evaluate", "1", "--thresholds", "7"],
        ] {
            #expect(try here.run(["model"] + arguments).status == 66, "\(arguments)")
        }
        for arguments in [
            ["evaluate", "1", "--confidence", "0"], ["evaluate", "1", "--responses-at-least", "0"],
            ["evaluate"], ["estimate", "1", "1"], ["estimate", "--by", "region"],
            ["evaluate", "1", "--map", "text=a"],
            ["evaluate", "1", "--fail-over", "segmentError=1"],
        ] {
            #expect(try here.run(["model"] + arguments).status == 64, "\(arguments)")
        }
        #expect(try here.run(base.dropLast() + ["ledger/log/data.mdb"]).status == 73)
        try here.verify()
    }
}
