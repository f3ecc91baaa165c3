import LedgerCore
import LedgerStore
import NPSLedger
import NPSStatistics
import Testing

@Suite("Gates")
struct GateTests {
    private func report(
        _ condition: String, _ measured: GateMeasurements
    ) throws -> GateReport.Line {
        let gate = try Gate([UInt8]("{\"conditions\": [{\(condition)}]}".utf8))
        let report = gate.evaluate(measured)
        #expect(report.isMet == report.lines[0].isMet)
        #expect((report.evidence(asOf: 7) != nil) == report.isMet)
        return try #require(report.lines.first)
    }

    private func flips(_ rows: [[Int]]) throws -> FlipMatrix {
        try #require(FlipMatrix(rows: rows))
    }

    /// Three of four right, each three quarters sure: as well calibrated as can be.
    private func quality(right: Int, wrong: Int) -> ClassifierQuality {
        var quality = ClassifierQuality()
        for index in 0..<(right + wrong) {
            let stated: NPSClass = index.isMultiple(of: 2) ? .promoter : .detractor
            let says = index < right ? stated : stated == .promoter ? .detractor : .promoter
            quality.add(
                stated: stated, detractor: says == .detractor ? 7_500 : 1_000,
                promoter: says == .promoter ? 7_500 : 1_000)
        }
        return quality
    }

    @Test("quality is measured on the likeliest class, and rounded against the candidate")
    func quality() throws {
        var measured = GateMeasurements(active: 1)
        measured.candidate = quality(right: 3, wrong: 1)
        #expect(measured.candidate.accuracy == 0.75)
        #expect(try #require(measured.candidate.calibrationError) < 1e-12)
        let floor = try report(#""metric": "accuracy", "atLeast": 0.75"#, measured)
        #expect(floor.isMet)
        #expect(floor.finding?.observed == 7_500)
        #expect(floor.finding?.responses == 4)
        #expect(try !report(#""metric": "accuracy", "atLeast": 0.7501"#, measured).isMet)
        let error = try report(#""metric": "ece", "atMost": 0"#, measured)
        #expect(error.finding?.observed == 0)
        #expect(error.isMet)
        // Two of three: 0.66666… is no 0.6667.
        measured.candidate = quality(right: 2, wrong: 1)
        let third = try report(#""metric": "accuracy", "atLeast": 0.6667"#, measured)
        #expect(third.finding?.observed == 6_666)
        #expect(!third.isMet)
        // 0.75 − 2/3 is 0.08333…, which a limit of 0.0833 refuses.
        let gap = try report(#""metric": "ece", "atMost": 0.0833"#, measured)
        #expect(gap.finding?.observed == 834)
        #expect(!gap.isMet)
    }

    @Test("worse is worse than the active model on what both read; better is never worse")
    func drops() throws {
        var measured = GateMeasurements(active: 1)
        measured.candidate = quality(right: 1, wrong: 99)
        measured.both = (quality(right: 74, wrong: 26), quality(right: 76, wrong: 24))
        let close = try report(#""metric": "accuracy", "worseByAtMost": 0.02"#, measured)
        #expect(close.finding?.observed == 200)
        #expect(close.finding?.active == 7_600)
        #expect(close.finding?.responses == 100)
        #expect(close.isMet)
        #expect(try !report(#""metric": "accuracy", "worseByAtMost": 0.0199"#, measured).isMet)
        #expect(try report(#""metric": "ece", "worseByAtMost": 0"#, measured).isMet)
        measured.both = (quality(right: 90, wrong: 10), quality(right: 76, wrong: 24))
        let better = try report(#""metric": "accuracy", "worseByAtMost": 0"#, measured)
        #expect(better.finding?.observed == -1_400)
        #expect(better.isMet)
        // The error has grown from 0.01 to 0.15.
        let error = try report(#""metric": "ece", "worseByAtMost": 0.1399"#, measured)
        #expect(error.finding?.observed == 1_400)
        #expect(!error.isMet)
    }

    @Test("changes: their size either way, rounded away from zero, of the worst large segment")
    func changes() throws {
        var measured = GateMeasurements(active: 1)
        let overall = GateMeasurements.Question(basis: .blended)
        // 1 of 300 from promoter to passive: −0.3333… points.
        measured.changes[overall] = [
            .init(values: [], flips: try flips([[99, 0, 0], [0, 100, 0], [0, 1, 100]]))
        ]
        let change = try report(#""metric": "npsChange", "atMost": 0.33"#, measured)
        #expect(change.finding?.observed == -34)
        #expect(!change.isMet)
        #expect(try report(#""metric": "npsChange", "atMost": 0.34"#, measured).isMet)
        // Another basis is another question.
        let inferred = #""metric": "npsChange", "atMost": 9, "basis": "inferred""#
        #expect(try report(inferred, measured).finding == nil)

        measured.changes[.init(basis: .blended, by: ["region", "plan"])] = [
            .init(
                values: ["EMEA", nil], flips: try flips([[50, 4, 0], [0, 40, 0], [0, 0, 6]])),
            .init(
                values: ["AMER", "pro"], flips: try flips([[90, 0, 0], [0, 5, 0], [5, 0, 0]])),
            .init(
                values: ["APAC", "pro"], flips: try flips([[0, 0, 1], [0, 0, 0], [0, 0, 0]])),
            .init(values: ["none", nil], flips: FlipMatrix()),
        ]
        func segments(_ least: Int, _ most: Double) -> String {
            #""metric": "segmentChange", "by": ["region", "plan"], "#
                + "\"responsesAtLeast\": \(least), \"pointsAtMost\": \(most)"
        }
        let worst = try report(segments(100, 9.99), measured)
        #expect(worst.finding?.observed == -1_000)
        #expect(worst.finding?.segment == ["region": "AMER", "plan": "pro"])
        #expect(worst.finding?.responses == 100)
        #expect(worst.remark == "1 of 3 segments have fewer than 100 responses")
        #expect(!worst.isMet)
        #expect(try report(segments(100, 10), measured).isMet)
        let single = try report(segments(1, 200), measured)
        #expect(single.finding?.observed == 20_000)
        #expect(single.remark == nil)
        // A value that responses lack is left out of the name.
        measured.changes[.init(basis: .blended, by: ["region", "plan"])]?.remove(at: 1)
        #expect(try report(segments(100, 5), measured).finding?.segment == ["region": "EMEA"])
    }

    @Test("what cannot be measured is not met, and says why")
    func unmeasured() throws {
        let relative = [
            #""metric": "macroF1", "worseByAtMost": 1"#, #""metric": "kappa", "atLeast": 0"#,
            #""metric": "npsChange", "atMost": 200"#,
            #""metric": "segmentChange", "by": ["a"], "responsesAtLeast": 1, "pointsAtMost": 200"#,
        ]
        for condition in relative {
            let line = try report(condition, GateMeasurements(active: nil))
            #expect(!line.isMet)
            #expect(line.remark?.contains("no model is active") == true)
            let empty = try report(condition, GateMeasurements(active: 1))
            #expect(!empty.isMet && empty.finding == nil)
            #expect(empty.remark?.contains("both models") == true, "\(empty)")
        }
        for condition in [#""metric": "ece", "atMost": 1"#, #""metric": "accuracy", "atLeast": 0"#]
        {
            let line = try report(condition, GateMeasurements(active: 1))
            #expect(!line.isMet)
            #expect(line.remark == "the model read no text with a stated score")
        }
        // One class throughout: agreement by chance is all there can be.
        var measured = GateMeasurements(active: 1)
        measured.agreement = try flips([[9, 0, 0], [0, 0, 0], [0, 0, 0]])
        let kappa = try report(#""metric": "kappa", "atLeast": 0"#, measured)
        #expect(kappa.remark?.contains("one and the same class") == true)
        measured.agreement = try flips([[9, 0, 0], [0, 0, 0], [0, 1, 9]])
        #expect(try report(#""metric": "kappa", "atLeast": 0.8"#, measured).isMet)
        // Without an active model, what is not about it can be met.
        measured = GateMeasurements(active: nil)
        measured.candidate = quality(right: 3, wrong: 1)
        #expect(try report(#""metric": "accuracy", "atLeast": 0.7"#, measured).isMet)
        (measured.texts, measured.unread) = (10, 2)
        #expect(try report(#""metric": "unread", "atMost": 2"#, measured).isMet)
        let unread = try report(#""metric": "unread", "atMost": 1"#, measured)
        #expect(!unread.isMet)
        #expect(unread.finding?.observed == 2)
        #expect(unread.finding?.responses == 10)
    }

    @Test("a whole gate is met when each condition is, and its evidence says how")
    func whole() throws {
        let gate = try Gate([UInt8](GateFileTests.whole.utf8))
        #expect(
            gate.questions == [
                .init(basis: .blended), .init(basis: .inferred),
                .init(basis: .blended, by: ["region"]),
                .init(basis: .inferred, by: ["region", "plan"]),
            ])
        var measured = GateMeasurements(active: 1)
        measured.candidate = quality(right: 300, wrong: 100)
        measured.both = (measured.candidate, measured.candidate)
        let same = try flips([[100, 0, 0], [0, 100, 0], [0, 0, 100]])
        measured.agreement = same
        for question in gate.questions {
            measured.changes[question] = [
                .init(values: question.by.map { _ in "x" }, flips: same)
            ]
        }
        let report = gate.evaluate(measured)
        #expect(report.isMet, "\(report.lines.filter { !$0.isMet })")
        let evidence = try #require(report.evidence(asOf: 70))
        #expect(evidence.digest == gate.digest)
        #expect(evidence.asOf == 70)
        #expect(evidence.isMet)
        #expect(evidence.findings.map(\.condition) == gate.conditions)
        measured.unread = 1
        #expect(gate.evaluate(measured).evidence(asOf: 70) == nil)
    }

    @Test("an activation carries the evidence, and none that was measured on other ground")
    func activation() throws {
        let test = try TestLedger()
        let registry = ModelRegistry(test.ledger)
        for artefact in ModelRegistryTests.artefacts {
            _ = try registry.register(
                artefact, provenance: "file", actor: TestLedger.actor)
        }
        _ = try registry.activate(1, reason: "first", actor: TestLedger.actor)
        let gate = try Gate([UInt8](#"{"conditions": [{"metric": "unread", "atMost": 0}]}"#.utf8))
        let asOf = try test.size()
        let evidence = try #require(
            gate.evaluate(GateMeasurements(active: 1)).evidence(asOf: asOf))
        // Another model became active after it was measured.
        _ = try registry.activate(3, reason: "meanwhile", actor: TestLedger.actor)
        let size = try test.size()
        let error = #expect(throws: LedgerError.self) {
            try registry.activate(2, reason: "late", actor: TestLedger.actor, gate: evidence)
        }
        #expect(error?.code == .overtaken)
        #expect(try test.size() == size)
        #expect(try registry.active()?.version == 3)

        let again = try #require(
            gate.evaluate(GateMeasurements(active: 3)).evidence(asOf: size))
        // What is no activation may come in between: the evidence says as of when it holds.
        _ = try registry.register(
            ModelRegistryTests.artefacts[0] + [], provenance: "file",
            actor: TestLedger.actor)
        let receipt = try registry.activate(
            2, reason: "passed", actor: TestLedger.actor, gate: again)
        let act = try #require(try test.events(ModelActivated.self).last)
        #expect(act.position == receipt.position)
        #expect(act.payload.gate == again)
        #expect(act.payload.previous == 3)
        #expect(try registry.model(2).activations.map(\.gate) == [again])
        #expect(try registry.model(1).activations.map(\.gate) == [nil])
        let findings = try test.findings()
        #expect(findings.isEmpty, "\(findings)")
    }
}
