import Catalog
import Classification
import LedgerCore
import LedgerOperations
import LedgerProof
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSLedger
import SurveyImport
import Testing

@Suite("Trainings and evaluations as requests")
struct TrainingRequestTests {
    private func open(_ test: TestLedger) -> OpenLedger {
        OpenLedger(
            test.ledger, observer: SilentObserver(), encoders: .none,
            programs: ExternalPrograms(), threads: 2)
    }

    /// A registration of a training on what a selection says.
    private func record(_ selection: String) throws -> TrainingRecord {
        let evidence = TrainingEvidence(
            asOf: 9, root: [UInt8](repeating: 1, count: 32), selection: selection, seed: 1,
            examples: 2, reviewed: 0, erased: 0, positions: [UInt8](repeating: 2, count: 32))
        let registration = ModelRegistered(
            model: 2, kind: "ngram-1", digest: [], provenance: "trained", card: "{}",
            training: evidence)
        return try #require(TrainingRecord(registration))
    }

    @Test("a selection that is recorded is the same when it is read again")
    func recordedSelection() throws {
        let keeping: [String: Set<String>] = [
            "region": ["EMEA", "", "a=b", "--where", "“quoted”, with a comma"],
            "--by": ["--from=2025"], "pla=n": ["-", "\\ and \" and \n"],
        ]
        for selection in [
            Selection(), Selection(SegmentSelection(keeping: keeping)),
            Selection(
                SegmentSelection(keeping: keeping), from: try TimeBound("2025-01-01"),
                to: try TimeBound("2025-06-01T12:30:00+02:00")),
            Selection(SegmentSelection(keeping: ["plan": ["pro"]]), window: try TimeSpan("4w")),
            Selection(to: try TimeBound("2025-06-01")),
        ] {
            let again = try record(selection.recorded).selection()
            // What was written is kept as it was, beside what it means.
            #expect(again == selection, "\(selection.recorded)")
            #expect(again.recorded == selection.recorded)
        }
        #expect(Selection().recorded == "{}")
    }

    @Test("what is trained again holds for whoever asks: minimum, reason, one answer a request")
    func retraining() throws {
        let test = try TestLedger()
        let file = try SimulatedFile(seed: 21, responses: 500)
        _ = try test.run(TestLedger.Run(SimulatedFile.mapping), file.bytes)
        let open = open(test)
        func refusal(_ act: () throws -> Void) -> LedgerError? {
            #expect(throws: LedgerError.self, performing: act)
        }
        let wanted = RetrainingRequest(.new(like: nil, nil, reason: "monthly"))
        let none = refusal { _ = try open.planRetraining(wanted) }
        #expect(none?.code == .refused && none?.remedy == .train)

        var first = TrainingRequest()
        first.seed = 7
        first.selection = Selection(from: try TimeBound("2020-01-01"))
        let trained = try open.train(first, by: TestLedger.actor)
        #expect(trained.isNew && trained.model.training?.from == "2020-01-01")
        #expect(try !open.train(first, by: TestLedger.actor).isNew)
        first.selection.segments.by = ["region"]
        #expect(refusal { _ = try open.train(first, by: TestLedger.actor) }?.code == .invalid)

        var monthly = wanted
        monthly.newLabelsAtLeast = 1
        let size = try test.size()
        let plan = try open.planRetraining(monthly)
        #expect(plan.model.version == trained.model.version && plan.newLabels == 0)
        #expect(plan.examples == trained.metrics.examples)
        #expect(refusal { _ = try open.retrain(plan, by: TestLedger.actor) }?.code == .refused)
        monthly.newLabelsAtLeast = 0
        #expect(refusal { _ = try open.planRetraining(monthly) }?.code == .invalid)
        for reason in [nil, ""] {
            let silent = try open.planRetraining(
                RetrainingRequest(.new(like: nil, nil, reason: reason)))
            let missing = refusal { _ = try open.retrain(silent, by: TestLedger.actor) }
            #expect(missing?.code == .invalid && missing?.remedy == .giveReason)
        }
        #expect(try test.size() == size, "nothing is recorded")

        let agreed = try open.planRetraining(wanted)
        let answer = try open.retrain(agreed, by: TestLedger.actor)
        #expect(answer.outcome == .unchanged && answer.model.digest == trained.model.digest)
        #expect(try test.size() == size + 2)
        let answered = RetrainingRequest(.recorded(answer.request))
        #expect(refusal { _ = try open.planRetraining(answered) }?.code == .refused)
        // A plan is made on what was there then.
        let late = refusal { _ = try open.retrain(agreed, by: TestLedger.actor) }
        #expect(late?.code == .overtaken, "\(late.map { "\($0)" } ?? "none")")
    }

    @Test("a file of labels is refused for what it lacks, whichever front hands it in")
    func files() throws {
        let test = try TestLedger()
        _ = try test.activateEmbedded()
        let open = open(test)
        let rows = [UInt8](
            "text,score,mood\nso lovely that the goats applauded,10,positive\nawful as wet gravel in a trombone,1,cross\n"
                .utf8)
        func file(_ mapping: [String]) throws -> LabelledFile {
            LabelledFile(
                name: "rows.csv", bytes: rows, mapping: try ColumnMapping(arguments: mapping))
        }
        func fault(_ act: () throws -> Void) -> LedgerError? {
            #expect(throws: LedgerError.self, performing: act)
        }
        let unscored = try file(["text=text"])
        let score = fault { _ = try open.evaluate(EvaluationRequest(1, on: .file(unscored))) }
        #expect(score?.code == .invalid && score?.remedy == .mapTextAndScore)
        var windowed = EvaluationRequest(1, on: .file(try file(["text=text", "score=score"])))
        let answer = try open.evaluate(windowed)
        #expect(answer.counts.labelled == 2 && answer.counts.readNow == 2)
        windowed.selection.window = TimeSpan(days: 30)
        #expect(fault { _ = try open.evaluate(windowed) }?.code == .invalid)

        for (mapping, code, remedy) in [
            (["text=text"], LedgerError.Code.invalid, Remedy.mapTextAndLabel),
            (["text=text", "segment.topics=mood"], .invalid, .giveTaxonomy),
            (["text=text", "segment.luck=mood"], .invalid, nil),
            (["text=text", "segment.sentiment=mood"], .mismatch, nil),
        ] as [([String], LedgerError.Code, Remedy?)] {
            var request = TrainingRequest()
            request.labels = [try file(mapping)]
            let found = fault { _ = try open.train(request, by: TestLedger.actor) }
            #expect(found?.code == code && found?.remedy == remedy, "\(mapping)")
        }
    }
}
