import Catalog
import Classification
import Encoders
import LedgerCore
import LedgerReplay
import LedgerStore
import LedgerVault
import NPSBySegmentProjection
import NPSLedger
import SurveyImport
import Synchronization
import Testing

@Suite("Models with an encoder in a ledger")
struct JoinedModelTests {
    private func source(_ encoder: LetterEncoder) -> EncoderSource {
        EncoderSource { _ throws(EncoderError) in encoder }
    }

    private func trained(
        _ test: TestLedger, _ encoder: LetterEncoder, seed: UInt64
    ) throws -> ModelTraining.Result {
        let catalog = try ProjectionCatalog(directory: test.ledger.paths.projections)
        defer { catalog.close() }
        try catalog.npsBySegment.catchUp(with: test.ledger.log)
        let (examples, asOf) = try catalog.npsBySegment.read { state, build in
            let lens = try ResolvedLens(Lens(asOf: build.position), in: state)
            let examples = try NPSBySegmentQuery(state).scoredTexts(lens).map {
                ModelTraining.Example(
                    response: $0.response, text: $0.text,
                    label: lens.thresholds.classify(score: $0.score))
            }
            return (examples, build.position)
        }
        return try ModelTraining(test.ledger).train(
            examples, asOf: asOf, selection: "{}", seed: seed, threads: 2,
            encoder: ("letters", encoder)
        ) { _ in }
    }

    private func register(
        _ trained: ModelTraining.Result, _ registry: ModelRegistry
    ) throws -> RegisteredModel {
        try registry.register(trained, actor: TestLedger.actor)
    }

    @Test("the same events, seed and encoder give the same artefact; it classifies what comes in")
    func story() throws {
        let test = try TestLedger()
        let file = try SimulatedFile(seed: 31, responses: 500)
        _ = try test.run(TestLedger.Run(SimulatedFile.mapping), file.bytes)
        let encoder = LetterEncoder(digest: 5)
        let first = try trained(test, encoder, seed: 7)
        #expect(try trained(test, encoder, seed: 7).model.artefact == first.model.artefact)
        #expect(
            try ModelFile(artefact: first.model.artefact).encoder?.description.hasPrefix(
                "letters 0505") == true)

        let registry = ModelRegistry(test.ledger, encoders: source(encoder))
        let model = try register(first, registry)
        #expect(model.registration.kind == "ngram-1+letters")
        let second = try register(try trained(test, encoder, seed: 8), registry)
        _ = try registry.activate(model.version, reason: "first", actor: TestLedger.actor)
        _ = try registry.startShadow(second.version, actor: TestLedger.actor)

        // One encoder, two models: each text is encoded once.
        encoder.texts.withLock { $0 = 0 }
        let mapping = try TestLedger.Run(SimulatedFile.mapping).columnMapping()
        var options = ImportOptions(
            actor: TestLedger.actor, defaultTime: TestLedger.start, threads: 2)
        options.model = (model.version, try registry.reader(model))
        options.shadows = try registry.shadowReaders { _, error in Issue.record(error) }
        options.batchRows = 100
        let late = try SimulatedFile(seed: 32, responses: 300)
        var reader = try SurveyFileReader(bytes: late.bytes, name: "late.csv", mapping: mapping)
        var importer = try ResponseImporter(
            test.ledger, source: "late", mapping: mapping, options: options)
        let report = try importer.run(&reader) { _, _, _ in }
        #expect(report.classified > 50)
        #expect(report.shadowClassified == report.classified)
        #expect(encoder.texts.withLock { $0 } == report.classified)

        // Every classification is that of the model on the text it is of, whatever batch it came in.
        let joined = try JoinedClassifier(artefact: first.model.artefact)
        var compared = 0
        for (position, classified) in try test.events(ClassificationRecorded.self)
        where classified.model == model.version {
            let cause = try test.ledger.log.withEvent(position) { $0.cause } ?? nil
            let text = try #require(cause)
            let opened = try test.ledger.personalData(at: text)?.text
            let bytes = [UInt8](try #require(opened).utf8)
            let output = joined.classify(
                batch: [bytes],
                embeddings: try encoder.encode(batch: [bytes], threads: 1), threads: 1)[0]
            #expect(
                classified
                    == ClassificationRecorded(
                        response: classified.response, model: model.version, output))
            compared += 1
        }
        #expect(compared == report.classified)
        #expect(try test.findings().isEmpty)
    }

    @Test("without its encoder, or with another, a model is refused with what to do")
    func encoderMissing() throws {
        let test = try TestLedger()
        let file = try SimulatedFile(seed: 33, responses: 400)
        _ = try test.run(TestLedger.Run(SimulatedFile.mapping), file.bytes)
        let encoder = LetterEncoder(digest: 5)
        let model = try register(
            try trained(test, encoder, seed: 7), ModelRegistry(test.ledger, encoders: .none))
        let none = ModelRegistry(test.ledger, encoders: .none)
        // Its artefact can be checked all the same.
        guard case .joined = try none.file(model) else {
            Issue.record("not a joined model")
            return
        }
        let missing = #expect(throws: LedgerError.self) { try none.reader(model) }
        #expect(missing?.code == .notFound)
        #expect(missing?.remedy == .fetchEncoder)
        let other = ModelRegistry(test.ledger, encoders: source(LetterEncoder(digest: 6)))
        let mismatch = #expect(throws: LedgerError.self) {
            try other.activate(model.version, reason: "x", actor: TestLedger.actor)
        }
        #expect(mismatch?.code == .corrupt)
        #expect(
            mismatch?.message.contains("was trained on") == true, "\(String(describing: mismatch))")
        #expect(try none.active() == nil)
        // The embedded model works on.
        let embedded = try test.activateEmbedded()
        #expect(try none.active()?.version == embedded.version)
    }
}
