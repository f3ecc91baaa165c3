import Foundation
import Testing

/// `model compare`: figures that add up, the flipped responses, and what is said where there are
/// none.
@Suite("Comparing models by command")
struct ModelCompareTests {
    /// A ledger whose second model has read all.
    private func ledger(_ here: Workspace, responses: Int = 700, seed: UInt64 = 11) throws {
        _ = try here.prepare(responses: responses, seed: seed)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        _ = try here.json("model", "train", "--seed", "7")
        _ = try here.json("model", "shadow", "2", "--once")
    }

    @Test("the figures are those of nps under each model, and of compare --models")
    func figures() throws {
        let here = try Workspace()
        try ledger(here)
        for basis in ["inferred", "blended"] {
            let by = ["--by", "region", "--basis", basis]
            let answer = try here.json(["model", "compare", "1", "2"] + by)
            let sides = try ["1", "2"].map { try here.json(["nps", "--model", $0] + by) }
            let compare = try here.json(["compare", "--models", "1,2"] + by)
            let rows = (answer["rows"]?.items ?? []) + [try #require(answer["total"])]
            #expect(rows.count == compare["rows"]?.items.count)
            for (row, other) in zip(rows, compare["rows"]?.items ?? []) {
                for key in ["p", "exactP", "adjustedP", "low", "high", "flips"] {
                    #expect(row[key] == other[key], "\(basis) \(key)")
                }
                #expect(row["change"] == other["difference"])
                #expect(row["first"]?["nps"] == other["first"]?["nps"])
                #expect(row["second"]?["nps"] == other["second"]?["nps"])
            }
            for (side, nps) in zip(["first", "second"], sides) {
                // Its intervals are of responses, those of the score of people: not the same.
                for key in ["nps", "promoters", "passives", "detractors"] {
                    #expect(answer["total"]?[side]?[key] == nps["total"]?[key], "\(basis) \(key)")
                }
                for row in answer["rows"]?.items ?? [] {
                    let same = nps["rows"]?.items.first { $0["segment"] == row["segment"] }
                    #expect(row[side]?["nps"] == same?["nps"])
                    #expect(row["responses"] == same?["responses"])
                }
            }
        }
        let answer = try here.json("model", "compare", "1", "2", "--adjust", "none")
        #expect(answer["rows"]?.items.count == 0)
        #expect(answer["total"]?["adjustedP"] == answer["total"]?["p"])
        let root = try here.json("verify")["root"]
        #expect(answer["asOf"]?["root"] == root)
    }

    @Test("flipped responses: all of them, the surest first, and what trace says of each")
    func flips() throws {
        let here = try Workspace()
        try ledger(here)
        let all = try here.json("model", "compare", "1", "2", "--by", "region", "--flips", "all")
        let flips = all["flips"]?.items ?? []
        let matrix = all["total"]?["flips"]
        #expect(flips.count == matrix?["flipped"]?.int)
        #expect(flips.count > 3)
        #expect(all["omittedFlips"]?.int == 0)
        let keys = flips.map { (-($0["confidence"]?.number ?? 0), $0["position"]?.int ?? 0) }
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 }, "not in order")
        let names = ["detractor", "passive", "promoter"]
        for (from, row) in (matrix?["matrix"]?.items ?? []).enumerated() {
            for (to, count) in row.items.enumerated() where from != to {
                let listed = flips.filter {
                    $0["from"]?.text == names[from] && $0["to"]?.text == names[to]
                }
                #expect(listed.count == count.int)
            }
        }
        for flip in flips.prefix(3) {
            let story = try here.json("trace", "\(flip["position"]?.int ?? -1)")
            let read = (story["events"]?.items ?? []).filter {
                $0["event"]?.text == "classification.recorded"
            }
            for (version, side) in [(1, "first"), (2, "second")] {
                let payload = read.last { $0["payload"]?["model"]?.int == version }?["payload"]
                let shares = payload?["class"]?.items.compactMap { $0.number.map { $0 / 10_000 } }
                #expect(shares == names.compactMap { flip[side]?[$0]?.number }, "\(story)")
            }
            #expect(flip["segment"] == story["segment"])
            #expect(flip["confidence"] == flip["second"]?[flip["to"]?.text ?? ""])
        }
        for count in [0, 1, 5] {
            let some = try here.json(
                "model", "compare", "1", "2", "--by", "region", "--flips", "\(count)")
            #expect(some["flips"]?.items == Array(flips.prefix(count)))
            #expect(some["omittedFlips"]?.int == flips.count - min(count, flips.count))
        }
    }

    @Test("CSV is the segments, or with --flips the flipped responses")
    func csv() throws {
        let here = try Workspace()
        try ledger(here)
        let command = ["model", "compare", "1", "2", "--by", "region"]
        let answer = try here.json(command + ["--flips", "4"])
        let segments = try here.run(command + ["--format", "csv"])
        func rows(_ outcome: Tool.Outcome) -> [Substring] {
            outcome.output.split(separator: "\r\n")
        }
        #expect(rows(segments).count == (answer["rows"]?.items.count ?? 0) + 1)
        #expect(segments.output.hasPrefix("region,responses,firstNps,firstLow"))
        let flips = try here.run(command + ["--format", "csv", "--flips", "4"])
        #expect(rows(flips).count == 5)
        let first = answer["flips"]?.items.first?["position"]?.int ?? -1
        #expect(rows(flips).dropFirst().first?.hasPrefix("\(first),") == true)
        #expect(!flips.output.contains("text"))
    }

    @Test("texts are shown when asked for, as they were then, and take the key")
    func texts() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        var rows = "id,score,text,at\n"
        for index in 0..<400 {
            let words = ["awful rude slow broken", "fine okay average", "lovely great superb"]
            rows += "r\(index),\([2, 7, 10][(index * 7 / 5) % 3]),\(words[index % 3]) \(index),"
            rows += "2025-05-01T00:00:00Z\n"
        }
        try here.write("a.csv", rows)
        let map = [
            "--source", "s", "--map", "response_id=id", "--map", "score=score", "--map",
            "text=text", "--map", "updated_at=at", "--at", "2025-05-01",
        ]
        _ = try here.json(["import", "a.csv"] + map)
        _ = try here.json("model", "train", "--seed", "3")
        _ = try here.json("model", "shadow", "2", "--once")
        let plain = try here.run("model", "compare", "1", "2", "--flips", "all")
        #expect(plain.status == 0, "\(plain)")
        #expect(!plain.output.contains("okay") && !plain.output.contains("awful"))
        let command = ["model", "compare", "1", "2", "--flips", "3", "--texts"]
        let flips = try here.json(command)["flips"]?.items ?? []
        #expect(flips.count == 3)
        for flip in flips {
            let story = try here.json("trace", "\(flip["position"]?.int ?? -1)")
            let text = try #require(flip["text"]?.text)
            #expect("\(story)".contains(text))
            #expect(try here.run(command).output.contains("“\(text)”"))
        }
        let csv = try here.run(command + ["--format", "csv"])
        #expect(csv.output.split(separator: "\r\n").first?.hasSuffix(",text,incomplete") == true)
        let html = try here.run(command + ["--html", "-"])
        #expect(html.output.contains(flips[0]["text"]?.text ?? "?"))
        let locked = try here.run(
            command, environment: ["NPSLEDGER_KEY_FILE": here.path + "/none.key"])
        #expect(locked.status == 77, "\(locked)")
        #expect(locked.errors.contains("none.key"))
        #expect(locked.output.isEmpty)

        // An amended text is the one that counts, and before the amendment the first one.
        let id = flips[0]["position"]?.int ?? 0
        let name = try here.json("trace", "\(id)")["id"]?.text ?? ""
        let asOf = try here.json("nps")["asOf"]?["position"]?.int ?? 0
        try here.write("b.csv", "id,score,text,at\n\(name),,awful anew,2025-05-02T00:00:00Z\n")
        let amended = try here.json(["import", "b.csv"] + map)
        #expect(amended["amended"]?.int == 1)
        let then = try here.json(command + ["--as-of", "\(asOf)"])
        #expect(then["flips"]?.items == flips)
        // The second model has not read the new text; the rest is still to be compared.
        let now = try here.run(command)
        #expect(now.status == 0)
        #expect(now.errors.contains("model 2 has not read 1 of 400 texts"), "\(now)")
    }

    @Test("a model that has read nothing: what to do, and status 1")
    func nothingRead() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 300, seed: 5)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        _ = try here.json("model", "train", "--seed", "7")
        for command in [["model", "compare", "1", "2"], ["compare", "--models", "1,2"]] {
            let outcome = try here.run(command)
            #expect(outcome.status == 1, "\(outcome)")
            #expect(outcome.errors.contains("npsledger classify --model 2"), "\(outcome)")
            #expect(outcome.output.isEmpty)
        }
        _ = try here.json("model", "shadow", "2", "--once")
        _ = try here.json("model", "compare", "1", "2")
        // What was known early, under a model of later.
        let early = try here.json("model", "compare", "1", "2", "--as-of", "20")
        #expect(early["total"]?["responses"]?.int ?? 0 > 0)
        _ = try here.json("model", "train", "--seed", "8")
        let unread = try here.run("model", "compare", "1", "3", "--as-of", "20")
        #expect(unread.status == 1, "\(unread)")
        #expect(unread.errors.contains("as of position 20"))
        #expect(unread.errors.contains("npsledger classify --model 3 --as-of 20"))
        // Nobody asked about has a text.
        let none = try here.run("model", "compare", "1", "2", "--to", "2001-01-01")
        #expect(none.status == 1, "\(none)")
        #expect(none.errors.contains("no text"))
        let wrong: [([String], Int32, String)] = [
            (["1", "1"], 64, "two versions"), (["1"], 64, ""), (["1", "9"], 66, "9"),
            (["1", "2", "--basis", "stated"], 64, "never overruled"),
            (["1", "2", "--flips", "-1"], 64, "flips"),
            (["1", "2", "--flips", "many"], 64, "many"),
            (["1", "2", "--by", "colour"], 66, "colour"),
            (["1", "2", "--thresholds", "9"], 66, "9"), (["1", "2", "--confidence", "7"], 64, ""),
            (["1", "2", "--html", "nowhere/r.html"], 73, "nowhere/r.html"),
            (["1", "2", "--html", "ledger"], 73, "directory"),
        ]
        for (arguments, status, says) in wrong {
            let outcome = try here.run(["model", "compare"] + arguments)
            #expect(outcome.status == status, "\(outcome)")
            #expect(says.isEmpty || outcome.errors.contains(says), "\(outcome)")
        }
    }
}
