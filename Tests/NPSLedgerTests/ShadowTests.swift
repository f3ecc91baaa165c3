import Foundation
import LedgerCore
import LedgerStore
import NPSLedger
import Testing

@Suite("Shadows")
struct ShadowTests {
    static let rows = "id,score,text\na,9,lovely great\nb,2,awful broken\nc,,fine enough\nd,7,\n"

    /// A ledger with three registered models, the first of them active.
    private func prepared() throws -> (TestLedger, ModelRegistry) {
        let test = try TestLedger()
        let registry = ModelRegistry(test.ledger)
        for artefact in ModelRegistryTests.artefacts {
            _ = try registry.register(
                artefact, provenance: "file", actor: TestLedger.actor)
        }
        _ = try registry.activate(1, reason: "first", actor: TestLedger.actor)
        return (test, registry)
    }

    private func shadows(_ registry: ModelRegistry, asOf: Position? = nil) throws -> [ModelVersion]
    {
        try registry.shadows(asOf: asOf).map(\.version)
    }

    /// Classifications by model, of which response and what.
    private func classifications(_ test: TestLedger) throws -> [ModelVersion: [Position: [UInt16]]]
    {
        var found: [ModelVersion: [Position: [UInt16]]] = [:]
        for (_, classified) in try test.events(ClassificationRecorded.self) {
            #expect(found[classified.model]?[classified.response] == nil, "classified twice")
            found[classified.model, default: [:]][classified.response] = classified.classes
        }
        return found
    }

    @Test("a shadow begins once, ends once, and is known as of any position")
    func life() throws {
        let (test, registry) = try prepared()
        #expect(try shadows(registry) == [])
        let start = try registry.startShadow(2, actor: TestLedger.actor)
        let receipt = try #require(start.receipt)
        #expect(start.model.shadow?.position == receipt.position)
        let size = try test.size()
        let again = try registry.startShadow(2, actor: TestLedger.actor)
        #expect(again.receipt == nil)
        #expect(again.model == start.model)
        #expect(try test.size() == size)
        _ = try registry.startShadow(3, actor: TestLedger.actor)
        #expect(try shadows(registry) == [2, 3])
        _ = try registry.endShadow(2, actor: TestLedger.actor)
        #expect(try shadows(registry) == [3])
        #expect(throws: LedgerError.self) {
            try registry.endShadow(2, actor: TestLedger.actor)
        }
        // The same act again, on other ground: its key must not be that of the first.
        #expect(try registry.startShadow(2, actor: TestLedger.actor).receipt != nil)
        #expect(try shadows(registry) == [2, 3])
        #expect(try shadows(registry, asOf: receipt.position) == [])
        #expect(try shadows(registry, asOf: receipt.position + 1) == [2])
        #expect(
            try test.events(ModelShadowed.self).map(\.payload) == [
                ModelShadowed(model: 2), ModelShadowed(model: 3),
                ModelShadowed(model: 2, ends: true), ModelShadowed(model: 2),
            ])
        let findings = try test.findings()
        #expect(findings.isEmpty, "\(findings)")
    }

    @Test("what is active does not shadow, and a rollback does not make it")
    func activation() throws {
        let (test, registry) = try prepared()
        _ = try registry.startShadow(2, actor: TestLedger.actor)
        _ = try registry.activate(2, reason: "try it", actor: TestLedger.actor)
        let size = try test.size()
        #expect(try shadows(registry) == [])
        for version in [ModelVersion(2), 9] {
            #expect(throws: LedgerError.self) {
                try registry.startShadow(version, actor: TestLedger.actor)
            }
            #expect(throws: LedgerError.self) {
                try registry.endShadow(version, actor: TestLedger.actor)
            }
        }
        #expect(try test.size() == size)
        _ = try registry.rollBack(reason: "no good", actor: TestLedger.actor)
        #expect(try shadows(registry) == [])
        _ = try registry.startShadow(2, actor: TestLedger.actor)
        #expect(try shadows(registry) == [2])
        // Another version's activation leaves it alone.
        _ = try registry.activate(3, reason: "try that", actor: TestLedger.actor)
        #expect(try shadows(registry) == [2])

        // As a process might that did not see the activation: it is not taken for a shadow.
        var batch = EventBatch()
        try batch.append(
            EventDraft(
                ModelShadowed(model: 3), occurredAt: TestLedger.start, actor: TestLedger.actor))
        _ = try test.ledger.log.append(batch)
        _ = try registry.rollBack(reason: "nor that", actor: TestLedger.actor)
        #expect(try shadows(registry) == [2])
    }

    @Test("an import has every shadow read beside the active model", arguments: [1, 3])
    func imports(batchRows: Int) throws {
        let (plain, _) = try prepared()
        var run = TestLedger.Run(["response_id=id", "score=score", "text=text"])
        (run.classifies, run.batchRows) = (true, batchRows)
        _ = try plain.run(run, Self.rows)

        let (test, registry) = try prepared()
        for version in [ModelVersion(2), 3] {
            _ = try registry.startShadow(version, actor: TestLedger.actor)
        }
        let report = try test.run(run, Self.rows)
        #expect(report.classified == 3)
        #expect(report.shadowClassified == 6)
        let classified = try classifications(test)
        #expect(Set(classified.keys) == [1, 2, 3])
        // In the order of the responses: their positions are others.
        func inOrder(_ classified: [Position: [UInt16]]?) -> [[UInt16]] {
            (classified ?? [:]).sorted { $0.key < $1.key }.map(\.value)
        }
        #expect(inOrder(classified[1]) == inOrder(try classifications(plain)[1]))
        for version in [ModelVersion(2), 3] {
            #expect(classified[version]?.keys.sorted() == classified[1]?.keys.sorted())
            #expect(classified[version] != classified[1], "the models of this test do not differ")
        }
        // A text that comes later is read by all of them, too.
        let late = try test.run(run, "id,score,text\nd,7,lovely great\n")
        #expect(late.amended == 1)
        #expect(late.classified == 1)
        #expect(late.shadowClassified == 2)
        let findings = try test.findings()
        #expect(findings.isEmpty, "\(findings)")
    }

    @Test("a share of what comes in is read, the same whenever it comes, another by each version")
    func share() throws {
        let (test, registry) = try prepared()
        _ = try registry.startShadow(2, share: 2_500, actor: TestLedger.actor)
        _ = try registry.startShadow(3, share: 2_500, actor: TestLedger.actor)
        #expect(
            try registry.startShadow(2, share: 2_500, actor: TestLedger.actor).receipt == nil)
        var run = TestLedger.Run(["response_id=id", "score=score", "text=text"])
        (run.classifies, run.batchRows) = (true, 64)
        let count = 2_000
        let rows = (0..<count).map { "r\($0),9,lovely number \($0)\n" }.joined()
        let report = try test.run(run, "id,score,text\n" + rows)
        #expect(report.classified == count)
        let classified = try classifications(test)
        let (second, third) = (
            Set(classified[2, default: [:]].keys), Set(classified[3, default: [:]].keys)
        )
        // Four standard deviations of a lot for each response.
        for found in [second, third] { #expect((423...577).contains(found.count)) }
        #expect((61...189).contains(second.intersection(third).count), "the lots are not one")

        // In one batch instead of many, and the same text later: the same responses.
        let (again, registryAgain) = try prepared()
        _ = try registryAgain.startShadow(2, share: 2_500, actor: TestLedger.actor)
        run.batchRows = 16_384
        _ = try again.run(run, "id,score,text\n" + rows)
        let ids = { (test: TestLedger, positions: Set<Position>) throws in
            Set(
                try test.events(ResponseRecorded.self)
                    .filter { positions.contains($0.position) }.map(\.payload.id))
        }
        let inOneBatch = Set(try classifications(again)[2, default: [:]].keys)
        #expect(try ids(again, inOneBatch) == ids(test, second))

        // All of it from here on: it is the same shadow, reading more.
        let wider = try registry.startShadow(2, actor: TestLedger.actor)
        #expect(wider.receipt != nil && wider.model.shadow?.share == nil)
        _ = try registry.endShadow(2, actor: TestLedger.actor)
        #expect(try shadows(registry) == [3])
        let findings = try test.findings()
        #expect(findings.isEmpty, "\(findings)")
    }

    @Test("a shadow without its artefact keeps nobody from importing")
    func missingArtefact() throws {
        let (test, registry) = try prepared()
        for version in [ModelVersion(2), 3] {
            _ = try registry.startShadow(version, actor: TestLedger.actor)
        }
        let path = "\(test.ledger.paths.models)/\(try registry.model(2).digest)/artefact.npsmodel"
        try FileManager.default.removeItem(atPath: path)
        var named: [ModelVersion] = []
        let usable = try registry.shadowReaders { model, error in
            named.append(model.version)
            #expect(error.message.contains(path))
        }
        #expect(usable.map(\.version) == [3])
        #expect(named == [2])
        #expect(throws: LedgerError.self, "it was never begun without its artefact") {
            _ = try registry.endShadow(2, actor: TestLedger.actor)
            _ = try registry.startShadow(2, actor: TestLedger.actor)
        }
        #expect(try shadows(registry) == [3])
    }
}
