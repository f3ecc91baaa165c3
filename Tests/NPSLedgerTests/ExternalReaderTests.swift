import Classification
import ExternalModels
import Foundation
import LedgerCore
import LedgerStore
import NPSLedger
import SurveyImport
import Testing

@Suite("Models outside the process", .serialized)
struct ExternalReaderTests {
    private let here: TestLedger
    private let registry: ModelRegistry

    init() throws {
        here = try TestLedger()
        registry = ModelRegistry(here.ledger)
    }

    /// A program that is sure of a detractor where a text is long, and keeps what it was sent.
    private func model(_ change: (inout ExternalModel) -> Void = { _ in }) throws -> ExternalModel {
        let path = here.scratch.path + "/judge"
        let script = """
            #!/usr/bin/env python3
            import json, sys
            for line in sys.stdin:
                asked = json.loads(line)
                with open("seen", "a") as file: file.write(json.dumps(asked["text"]) + "\\n")
                share = min(1, len(asked["text"]) / 10)
                print(json.dumps({"id": asked["id"], "class": [share, 0, 1 - share]}), flush=True)
            """
        try Data(script.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        var model = ExternalModel(
            name: "judge", command: [path], directory: here.scratch.path)
        model.retries = 0
        change(&model)
        return model
    }

    private func seen() -> [String] {
        let data = FileManager.default.contents(atPath: here.scratch.path + "/seen") ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func register(_ model: ExternalModel) throws -> RegisteredModel {
        try here.ledger.paths.approvals.approve(model)
        return try registry.register(
            model.canonicalJSON, provenance: "file", actor: TestLedger.actor)
    }

    private func allow(_ value: ExternalModelPolicy) throws {
        _ = try PolicyRegistry(here.ledger).set(
            .externalModels, to: value.rawValue, reason: "test", actor: TestLedger.actor)
    }

    /// Responses with texts of one to `count` letters.
    private func record(_ count: Int) throws -> [(response: Position, text: Position)] {
        let rows = (1...count).map { "r\($0),\(String(repeating: "x", count: $0))" }
        _ = try here.run(
            TestLedger.Run(["response_id=id", "text=words"]),
            "id,words\n" + rows.joined(separator: "\n") + "\n")
        return try here.events(ResponseRecorded.self).map { ($0.position, $0.position) }
    }

    @Test("intents are those of the log, in its order")
    func names() {
        #expect(ExternalAnswer.intentNames == ClassificationRecorded.intentNames)
    }

    @Test("the description is the artefact and the card, and one that is changed is another")
    func artefact() throws {
        let model = try model()
        let registered = try register(model)
        #expect(registered.registration.kind == "external-1")
        #expect(Array(registered.registration.card.utf8) == model.canonicalJSON)
        #expect(registered.registration.encoder == nil)
        #expect(try register(model).version == registered.version)
        var dearer = model
        dearer.budgetTexts += 1
        #expect(try register(dearer).version == registered.version + 1)
        guard case .external(let read) = try registry.file(registered) else {
            Issue.record("not read as what it is")
            return
        }
        #expect(read == model)
        for broken in [Array(model.canonicalJSON.dropLast()), [UInt8(ascii: "{")]] {
            #expect(throws: LedgerError.self) {
                try registry.register(broken, provenance: "file", actor: TestLedger.actor)
            }
        }
    }

    @Test("what may be sent is the lesser of policy and description")
    func policies() throws {
        let redacted = try register(try model())
        let full = try register(try model { $0.send = .full })
        func isAllowed(_ model: RegisteredModel) -> Bool {
            switch Result(catching: { try registry.reader(model) }) {
            case .success: return true
            case .failure(let error):
                #expect((error as? LedgerError)?.code == .permission)
                return false
            }
        }
        #expect(!isAllowed(redacted) && !isAllowed(full))
        try allow(.redacted)
        #expect(isAllowed(redacted) && !isAllowed(full))
        try allow(.full)
        #expect(isAllowed(redacted) && isAllowed(full))
        try allow(.none)
        #expect(!isAllowed(redacted) && !isAllowed(full))
        // No act of a model's life is taken where it could not be asked.
        let acts = try here.size()
        #expect(throws: LedgerError.self) {
            try registry.activate(redacted.version, reason: "no", actor: TestLedger.actor)
        }
        #expect(throws: LedgerError.self) {
            try registry.startShadow(redacted.version, actor: TestLedger.actor)
        }
        #expect(try here.size() == acts)
    }

    @Test("a policy withdrawn on the way ends the run before the next batch")
    func withdrawn() throws {
        let model = try register(try model { $0.batchTexts = 4 })
        let unread = try record(30)
        try allow(.redacted)
        let reader = try registry.reader(model)
        let run = HistoryClassifier(
            here.ledger, version: model.version, reader: reader, threads: 1)
        let error = try #require(throws: LedgerError.self) {
            try run.run(unread) { done, _ in
                if done == 8 { try? allow(.none) }
            }
        }
        #expect(error.code == .permission)
        #expect(seen().count == 8)
        let classified = try here.events(ClassificationRecorded.self)
        #expect(classified.map(\.payload.classes[0]) == (1...8).map { UInt16($0 * 1_000) })
        #expect(classified.allSatisfy { $0.payload.featureCount == 1 })
        #expect(try here.findings().isEmpty)
    }

    @Test("an import can be classified by one, too, and a budget ends it before it is exceeded")
    func imports() throws {
        let model = try register(try model { $0.budgetTexts = 10 })
        try allow(.redacted)
        var options = ImportOptions(
            actor: TestLedger.actor, defaultTime: TestLedger.start, threads: 1)
        options.model = (model.version, try registry.reader(model))
        options.batchRows = 6
        let mapping = try ColumnMapping(arguments: ["response_id=id", "text=words"]).checked()
        func run(_ rows: ClosedRange<Int>) throws -> ImportReport {
            let text = rows.map { "r\($0),words \($0)\n" }.joined()
            var reader = try SurveyFileReader(
                bytes: Array("id,words\n\(text)".utf8), name: "test.csv", mapping: mapping)
            var importer = try ResponseImporter(
                here.ledger, source: "web", mapping: mapping, options: options)
            return try importer.run(&reader) { _, _, _ in }
        }
        #expect(try run(1...6).classified == 6)
        let error = try #require(throws: LedgerError.self) { try run(7...20) }
        #expect(error.code == .refused)
        #expect(seen().count == 6)
        #expect(try here.findings().isEmpty)
    }

    @Test("a text is redacted before it is cut, and cut where a letter ends")
    func long() throws {
        let text =
            String(repeating: "é", count: ExternalModel.textBytesMax / 2 - 3) + " jane@example.com"
        let whole = try register(
            try model {
                $0.send = .full
                $0.name = "whole"
            })
        let model = try register(try model())
        try allow(.full)
        for version in [model, whole] {
            _ = try registry.reader(version).classify(batch: [Array(text.utf8)], threads: 1)
        }
        let sent = try seen().map { try JSONDecoder().decode(String.self, from: Data($0.utf8)) }
        #expect(sent.map(\.utf8.count).allSatisfy { $0 <= ExternalModel.textBytesMax })
        #expect(sent[0].hasSuffix("é [emai"))
        #expect(sent[1].hasSuffix("é jane@"))
    }

    @Test("of many who set a policy on the same ground, one does", arguments: 1...3)
    func race(round: Int) throws {
        let outcomes = Outcomes()
        DispatchQueue.concurrentPerform(iterations: 6) { _ in
            do {
                try allow(.redacted)
                outcomes.add(true)
            } catch {
                // In force already, or put into force while this was decided.
                let code = (error as? LedgerError)?.code
                outcomes.add(code == .refused || code == .overtaken ? false : nil)
            }
        }
        #expect(outcomes.all.count { $0 == true } == 1)
        #expect(outcomes.all.count { $0 == false } == 5)
        #expect(try here.events(PolicyEdited.self).count == 1)
        #expect(try PolicyRegistry(here.ledger).externalModels() == .redacted)
    }
}

// SAFETY: every access holds the lock.
/// What threads did; nil for what should not have happened.
private final class Outcomes: @unchecked Sendable {
    private let lock = NSLock()
    private var list: [Bool?] = []
    var all: [Bool?] { lock.withLock { list } }
    func add(_ outcome: Bool?) { lock.withLock { list.append(outcome) } }
}
