import Foundation
import LedgerCore
import LedgerStore
import NPSLedger
import SurveyImport
import Synchronization
import Testing

/// Acts that meet: what was decided on must still stand when it is recorded, and who comes too late
/// is told who was faster.
@Suite("Acts that meet")
struct ActRaceTests {
    private static let (ann, bob) = (Actor("ann") ?? .system, Actor("bob") ?? .system)

    /// A ledger in which somebody acts between another's look and their act: the clock is asked for
    /// the time of an act after it was decided.
    private final class MeetingLedger: Sendable {
        private typealias Act = @Sendable () throws -> Void
        private final class Pending: Sendable {
            let act = Mutex<Act?>(nil)
            let failure = Mutex<(any Error)?>(nil)
        }

        let scratch: Scratch
        let ledger: Ledger
        private let pending: Pending

        init() throws {
            let pending = Pending()
            self.pending = pending
            scratch = try Scratch()
            ledger = try Ledger.create(
                at: LedgerPaths(directory: scratch.path + "/ledger"), origin: "test.example/nps",
                actor: ActRaceTests.ann,
                clock: {
                    let due = pending.act.withLock { act in
                        defer { act = nil }
                        return act
                    }
                    if let due {
                        do { try due() } catch {
                            pending.failure.withLock { $0 = error }
                        }
                    }
                    return TestLedger.start
                })
            for artefact in ModelRegistryTests.artefacts {
                _ = try ModelRegistry(ledger).register(
                    artefact, provenance: "file", actor: ActRaceTests.ann)
            }
        }

        deinit { ledger.close() }

        /// Does `first` while `second` is under way, after that has looked.
        func meet<R>(
            _ first: @escaping @Sendable (Ledger) throws -> Void, _ second: () throws -> R
        ) throws -> R {
            let ledger = ledger
            pending.act.withLock { $0 = { try first(ledger) } }
            let result = Result { try second() }
            #expect(pending.act.withLock { $0 == nil }, "the other act must have been done")
            if let failure = pending.failure.withLock({ $0 }) { throw failure }
            return try result.get()
        }

        func size() throws -> Position { try ledger.log.head().size }
    }

    /// Expects that `act` is overtaken, and told so in these words.
    private static func expectOvertaken(
        _ words: [String], sourceLocation: SourceLocation = #_sourceLocation,
        _ act: () throws -> Void
    ) {
        let error = #expect(throws: LedgerError.self, sourceLocation: sourceLocation) {
            try act()
        }
        #expect(error?.code == .overtaken, sourceLocation: sourceLocation)
        for word in words + ["look at it and ask again"] {
            #expect(
                error?.message.contains(word) == true,
                "“\(word)” in: \(error?.message ?? "")", sourceLocation: sourceLocation)
        }
    }

    @Test("two rollbacks that mean the same act: one is recorded, the other told of it")
    func rollbacks() throws {
        let test = try MeetingLedger()
        let registry = ModelRegistry(test.ledger)
        for version in ModelVersion(1)...3 {
            _ = try registry.activate(version, reason: "try it", actor: Self.ann)
        }
        let (one, other) = (try registry.planRollback(), try registry.planRollback())
        let receipt = try registry.rollBack(one, reason: "no good", actor: Self.bob)
        let size = try test.size()
        Self.expectOvertaken([
            "by bob at position \(receipt.position) (2025-06-01T00:00:00Z)",
            "model 3 was taken back", "model 2 counts again",
        ]) { _ = try registry.rollBack(other, reason: "no good", actor: Self.ann) }
        #expect(try test.size() == size)
        #expect(try registry.active()?.version == 2)
        // The same within one act, where nobody keeps a plan.
        Self.expectOvertaken(["by bob", "model 3 was activated"]) {
            _ = try test.meet({
                _ = try ModelRegistry($0).activate(3, reason: "again", actor: Self.bob)
            }) { try registry.rollBack(reason: "no good", actor: Self.ann) }
        }
        #expect(try registry.active()?.version == 3)
    }

    @Test("an activation beside a rollback undoes nothing but what it names")
    func activations() throws {
        let test = try MeetingLedger()
        let registry = ModelRegistry(test.ledger)
        for version in ModelVersion(1)...2 {
            _ = try registry.activate(version, reason: "try it", actor: Self.ann)
        }
        let plan = try registry.planActivation(of: 3)
        _ = try registry.rollBack(reason: "no good", actor: Self.bob)
        Self.expectOvertaken(["by bob", "model 2 was taken back"]) {
            _ = try registry.activate(plan, reason: "better", actor: Self.ann)
        }
        let back = try registry.planRollback(to: 2)
        _ = try registry.activate(3, reason: "better", actor: Self.bob)
        Self.expectOvertaken(["by bob", "model 3 was activated"]) {
            _ = try registry.rollBack(back, reason: "no good", actor: Self.ann)
        }
        // Registering, and what comes in, is nobody's ground.
        let late = try registry.planActivation(of: 1)
        _ = try registry.startShadow(2, actor: Self.bob)
        #expect(try registry.activate(late, reason: "as before", actor: Self.ann).position > 0)
        #expect(try registry.active()?.version == 1)
    }

    @Test("a gate is as good as what it was measured on")
    func gates() throws {
        let test = try MeetingLedger()
        let registry = ModelRegistry(test.ledger)
        _ = try registry.activate(1, reason: "first", actor: Self.ann)
        let gate = try Gate([UInt8](#"{"conditions": [{"metric": "unread", "atMost": 0}]}"#.utf8))
        let evidence: (Position) throws -> GateEvidence = { asOf in
            try #require(gate.evaluate(GateMeasurements(active: 1)).evidence(asOf: asOf))
        }
        let thresholds = ThresholdRegistry(test.ledger)
        let early = try evidence(try test.size() - 1)
        let plan = try registry.planActivation(of: 2)
        let older = #expect(throws: LedgerError.self) {
            try registry.activate(plan, reason: "better", actor: Self.ann, gate: early)
        }
        #expect(older?.code == .refused && older?.message.contains("measure it again") == true)
        // Edited before it was measured: it was measured under these.
        _ = try thresholds.edit(.standard, reason: "usual", actor: Self.bob)
        let measured = try evidence(try test.size())
        let strict = try #require(
            Thresholds(passiveFrom: 700, promoterFrom: 900, confidenceMin: 5_000))
        _ = try thresholds.edit(strict, reason: "no guesses", actor: Self.bob)
        Self.expectOvertaken(["by bob", "threshold set 2 was put into force"]) {
            _ = try registry.activate(plan, reason: "better", actor: Self.ann, gate: measured)
        }
        let again = try evidence(try test.size())
        _ = try registry.activate(plan, reason: "better", actor: Self.ann, gate: again)
        #expect(try registry.active()?.version == 2)
    }

    @Test("thresholds and policies: nobody's edit is undone by one that had not seen it")
    func edits() throws {
        let test = try MeetingLedger()
        let thresholds = ThresholdRegistry(test.ledger)
        let first = try thresholds.edit(.standard, reason: "usual", actor: Self.ann)
        let sets = try [600, 650].map {
            try #require(Thresholds(passiveFrom: $0, promoterFrom: 900, confidenceMin: 0))
        }
        let second = try thresholds.edit(
            sets[0], basedOn: first.id, reason: "trial", actor: Self.bob)
        Self.expectOvertaken(["by bob at position \(second.position)", "threshold set 2"]) {
            _ = try thresholds.edit(sets[1], basedOn: first.id, reason: "other", actor: Self.ann)
        }
        Self.expectOvertaken(["by bob", "threshold set 3"]) {
            _ = try test.meet({
                _ = try ThresholdRegistry($0).edit(sets[1], reason: "mine", actor: Self.bob)
            }) { try thresholds.edit(.standard, reason: "other", actor: Self.ann) }
        }
        #expect(try thresholds.history().map(\.id) == [1, 2, 3])
        let policies = PolicyRegistry(test.ledger)
        Self.expectOvertaken(["by bob", "externalModels=full was put into force"]) {
            _ = try test.meet({
                _ = try PolicyRegistry($0).set(
                    .externalModels, to: "full", reason: "contract", actor: Self.bob)
            }) {
                try policies.set(
                    .externalModels, to: "redacted", reason: "contract", actor: Self.ann)
            }
        }
        #expect(try policies.externalModels() == .full)
    }

    @Test("shadows: who wants the same is served, who wants another is told")
    func shadows() throws {
        let test = try MeetingLedger()
        let registry = ModelRegistry(test.ledger)
        _ = try registry.activate(1, reason: "first", actor: Self.ann)
        let begin: @Sendable (ModelVersion, UInt16?) -> @Sendable (Ledger) throws -> Void = {
            version, share in
            { _ = try ModelRegistry($0).startShadow(version, share: share, actor: Self.bob) }
        }
        // Another version's shadow is nobody's ground.
        let own = try test.meet(begin(3, nil)) { try registry.startShadow(2, actor: Self.ann) }
        #expect(own.receipt != nil && own.model.shadow != nil)
        _ = try registry.endShadow(2, actor: Self.ann)
        let same = try test.meet(begin(2, nil)) { try registry.startShadow(2, actor: Self.ann) }
        #expect(same.receipt == nil && same.model.shadow?.share == nil)
        _ = try registry.endShadow(2, actor: Self.ann)
        Self.expectOvertaken(["by bob", "model 2 began to shadow"]) {
            _ = try test.meet(begin(2, 500)) { try registry.startShadow(2, actor: Self.ann) }
        }
        Self.expectOvertaken(["by bob", "the shadow of model 2 was ended"]) {
            _ = try test.meet({
                _ = try ModelRegistry($0).endShadow(2, actor: Self.bob)
            }) { try registry.endShadow(2, actor: Self.ann) }
        }
        Self.expectOvertaken(["by bob", "model 2 was activated"]) {
            _ = try test.meet({
                _ = try ModelRegistry($0).activate(2, reason: "better", actor: Self.bob)
            }) { try registry.startShadow(2, actor: Self.ann) }
        }
    }

    @Test("retraining: what was counted as new must still be")
    func retraining() throws {
        let test = try MeetingLedger()
        let retraining = Retraining(test.ledger)
        let asOf = try test.size()
        let first = try retraining.request(
            .newLabels, follows: 2, newLabels: 10, reason: "monthly", actor: Self.bob, asOf: asOf)
        Self.expectOvertaken(["by bob at position \(first.position)", "trained again"]) {
            _ = try retraining.request(
                .newLabels, follows: 2, newLabels: 10, reason: "monthly", actor: Self.ann,
                asOf: asOf)
        }
        _ = try retraining.request(
            .asked, follows: 1, newLabels: 10, reason: "another", actor: Self.ann, asOf: asOf)
        _ = try retraining.complete(
            first.position, .failed, error: "too few examples", actor: Self.bob)
        Self.expectOvertaken(["by bob", "the request at position \(first.position) was answered"]) {
            _ = try retraining.complete(
                first.position, .registered, model: 3, actor: Self.ann)
        }
        #expect(try retraining.history().map { $0.completion?.outcome } == [.failed, nil])
    }

    @Test("two imports that begin at once with one mapping record one event")
    func mappings() throws {
        let test = try MeetingLedger()
        @Sendable func importer(_ ledger: Ledger, _ column: String) throws {
            _ = try ResponseImporter(
                ledger, source: "web",
                mapping: try ColumnMapping(arguments: ["response_id=id", "score=\(column)"]),
                options: ImportOptions(actor: Self.bob, defaultTime: 0, threads: 1))
        }
        let count: () throws -> Int = {
            try test.ledger.log.positions(of: [.mappingEdited], in: 0..<Position.max).count
        }
        try test.meet({ try importer($0, "nps") }, { try importer(test.ledger, "nps") })
        #expect(try count() == 1)
        // Different ones are put into force one after the other.
        try test.meet({ try importer($0, "rating") }, { try importer(test.ledger, "nps2") })
        #expect(try count() == 3)
    }
}
