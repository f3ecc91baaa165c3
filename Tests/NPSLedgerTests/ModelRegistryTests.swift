import Classification
import Foundation
import LedgerCore
import LedgerStore
import LedgerVault
import NPSLedger
import Testing

@Suite("Models")
struct ModelRegistryTests {
    /// Three small models that differ.
    static let artefacts: [[UInt8]] = {
        var options = TrainingOptions(seed: 1, folds: 2, hashBits: 10)
        options.classExamplesMin = 2
        return (0..<3).compactMap { number in
            let words = ["awful broken", "fine enough", "lovely great"]
            let examples = (0..<30).map { index in
                TrainingExample(
                    text: [UInt8]("\(words[index % 3]) \(index) \(number)".utf8),
                    scoreClass: UInt8((index + number) % 3),
                    key: UInt64(index))
            }
            return try? NGramTrainer.train(examples, options: options).artefact
        }
    }()

    private func registered(_ test: TestLedger) throws -> ModelRegistry {
        let registry = ModelRegistry(test.ledger)
        #expect(Self.artefacts.count == 3)
        for (index, artefact) in Self.artefacts.enumerated() {
            let model = try registry.register(
                artefact, provenance: "file", actor: TestLedger.actor)
            #expect(model.version == ModelVersion(index + 1))
        }
        return registry
    }

    @Test("activations are a stack: a rollback takes the top off, and a second one the next")
    func stack() throws {
        let test = try TestLedger()
        let registry = try registered(test)
        #expect(try registry.active() == nil)
        #expect(throws: LedgerError.self) { try registry.planRollback() }
        var receipts: [Receipt] = []
        for version in ModelVersion(1)...3 {
            receipts.append(
                try registry.activate(version, reason: "try it", actor: TestLedger.actor))
            #expect(try registry.active()?.version == version)
        }
        let first = try registry.rollBack(reason: "no good", actor: TestLedger.actor)
        #expect(first.model.version == 2)
        #expect(try registry.active()?.version == 2)
        let second = try registry.rollBack(reason: "nor this", actor: TestLedger.actor)
        #expect(second.model.version == 1)
        #expect(throws: LedgerError.self) {
            try registry.rollBack(reason: "further", actor: TestLedger.actor)
        }
        // The way forth again, and back over a repeated version.
        _ = try registry.activate(3, reason: "again", actor: TestLedger.actor)
        _ = try registry.activate(1, reason: "and back", actor: TestLedger.actor)
        #expect(try registry.planRollback().target.version == 3)
        _ = try registry.rollBack(reason: "once", actor: TestLedger.actor)
        #expect(try registry.rollBack(reason: "twice", actor: TestLedger.actor).model.version == 1)
        #expect(throws: LedgerError.self) { try registry.planRollback() }

        let acts = try test.events(ModelActivated.self).map(\.payload)
        #expect(acts.map(\.model) == [1, 2, 3, 2, 1, 3, 1, 3, 1])
        #expect(acts.map(\.previous) == [nil, 1, 2, 3, 2, 1, 3, 1, 3])
        #expect(acts[3].rollsBack == receipts[2].position)
        // What it takes back is what is in force: the activation before, itself a rollback.
        #expect(acts[4].rollsBack == first.receipt.position)
        #expect(acts[..<3].allSatisfy { $0.rollsBack == nil })
        #expect(try registry.active(asOf: receipts[1].position + 1)?.version == 2)
        #expect(try registry.active(asOf: receipts[1].position)?.version == 1)
        let findings = try test.findings()
        #expect(findings.isEmpty, "\(findings)")
    }

    @Test("a rollback to a version goes there, and leaves out what lay between")
    func rollbackTo() throws {
        let test = try TestLedger()
        let registry = try registered(test)
        for version in ModelVersion(1)...2 {
            _ = try registry.activate(version, reason: "try it", actor: TestLedger.actor)
        }
        #expect(throws: LedgerError.self) {
            try registry.rollBack(to: 2, reason: "it is active", actor: TestLedger.actor)
        }
        #expect(throws: LedgerError.self) {
            try registry.rollBack(to: 9, reason: "there is none", actor: TestLedger.actor)
        }
        #expect(throws: LedgerError.self, "never active, so there is nothing to go back to") {
            try registry.rollBack(to: 3, reason: "never active", actor: TestLedger.actor)
        }
        _ = try registry.activate(3, reason: "try it", actor: TestLedger.actor)
        let back = try registry.rollBack(to: 1, reason: "far back", actor: TestLedger.actor)
        #expect(back.model.version == 1)
        #expect(throws: LedgerError.self) { try registry.planRollback() }
    }

    @Test("an act needs a reason, which is sealed")
    func reasons() throws {
        let test = try TestLedger()
        let registry = try registered(test)
        let size = try test.size()
        for reason in ["", "  \n", String(repeating: "x", count: 5_000)] {
            #expect(throws: LedgerError.self) {
                try registry.activate(1, reason: reason, actor: TestLedger.actor)
            }
        }
        #expect(try test.size() == size)
        let receipt = try registry.activate(
            1, reason: "Pangolin reason", actor: TestLedger.actor)
        #expect(try test.ledger.personalData(at: receipt.position)?.reason == "Pangolin reason")
        for (path, bytes) in try test.scratch.files() {
            #expect(bytes.range(of: Data("Pangolin".utf8)) == nil, "\(path)")
        }
    }

    @Test("what is active already, or is not there, is refused")
    func refused() throws {
        let test = try TestLedger()
        let registry = try registered(test)
        _ = try registry.activate(2, reason: "first", actor: TestLedger.actor)
        let size = try test.size()
        for version in [ModelVersion(2), 0, 4] {
            #expect(throws: LedgerError.self) {
                try registry.activate(version, reason: "again", actor: TestLedger.actor)
            }
        }
        #expect(throws: LedgerError.self) {
            try registry.register(
                [1, 2, 3], provenance: "file", actor: TestLedger.actor)
        }
        #expect(try test.size() == size)
    }

    @Test("the same artefact twice is one version")
    func twice() throws {
        let test = try TestLedger()
        let registry = try registered(test)
        let size = try test.size()
        let again = try registry.register(
            Self.artefacts[1], provenance: "file", actor: TestLedger.actor)
        #expect(again.version == 2)
        #expect(try test.size() == size)
        #expect(try registry.list().map(\.version) == [1, 2, 3])
    }

    @Test("an artefact with one byte changed, cut, or gone is refused by name")
    func changedArtefact() throws {
        let test = try TestLedger()
        let registry = try registered(test)
        let model = try registry.model(1)
        let path = "\(test.ledger.paths.models)/\(model.digest)/artefact.npsmodel"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var numbers = SeededGenerator(seed: 5)
        for _ in 0..<8 {
            var changed = whole
            changed[numbers.below(whole.count)] ^= UInt8(1 + numbers.below(255))
            try changed.write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: LedgerError.self) { try registry.file(model) }
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains(model.digest) == true)
            #expect(throws: LedgerError.self) {
                try registry.activate(1, reason: "changed", actor: TestLedger.actor)
            }
        }
        try whole.prefix(100).write(to: URL(fileURLWithPath: path))
        #expect(throws: LedgerError.self) { try registry.file(model) }
        try FileManager.default.removeItem(atPath: path)
        let error = #expect(throws: LedgerError.self) { try registry.file(model) }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains(path) == true)
        // Registering it again puts it back.
        _ = try registry.register(
            Self.artefacts[0], provenance: "file", actor: TestLedger.actor)
        _ = try registry.file(model)
        _ = try registry.activate(1, reason: "whole again", actor: TestLedger.actor)
    }
}
