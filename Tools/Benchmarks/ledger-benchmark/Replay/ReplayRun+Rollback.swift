import Foundation
import LedgerCore
import NPSBySegmentProjection
import NPSLedger
import Presentation

extension ReplayRun {
    /// What `npsledger model rollback` answers.
    private struct Act: Decodable {
        var model: ModelVersion
        var position: Position
        var npsAfter: Double?
    }

    /// A rollback as a person does it: the whole process, from command to answer; once to a model
    /// whose results are kept, once where the scores must first be folded from the log.
    func rollbacks() throws -> Findings {
        var findings = Findings()
        guard let tool = Companion.sibling("npsledger") else {
            findings.notices = [
                "rollbacks are left out: npsledger is not beside ledger-benchmark; build it with "
                    + "`swift build -c release --product npsledger`"
            ]
            return findings
        }
        // Both models have read every text, so there is nothing left to judge.
        try activate(2)
        try withScores { _, _ in }
        var (kept, rebuilt): ([Double], [Double]) = ([], [])
        var result = ""
        for _ in 0..<options.pairCount {
            kept.append(try rollBack(tool, &result))
            try activate(2)
            try FileManager.default.removeItem(atPath: scoresDirectory)
            rebuilt.append(try rollBack(tool, &result))
            try activate(2)
        }
        findings.measures = [
            Measure(
                name: "rollback, results kept, command to answer", unit: .seconds, values: kept,
                limit: options.target(.atMost(1)), parameters: parameters, result: result),
            Measure(
                name: "rollback, scores rebuilt first", unit: .seconds, values: rebuilt,
                limit: options.target(.atMost(10)), parameters: parameters, result: result),
        ]
        return findings
    }

    /// Seconds of one rollback; its answer is checked against the scores.
    private func rollBack(_ tool: String, _ result: inout String) throws -> Double {
        let (answer, time) = try run(tool, ["rollback"])
        let counts = try withScores { store, now in
            try ReplayEngine.ask(store, Lens(asOf: now, model: .pinned(1)), SegmentSelection())
                .total
        }
        let points = 100 * Double(counts[2] - counts[0]) / Double(counts.reduce(0, +))
        guard answer.model == 1, let after = answer.npsAfter, abs(after - points) < 0.05 else {
            throw BenchmarkFailure(
                "after the rollback the score is \(points), the answer was \(answer)")
        }
        result = "NPS \(Formatted.points(points)) under model 1"
        return time.inSeconds
    }

    /// Makes a model the active one, by whatever was active before.
    private func activate(_ version: ModelVersion) throws {
        guard let actor = Actor("benchmark") else { throw BenchmarkFailure("no actor") }
        let ledger = try Ledger(at: history.paths)
        defer { ledger.close() }
        let registry = ModelRegistry(ledger)
        // A run that was interrupted may have left either model active.
        guard try registry.active()?.version != version else { return }
        _ = try registry.activate(version, reason: "a drill", actor: actor)
    }

    private func run(_ tool: String, _ verb: [String]) throws -> (answer: Act, time: Duration) {
        try Companion.answer(
            tool,
            ["model"] + verb + [
                "--ledger", history.paths.directory, "--reason", "a drill", "--format", "json",
            ], name: "npsledger model \(verb[0])",
            environment: [
                "NPSLEDGER_ACTOR": "benchmark", "NPSLEDGER_KEY_FILE": history.paths.masterKey,
            ])
    }
}
