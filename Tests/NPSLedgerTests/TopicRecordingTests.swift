import Encoders
import LedgerCore
import LedgerStore
import LedgerVault
import NPSLedger
import SurveyImport
import Testing

@testable import Classification

@Suite("Topics in a ledger")
struct TopicRecordingTests {
    private func csv(_ numbers: Range<Int>) -> String {
        "id,nps,words\n"
            + numbers.map { "r\($0),\($0 % 11),\(TopicModel.text($0).text)\n" }.joined()
    }

    private let mapping = ["response_id=id", "score=nps", "text=words"]

    private func activate(
        _ artefact: [UInt8], _ registry: ModelRegistry
    ) throws -> RegisteredModel {
        let model = try registry.register(
            artefact, provenance: "file", actor: TestLedger.actor)
        _ = try registry.activate(model.version, reason: "topics", actor: TestLedger.actor)
        return model
    }

    /// Every classification of a model with what follows it: its topics, at the next position, of the
    /// same text, and nothing where the model finds none.
    private func check(
        _ test: TestLedger, _ version: ModelVersion, _ read: ([UInt8]) throws -> ClassifierOutput
    ) throws -> (classified: Int, about: Int) {
        let topics = Dictionary(
            uniqueKeysWithValues: try test.events(TopicsRecorded.self)
                .filter { $0.payload.model == version }.map { ($0.position, $0.payload) })
        var (classified, about) = (0, 0)
        for (position, classification) in try test.events(ClassificationRecorded.self)
        where classification.model == version {
            let cause = try test.ledger.log.withEvent(position) { $0.cause } ?? nil
            let text = try #require(cause)
            let opened = try #require(try test.ledger.personalData(at: text)?.text)
            let output = try read(Array(opened.utf8))
            let recorded = topics[position + 1]
            #expect(
                recorded?.topics.map { $0.topic } ?? [] == output.topics.map(\.index), "\(opened)")
            #expect(
                recorded?.topics.map { $0.probability } ?? []
                    == output.topics.map(\.probability))
            if let recorded {
                #expect(recorded.response == classification.response)
                let of = try test.ledger.log.withEvent(position + 1) { $0.cause } ?? nil
                #expect(of == text)
                about += 1
            }
            classified += 1
        }
        #expect(about == topics.count, "topics without a classification before them")
        return (classified, about)
    }

    @Test("what comes in is recorded with its topics, and so is what a later model reads")
    func importAndClassify() throws {
        let test = try TestLedger()
        let registry = ModelRegistry(test.ledger)
        let first = try activate(try TopicModel.trained(), registry)
        #expect(first.registration.topics == TopicModel.names)
        #expect(
            first.topics.map { $0.origin } == [
                .trained, .trained, .trained,
            ])
        #expect(first.topics.allSatisfy { ($0.metrics?.f1 ?? 0) > 9_000 })
        var run = TestLedger.Run(mapping)
        run.classifies = true
        run.batchRows = 37
        run.threads = 2
        let report = try test.run(run, csv(240..<500))
        #expect(report.classified == 260)
        let artefact = try TopicModel.trained()
        let classifier = try NGramClassifier(artefact: artefact)
        let (classified, about) = try check(test, first.version) { classifier.classify($0) }
        #expect(classified == 260)
        #expect(about > 150 && about < 220)
        // The same file again adds nothing; an amended text is read and told apart from the first.
        let before = try test.size()
        _ = try test.run(run, csv(240..<500))
        #expect(try test.size() == before)

        let second = try registry.register(
            try TopicModel.trained(seed: 2), provenance: "file", actor: TestLedger.actor)
        let unread = try test.events(ResponseRecorded.self).map {
            (response: $0.position, text: $0.position)
        }
        let history = try HistoryClassifier(
            test.ledger, version: second.version, reader: try registry.reader(second), threads: 2
        ).run(unread) { _, _ in }
        #expect(history.classified == 260)
        let later = try NGramClassifier(artefact: try TopicModel.trained(seed: 2))
        #expect(
            try check(test, second.version) { later.classify($0) }.classified == 260)
        // Both processes may read: the second one finds all of it there.
        let size = try test.size()
        _ = try HistoryClassifier(
            test.ledger, version: second.version, reader: try registry.reader(second), threads: 1
        ).run(unread) { _, _ in }
        #expect(try test.size() == size)
        #expect(try test.findings().isEmpty)
    }

    @Test("a prototype is found by an encoder, recorded, and marked in the registration")
    func prototypes() throws {
        let test = try TestLedger()
        let encoder = LetterEncoder(digest: 7)
        let registry = ModelRegistry(
            test.ledger, encoders: EncoderSource { _ throws(EncoderError) in encoder })
        let artefact = try TopicModel.trained(labels: [1], encoder: encoder)
        let model = try activate(artefact, registry)
        #expect(
            model.topics.map(\.isPrototype) == [true, false, true])
        #expect(model.topics[0].metrics == nil)
        let mapping = try TestLedger.Run(mapping).columnMapping()
        var options = ImportOptions(
            actor: TestLedger.actor, defaultTime: TestLedger.start, threads: 2)
        options.model = (model.version, try registry.reader(model))
        options.batchRows = 50
        var reader = try SurveyFileReader(
            bytes: Array(csv(240..<400).utf8), name: "a.csv", mapping: mapping)
        var importer = try ResponseImporter(
            test.ledger, source: "web", mapping: mapping, options: options)
        _ = try importer.run(&reader) { _, _, _ in }
        let joined = try JoinedClassifier(artefact: artefact)
        var found: Set<UInt8> = []
        let (classified, about) = try check(test, model.version) { text in
            let output = joined.classify(
                batch: [text], embeddings: try encoder.encode(batch: [text], threads: 1),
                threads: 1)[0]
            found.formUnion(output.topics.map(\.index))
            return output
        }
        #expect(classified == 160 && about > 30)
        #expect(found.contains(1))
        #expect(found.count > 1, "no prototype found anything")
    }

    @Test("a model without topics records none, and is registered without any")
    func withoutTopics() throws {
        let test = try TestLedger()
        let model = try test.activateEmbedded()
        #expect(model.registration.topics.isEmpty)
        #expect(model.topics.isEmpty)
        var run = TestLedger.Run(mapping)
        run.classifies = true
        #expect(try test.run(run, csv(0..<40)).classified == 40)
        #expect(try test.events(TopicsRecorded.self).isEmpty)
    }

    @Test("a model that passes a topic off for another, or for trained, is refused")
    func cardsMustBeTrue() throws {
        let test = try TestLedger()
        let registry = ModelRegistry(test.ledger)
        let model = try ModelArtefact(decoding: try TopicModel.trained())
        let card = String(decoding: model.metadata, as: UTF8.self)
        for (word, other) in [
            ("\"name\":\"staff\"", "\"name\":\"price\""),
            ("\"origin\":\"trained\",\"precision\"", "\"origin\":\"prototype\",\"precision\""),
            ("\"head\":\"topics\"", "\"head\":\"intents\""),
        ] {
            #expect(card.contains(word))
            var lying = model
            lying.metadata = Array(card.replacing(word, with: other).utf8)
            let error = #expect(throws: LedgerError.self) {
                try registry.register(
                    lying.encoded(), provenance: "file", actor: TestLedger.actor)
            }
            #expect(error?.code == .refused)
        }
        #expect(try registry.list().isEmpty)
    }
}
