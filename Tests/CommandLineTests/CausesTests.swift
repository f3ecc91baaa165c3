import Foundation
import Testing

/// Of two answers that differ by more than one cause: what belongs to which.
@Suite("Two causes at once, and what nobody has read")
struct CausesTests {
    private func ledger() throws -> Workspace {
        let here = try Workspace()
        _ = try here.prepare(responses: 400, seed: 12)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        _ = try here.json("model", "train", "--seed", "3")
        return here
    }

    private func position(_ here: Workspace) throws -> Int {
        try #require(try here.json("nps")["asOf"]?["position"]?.int)
    }

    private func effects(_ answer: JSON) -> [String: Double] {
        Dictionary(
            (answer["steps"]?.items ?? []).compactMap { step in
                step["reason"]?.text.map { ($0, step["points"]?.number ?? .nan) }
            }, uniquingKeysWith: { $1 })
    }

    private func nps(_ here: Workspace, _ lens: String...) throws -> Double {
        try #require(try here.json(["nps", "--basis", "inferred"] + lens)["total"]?["nps"]?.number)
    }

    @Test("what a model has not read is no change of mind, and is put right by reading")
    func unread() throws {
        let here = try ledger()
        _ = try here.json("classify", "--model", "2", "--limit", "30")
        let lenses = ["model=1,basis=inferred", "model=2,basis=inferred"]
        let answer = try here.json(["diff", "--between"] + lenses + ["--limit", "all"])
        let reasons = answer["reasons"]?.items ?? []
        func row(_ name: String) -> JSON? { reasons.first { $0["reason"]?.text == name } }
        let texts = try #require(answer["first"]?["responses"]?.int)
        #expect(row("unread")?["responses"]?.int == texts - 30)
        #expect(row("unread")?["label"]?.text == "unread by model 2")
        #expect(row("reclassified")?["responses"]?.int ?? 0 <= 30)
        for change in answer["responses"]?.items ?? []
        where change["reason"]?.text == "unread" {
            #expect(change["because"]?.text == "unread by model 2")
            #expect(change["second"] == .null)
        }
        // The other way round it is the first that has not read them.
        let back = try here.json(["diff", "--between"] + lenses.reversed())
        #expect(
            back["reasons"]?.items.first { $0["reason"]?.text == "unread" }?["label"]?.text
                == "unread by model 2")
        // The step of what drops out is what the score does without it.
        let sum = effects(answer).values.reduce(0, +)
        #expect(abs(sum - (answer["difference"]?["points"]?.number ?? .nan)) < 1e-3)
        let words = try here.run(["diff", "--between"] + lenses)
        #expect(words.output.contains("unread by model 2"), "\(words)")
        _ = try here.json("classify", "--model", "2")
        let read = try here.json(["diff", "--between"] + lenses)
        #expect(
            read["reasons"]?.items.contains { $0["reason"]?.text == "unread" } == false)
    }

    @Test("a course says how many texts are unread, per period")
    func unreadByPeriod() throws {
        let here = try ledger()
        _ = try here.json("classify", "--model", "2", "--limit", "30")
        let question = ["trend", "--every", "quarter", "--basis", "inferred", "--model", "2"]
        let points = try here.json(question)["series"]?.items.first?["points"]?.items ?? []
        let unread = points.compactMap { $0["unread"]?.int }
        let all = try here.json("nps", "--basis", "inferred", "--model", "2")["total"]
        #expect(unread.reduce(0, +) == all?["uncounted"]?.int)
        #expect(unread.contains { $0 > 0 } && points.count > 1)
        let table = try here.run(question).output
        #expect(table.contains("unread") && table.contains("npsledger classify"))
        let csv = try here.run(question + ["--format", "csv"]).output
        #expect(
            csv.split(whereSeparator: \.isNewline).first?.hasSuffix("unread,incomplete") == true)
        // What is read and too unsure to count is not unread.
        _ = try here.json("classify", "--model", "2")
        _ = try here.json("thresholds", "edit", "--min-confidence", "90", "--reason", "sure ones")
        let unsure = try here.json(question)["series"]?.items.first?["points"]?.items ?? []
        #expect(unsure.allSatisfy { $0["unread"]?.int == 0 })
        #expect(
            try here.json("nps", "--basis", "inferred", "--model", "2")["total"]?["uncounted"]?.int
                ?? 0 > 0)
    }

    @Test("thresholds and model, in the order of the events", arguments: [true, false])
    func order(thresholdsFirst: Bool) throws {
        let here = try ledger()
        _ = try here.json("classify", "--model", "2")
        let before = try position(here)
        func edit() throws {
            _ = try here.json(
                "thresholds", "edit", "--min-confidence", "80", "--reason", "count no guesses")
        }
        if thresholdsFirst { try edit() }
        let between = thresholdsFirst ? try position(here) : 0
        _ = try here.json("model", "activate", "2", "--reason", "better")
        let activated = try position(here)
        if !thresholdsFirst { try edit() }
        let then = "as-of=\(before),basis=inferred"
        let answer = try here.json(
            "diff", "--between", then, "basis=inferred", "--limit", "0")
        #expect(
            answer["causes"]?.items.map { $0["reason"]?.text }
                == (thresholdsFirst
                    ? ["thresholds", "reclassified"] : ["reclassified", "thresholds"]))
        // What happened between, asked for by itself, is what the step says.
        let middle = thresholdsFirst ? between : activated
        let (first, half, last) = (
            try nps(here, "--as-of", "\(before)"), try nps(here, "--as-of", "\(middle)"),
            try nps(here)
        )
        let steps = effects(answer)
        let (one, other) =
            thresholdsFirst
            ? ("thresholds", "reclassified") : ("reclassified", "thresholds")
        #expect(abs((steps[one] ?? .nan) - (half - first)) < 1e-3, "\(steps)")
        #expect(abs((steps[other] ?? .nan) - (last - half)) < 1e-3, "\(steps)")
        let words = try here.run("diff", "--between", then, "basis=inferred", "--limit", "0")
            .output.onOneLine
        #expect(words.contains("step by step, in the order of the events: "))
        let places = ["thresholds 1 → 2 (position", "model 1 → 2 (position"].compactMap {
            words.firstRange(of: $0)?.lowerBound
        }
        #expect(places.count == 2 && (places[0] < places[1]) == thresholdsFirst, "\(words)")
        // Backwards the same, with the sign turned.
        let back = effects(
            try here.json("diff", "--between", "basis=inferred", then, "--limit", "0"))
        for (reason, effect) in steps { #expect(abs(effect + (back[reason] ?? .nan)) < 1e-3) }
    }
}
