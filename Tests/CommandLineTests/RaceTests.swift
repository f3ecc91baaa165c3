import Foundation
import Testing

/// Processes that act on the same ledger at the same moment.
@Suite("Acts that meet, by command")
struct RaceTests {
    /// How often each pair is sent off; every pair is one more chance to find what is wrong.
    private static let trials = Workspace.isHeavy ? 40 : 5

    /// A ledger with the versions 1, 2, 3, activated in turn, and a copy to begin every trial with.
    private func prepared() throws -> Workspace {
        let here = try Workspace()
        _ = try here.prepare(responses: 500, seed: 4)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        _ = try here.json("model", "train", "--seed", "1")
        _ = try here.json("model", "train", "--seed", "2")
        for version in ["2", "3"] {
            _ = try here.json("model", "activate", version, "--reason", "try it")
        }
        try FileManager.default.copyItem(
            atPath: here.path + "/ledger", toPath: here.path + "/base")
        return here
    }

    private func reset(_ here: Workspace) throws {
        try FileManager.default.removeItem(atPath: here.path + "/ledger")
        try FileManager.default.copyItem(
            atPath: here.path + "/base", toPath: here.path + "/ledger")
    }

    /// Runs commands side by side, each by an actor of its own.
    private func race(_ here: Workspace, _ commands: [[String]]) throws -> [Tool.Outcome] {
        let started = try commands.enumerated().map { number, command in
            try Tool.start(
                command, in: here.path, environment: ["NPSLEDGER_ACTOR": "actor-\(number)"])
        }
        return try started.map { try $0.wait() }
    }

    private func events(_ here: Workspace, _ name: String) throws -> [JSON] {
        let outcome = try here.run("tail", "--from", "0", "--event", name)
        #expect(outcome.status == 0, "\(outcome)")
        return try outcome.lines.map { try JSONDecoder().decode(JSON.self, from: Data($0.utf8)) }
    }

    /// Fails unless every activation says of the one before what is true, and takes back that one
    /// and no other. Returns how many there are.
    private func checkActivations(_ here: Workspace) throws -> [JSON] {
        let acts = try events(here, "model.activated")
        var previous: JSON?
        for act in acts {
            let payload = try #require(act["payload"])
            #expect(payload["previous"]?.int == previous?["payload"]?["model"]?.int, "\(act)")
            if let taken = payload["rollsBack"]?.int {
                #expect(taken == previous?["position"]?.int, "\(act)")
            }
            previous = act
        }
        return acts
    }

    /// Fails unless each outcome is a success or a refusal that names who was faster; returns how
    /// many succeeded.
    private func successes(_ outcomes: [Tool.Outcome]) -> Int {
        for outcome in outcomes where outcome.status != 0 {
            #expect(outcome.status == 1, "\(outcome)")
            let told = outcome.errors.contains(#/by actor-[01] at position \d+ \(20/#)
            #expect(told && outcome.errors.contains("look at it and ask again"), "\(outcome)")
        }
        return outcomes.count { $0.status == 0 }
    }

    @Test("of two rollbacks at once each takes back what it means, or is told of the other")
    func rollbacks() throws {
        let here = try prepared()
        var refused = 0
        for _ in 0..<Self.trials {
            try reset(here)
            let before = try checkActivations(here).count
            let outcomes = try race(
                here, [0, 1].map { ["model", "rollback", "--reason", "r\($0)"] })
            let done = successes(outcomes)
            #expect(try checkActivations(here).count == before + done)
            refused += 2 - done
            try here.verify()
        }
        #expect(refused > 0, "two at once must have met at least once")
    }

    @Test("a rollback and an activation at once undo nothing but what they name")
    func activations() throws {
        let here = try prepared()
        for trial in 0..<Self.trials {
            try reset(here)
            let before = try checkActivations(here).count
            let commands = [
                ["model", "rollback", "--reason", "no good"],
                ["model", "activate", "1", "--reason", "as before"],
            ]
            let outcomes = try race(here, trial % 2 == 0 ? commands : commands.reversed())
            let done = successes(outcomes)
            #expect(done > 0)
            #expect(try checkActivations(here).count == before + done)
        }
        try here.verify()
    }

    @Test("of two edits at once none undoes the other unseen")
    func thresholds() throws {
        let here = try prepared()
        var done = 0
        for trial in 0..<Self.trials {
            // Each names one cut-off, and takes the other from what it has read. None is in force yet.
            done += successes(
                try race(
                    here,
                    [
                        ["--passive-from", "6.\(10 + trial)"],
                        ["--promoter-from", "8.\(10 + trial)"],
                    ].map { ["thresholds", "edit", "--reason", "trial \(trial)"] + $0 }))
        }
        let edits = try events(here, "thresholds.edited").map { $0["payload"] }
        #expect(edits.count == 1 + done && done >= Self.trials)
        #expect(edits.compactMap { $0?["id"]?.int } == Array(1...edits.count))
        for (one, next) in zip(edits, edits.dropFirst()) {
            let changed = ["passiveFrom", "promoterFrom", "confidenceMin"].count {
                one?[$0] != next?[$0]
            }
            #expect(changed == 1, "\(String(describing: next))")
        }
    }

    @Test("of two swaps at once none makes the other look undone")
    func swaps() throws {
        let here = try prepared()
        _ = try here.json("projection", "rebuild", "nps-by-segment")
        let question = ["nps", "--by", "region"]
        let answer = try here.json(question)["rows"]
        for _ in 0..<Self.trials {
            let outcomes = try race(
                here, [0, 1].map { _ in ["projection", "swap", "nps-by-segment"] })
            for outcome in outcomes where outcome.status != 0 {
                #expect(outcome.status == 1 && outcome.errors.contains("meanwhile"), "\(outcome)")
            }
            #expect(outcomes.contains { $0.status == 0 })
            #expect(try here.json(question)["rows"] == answer)
        }
        try here.verify()
    }

    @Test("what comes in while a version becomes active is read by it")
    func nothingStaysUnread() throws {
        let here = try prepared()
        for trial in 0..<Self.trials {
            try reset(here)
            let rows = (0..<60).map { "n\(trial)-\($0),,the courier was late and rude \($0)" }
            try here.write("late.csv", "id,nps,words\n" + rows.joined(separator: "\n") + "\n")
            let act =
                trial % 2 == 0
                ? ["model", "rollback", "--reason", "no good"]
                : ["model", "activate", "1", "--reason", "as before"]
            let outcomes = try race(
                here,
                [
                    [
                        "import", "late.csv", "--source", "late", "--map", "response_id=id",
                        "--map", "score=nps", "--map", "text=words", "--at", "2025-12-30",
                    ], act,
                ])
            for outcome in outcomes { #expect(outcome.status == 0, "\(outcome)") }
            let counted = try here.json("nps", "--basis", "inferred")["total"]
            #expect(counted?["uncounted"]?.int == 0)
            #expect(try here.json("classify")["classified"]?.int == 0)
        }
        try here.verify()
    }

    @Test("two imports at once with one mapping record it once")
    func mappings() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 200, seed: 5)
        let command = ["import", "answers.csv"] + Workspace.mapping
        let outcomes = try race(here, [command, command])
        for outcome in outcomes { #expect(outcome.status == 0, "\(outcome)") }
        #expect(try events(here, "mapping.edited").count == 1)
        try here.verify()
    }
}
