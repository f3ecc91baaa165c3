import AuditProjection
import Foundation
import LedgerCore
import LineageProjection
import NPSBySegmentProjection
import NPSLedger
import Presentation

extension ReplayRun {
    /// Most memory that a rebuild may take beside the map.
    static let anonymousBytesMax = 500.0 * 1024 * 1024

    /// NPSBySegment on one thread against a bare cursor over the same entries, then on more.
    func rebuild() throws -> Findings {
        var bare: [Figure.Pair] = []
        var threaded: [Figure.Pair] = []
        // On a busy machine the share of processor time is what can be told.
        var processor: [Double] = []
        var digests: Set<String> = []
        var result = ""
        let threads = max(2, ReplayEngine.threadsMax)
        for _ in 0..<options.pairCount {
            let scan = try Companion.answer(
                Companion.ownPath, ["scan-once", "--log", history.paths.log], name: "scan-once",
                as: ScanOnce.Answer.self
            ).answer
            let one = try fold(NPSBySegment.descriptor.id, threads: 1)
            let many = try fold(NPSBySegment.descriptor.id, threads: threads)
            guard scan.events == one.events, one.events == many.events else {
                throw BenchmarkFailure(
                    "\(scan.events), \(one.events) and \(many.events) events were read")
            }
            digests.formUnion([one.digest, many.digest])
            bare.append(
                Figure.Pair(rate: Self.rate(one), baseRate: Double(scan.events) / scan.seconds))
            threaded.append(Figure.Pair(rate: Self.rate(many), baseRate: Self.rate(one)))
            processor.append(scan.processorSeconds / max(one.processorSeconds, 1e-9))
            result =
                "state \(Formatted.bytes(many.stateBytes)), anonymous memory at most "
                + Formatted.bytes(many.anonymousBytes)
        }
        guard let digest = digests.first, digests.count == 1 else {
            throw BenchmarkFailure("the state depends on the number of threads: \(digests)")
        }
        result += ", digest \(digest.prefix(16))"
        return Findings([
            Figure(
                name: "NPS by segment rebuilt, 1 thread", base: "bare C cursor",
                pairs: bare, target: options.target(0.25),
                parameters: parameters + [("threads", 1)],
                result: result + ", ratio by processor time "
                    + Formatted.fixed(processor.quantile(0.5), decimals: 2)),
            Figure(
                name: "NPS by segment rebuilt, \(threads) threads", base: "1 thread",
                pairs: threaded, target: options.target(1.7),
                parameters: parameters + [("threads", threads)], result: result),
        ])
    }

    /// Pace and memory of the projections that keep an entry for most events.
    func lineageAndAudit() throws -> Findings {
        var findings = Findings()
        for id in [Lineage.descriptor.id, Audit.descriptor.id] {
            let folds = try (0..<options.pairCount).map { _ in
                try fold(id, threads: ReplayEngine.threadsMax)
            }
            guard let last = folds.last, Set(folds.map(\.digest)).count == 1 else {
                throw BenchmarkFailure("\(id) came out differently: \(folds.map(\.digest))")
            }
            let result =
                "state \(Formatted.bytes(last.stateBytes)), digest \(last.digest.prefix(16))"
            let parameters = parameters + [("threads", ReplayEngine.threadsMax)]
            findings.measures += [
                Measure(
                    name: "\(id) rebuilt, events", unit: .perSecond, values: folds.map(Self.rate),
                    limit: options.target(.atLeast(300_000)), parameters: parameters,
                    result: result),
                Measure(
                    name: "\(id) rebuilt, anonymous memory", unit: .bytes,
                    values: folds.map { Double($0.anonymousBytes) },
                    limit: .atMost(Self.anonymousBytesMax), parameters: parameters,
                    result: result),
            ]
        }
        return findings
    }

    private static func rate(_ fold: FoldOnce.Answer) -> Double {
        Double(fold.events) / max(fold.seconds, 1e-9)
    }

    private func fold(_ projection: String, threads: Int) throws -> FoldOnce.Answer {
        try Companion.answer(
            Companion.ownPath,
            [
                "fold-once", "--log", history.paths.log, "--into", history.scratch,
                "--projection", projection, "--threads", "\(threads)",
            ], name: "fold-once"
        ).answer
    }
}

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
        // Both models have read every text, so there is nothing left to classify.
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
