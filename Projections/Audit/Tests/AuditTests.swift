import AuditProjection
import LedgerCore
import NaiveFolds
import ProjectionContract
import Testing

@Suite("Audit")
struct AuditTests {
    @Test("keeps the contract")
    func contract() throws {
        let violations = try ProjectionContract.verify(Audit.self) { state, asOf in
            var lines: [String] = []
            try AuditQuery.acts(from: 3, to: 150, asOf: asOf, in: state) {
                lines.append("\($0)")
                return true
            }
            try AuditQuery.rejections(asOf: asOf, limit: 20, offset: 1, in: state) {
                lines.append("\($0)")
                return true
            }
            lines.append("\(try AuditQuery.rejectionCounts(asOf: asOf, in: state))")
            lines.append("\(String(describing: try AuditQuery.act(at: 40, asOf: asOf, in: state)))")
            return lines.flatMap { [UInt8]($0.utf8) }
        }
        #expect(violations == [])
    }

    @Test("tells what looking back through the whole log tells", arguments: [false, true])
    func likeTheLog(dangles: Bool) throws {
        for seed in UInt64(1)...4 {
            let history = try EventHistory(seed: seed, hasDanglingReferences: dangles)
            let state = MemoryState()
            var audit = Audit()
            var naive = NaiveAudit()
            try history.forEachEvent { event in
                naive.append(try NaiveEvent(event))
                if Audit.descriptor.consumes.contains(event.name) {
                    try audit.apply(event, to: state)
                }
            }
            for asOf in [history.size, history.size / 2, 0] {
                var acts: [NaiveAudit.Record] = []
                try AuditQuery.acts(asOf: asOf, in: state) {
                    acts.append(NaiveAudit.Record($0))
                    return true
                }
                #expect(acts == naive.acts(asOf: asOf), "seed \(seed) as of \(asOf)")
                var rejections: [NaiveAudit.Record] = []
                try AuditQuery.rejections(asOf: asOf, in: state) {
                    rejections.append(NaiveAudit.Record($0))
                    return true
                }
                #expect(rejections == naive.rejections(asOf: asOf), "seed \(seed) as of \(asOf)")
            }
            let isDisputed = naive.acts(asOf: .max).contains { $0.isDisputed }
            #expect(!dangles || isDisputed, "seed \(seed): nothing here is mistaken")
        }
    }

    @Test("models: from what to what, and what a rollback takes back")
    func models() throws {
        let ledger = AuditLedger()
        try ledger.append(activation(1, previous: nil))
        let second = try ledger.append(
            activation(2, previous: 1), by: "engineer", cause: 0, sealed: true)
        try ledger.append(activation(1, previous: 2, rollsBack: second), by: "engineer")
        let acts = try ledger.acts([.modelActivated])
        #expect(acts.map(\.before) == [nil, .active(model: 1), .active(model: 2)])
        #expect(acts.map(\.after) == [1, 2, 1].map { .active(model: $0) })
        #expect(acts.map(\.rollsBack) == [nil, nil, second])
        #expect(acts.map(\.sealedReason) == [nil, second, nil])
        #expect(acts.map(\.actor) == ["analyst", "engineer", "engineer"])
        #expect(acts.map(\.cause) == [nil, 0, nil])
        #expect(acts.map(\.isDisputed) == [false, false, false])
        #expect(acts[1].occurredAt == Entry.timeMin + 1)
        #expect(acts[1].recordedAt == Entry.timeMin + 101)
        #expect(acts[2].before == .active(model: 2))
    }

    @Test("an event that claims another past than the log shows is disputed")
    func disputed() throws {
        let ledger = AuditLedger()
        try ledger.append(activation(1, previous: 9))
        try ledger.append(activation(2, previous: nil))
        try ledger.append(
            ThresholdsEdited(id: 1, thresholds: .standard, subject: 1))
        // Position 2 holds thresholds, 40 holds nothing.
        try ledger.append(activation(1, previous: 2, rollsBack: 2))
        try ledger.append(activation(2, previous: 1, rollsBack: 40))
        try ledger.append(activation(1, previous: 2, rollsBack: 1))
        let acts = try ledger.acts([.modelActivated])
        #expect(acts.map(\.isDisputed) == [true, true, true, true, false])
        #expect(acts[1].before == .active(model: 1))
    }

    @Test("a gate's evidence is kept with the act, and one that does not hold is disputed")
    func gates() throws {
        let ledger = AuditLedger()
        try ledger.append(activation(1, previous: nil))
        let (met, unmet) = (try gate(observed: 300, asOf: 1), try gate(observed: 301, asOf: 1))
        try ledger.append(activation(2, previous: 1, gate: met))
        try ledger.append(activation(1, previous: 2, gate: unmet))
        // Measured as of a position that was still to come.
        let later = try gate(observed: 0, asOf: 4)
        try ledger.append(activation(2, previous: 1, gate: later))
        try ledger.append(activation(1, previous: 2, gate: try gate(observed: 0, asOf: 4)))
        let acts = try ledger.acts([.modelActivated])
        #expect(acts.map(\.gate?.asOf) == [nil, 1, 1, 4, 4])
        #expect(acts[1].gate == met)
        #expect(acts.map(\.isDisputed) == [false, false, true, true, false])
        #expect(acts[2].before == .active(model: 2))
        #expect(ledger.state.pairs[[0x73, 4]] == [0xA1, 0x65, 0x6D, 0x6F, 0x64, 0x65, 0x6C, 1])
    }

    private func gate(observed: Int64, asOf: Position) throws -> GateEvidence {
        let condition = try #require(GateCondition(.npsChange, .atMost, 300, basis: .blended))
        let finding = try #require(GateFinding(condition, observed: observed, responses: 9))
        let digest = [UInt8](repeating: 5, count: 32)
        return try #require(GateEvidence(digest: digest, asOf: asOf, findings: [finding]))
    }

    @Test("thresholds: old and new values")
    func thresholds() throws {
        let ledger = AuditLedger()
        let strict = try #require(
            Thresholds(passiveFrom: 750, promoterFrom: 905, confidenceMin: 5550))
        try ledger.append(ThresholdsEdited(id: 1, thresholds: .standard, subject: 1))
        try ledger.append(ThresholdsEdited(id: 2, thresholds: strict, subject: 2), sealed: true)
        let acts = try ledger.acts()
        #expect(acts.map(\.before) == [nil, .thresholds(id: 1, .standard)])
        #expect(acts.map(\.after) == [.thresholds(id: 1, .standard), .thresholds(id: 2, strict)])
    }

    @Test("mappings, reviews, exclusions and registrations follow their own thing")
    func concerns() throws {
        let ledger = AuditLedger()
        let longName = String(repeating: "é", count: 300)
        try ledger.append(LedgerOpened(origin: "ledger.example", program: "npsledger"))
        for (source, mapping) in [
            ("web", "1"), ("app", "2"), ("web", "3"), (longName + "a", "4"),
            (longName + "b", "5"), (longName + "a", "6"),
        ] {
            try ledger.append(MappingEdited(source: source, mapping: mapping))
        }
        try ledger.append(ReviewDecided(response: 5, decision: .passive, subject: 1))
        try ledger.append(ReviewDecided(response: 6, decision: .promoter, subject: 2))
        try ledger.append(ReviewDecided(response: 5, decision: .detractor, subject: 3))
        try ledger.append(ResponseExcluded(response: 5, reason: "test"))
        try ledger.append(ResponseExcluded(response: 5, reason: "policy"))
        try ledger.append(registration(1, 0xAA))
        try ledger.append(registration(2, 0xBB))
        try ledger.append(registration(1, 0xCC))
        let before = try ledger.acts().map(\.before)
        #expect(
            before == [
                nil, nil, nil, .mapping(source: "web", mapping: "1"), nil, nil,
                .mapping(source: longName + "a", mapping: "4"), nil, nil,
                .decision(response: 5, .passive), nil,
                .exclusion(response: 5, reason: "test"), nil, nil,
                .registration(
                    model: 1, kind: "ngram-1", digest: [UInt8](repeating: 0xAA, count: 32),
                    provenance: "trained", card: "{}"),
            ])
        #expect(try ledger.acts().map(\.after.response).compactMap { $0 } == [5, 6, 5, 5, 5])
        // LMDB's keys end at 511 bytes.
        #expect(ledger.state.pairs.keys.allSatisfy { $0.count <= 511 })
    }

    @Test("shadows: an activation ends one, and what no log should hold is disputed")
    func shadows() throws {
        let ledger = AuditLedger()
        try ledger.append(activation(1, previous: nil))
        try ledger.append(ModelShadowed(model: 2), by: "engineer")
        try ledger.append(ModelShadowed(model: 3))
        try ledger.append(ModelShadowed(model: 3, ends: true))
        try ledger.append(ModelShadowed(model: 3, ends: true))
        try ledger.append(activation(2, previous: 1))
        // Of the active model, and then of one whose shadow the activation ended.
        try ledger.append(ModelShadowed(model: 2))
        try ledger.append(activation(1, previous: 2))
        try ledger.append(ModelShadowed(model: 2))
        let acts = try ledger.acts([.modelShadowed])
        let (on, off) = (true, false)
        #expect(
            acts.map(\.before) == [
                nil, nil, .shadow(model: 3, isOn: on), .shadow(model: 3, isOn: off),
                .shadow(model: 2, isOn: off), .shadow(model: 2, isOn: off),
            ])
        #expect(acts.map(\.isDisputed) == [off, off, off, on, on, off])
        #expect(acts[0].actor == "engineer")
        #expect(acts[1].after == .shadow(model: 3, isOn: true))
        #expect(acts[2].after == .shadow(model: 3, isOn: false))
    }

    @Test("commitments follow their own projection")
    func commitments() throws {
        let ledger = AuditLedger()
        let longName = String(repeating: "p", count: 700)
        func commitment(_ name: String, _ upTo: Position) -> ProjectionCommitted {
            ProjectionCommitted(
                projection: name, projectionVersion: 2, upTo: upTo,
                digest: [UInt8](repeating: UInt8(upTo), count: 32))
        }
        for (name, upTo) in [("lineage", 0), ("audit", 1), ("lineage", 2), (longName, 3)] {
            try ledger.append(commitment(name, Position(upTo)), by: "system")
        }
        let acts = try ledger.acts([.projectionCommitted])
        let first = AuditFact.commitment(
            projection: "lineage", version: 2, upTo: 0, digest: [UInt8](repeating: 0, count: 32))
        #expect(acts.map(\.before) == [nil, nil, first, nil])
        #expect(acts[0].after == first)
        #expect(
            acts[2].after
                == .commitment(
                    projection: "lineage", version: 2, upTo: 2,
                    digest: [UInt8](repeating: 2, count: 32)))
        #expect(ledger.state.pairs.keys.allSatisfy { $0.count <= 511 })
    }

    @Test("the layout of version 1")
    func layout() throws {
        let ledger = AuditLedger()
        for _ in 0..<2 { try ledger.append(activation(1, previous: nil), sealed: true) }
        let act = try #require(ledger.state.pairs[[0x61, 0, 0, 0, 0, 0, 0, 0, 1]])
        let expected: [String: CBORValue] = [
            "kind": .unsigned(4), "actor": .text("analyst"),
            "after": .map(["model": .unsigned(1)]), "before": .map(["model": .unsigned(1)]),
            "recorded": .unsigned(0x1_0000_0065), "occurred": .unsigned(0x1_0000_0001),
            "disputed": .bool(true), "sealed": .bool(true),
        ]
        #expect(try CBORCursor.decode(act) == .map(expected))
        #expect(act.prefix(7) == [0xA8, 0x64, 0x6B, 0x69, 0x6E, 0x64, 0x04])
        #expect(ledger.state.pairs[[0x73, 4]] == [0xA1, 0x65, 0x6D, 0x6F, 0x64, 0x65, 0x6C, 1])
        #expect(ledger.state.pairs.count == 3)
    }

    @Test("damaged state is reported, by a question and by the fold")
    func damage() throws {
        let ledger = AuditLedger()
        try ledger.append(activation(1, previous: nil))
        ledger.state.put([0x61, 0, 0, 0, 0, 0, 0, 0, 0], [0xA1, 0x64, 0x6B])
        #expect(throws: AuditStateDamage.self) { try ledger.acts() }
        ledger.state.put([0x73, 4], [0xFF])
        #expect(throws: AuditStateDamage.self) {
            try ledger.append(activation(2, previous: 1))
        }
        let other = AuditLedger()
        other.state.put([0x61, 0], [])
        try other.append(activation(2, previous: 1))
        #expect(throws: AuditStateDamage.self) { try other.acts() }
    }

    private func activation(
        _ model: ModelVersion, previous: ModelVersion?, rollsBack: Position? = nil,
        gate: GateEvidence? = nil
    ) -> ModelActivated {
        ModelActivated(
            model: model, previous: previous, rollsBack: rollsBack, subject: 1, gate: gate)
    }

    private func registration(_ model: ModelVersion, _ digest: UInt8) -> ModelRegistered {
        ModelRegistered(
            model: model, kind: "ngram-1", digest: [UInt8](repeating: digest, count: 32),
            provenance: "trained", card: "{}")
    }
}
