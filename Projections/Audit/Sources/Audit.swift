import LedgerCore

/// Who changed what, when, and from what to what: every act of governance, and the quarantine of
/// rows that could not be recorded.
///
/// State (positions in eight bytes, big-endian; values in deterministic CBOR):
/// `a` ‖ position → the act; `r` ‖ position → the rejected row; `s` ‖ kind ‖ concern → the fact now
/// standing, from which the next act takes its “before”.
///
/// The fold keeps nothing in memory: acts are rare, and what stands is read back from the state.
public struct Audit: Projection {
    /// `audit`, version 1; activations and thresholds stand for all responses, so it does not
    /// split.
    public static let descriptor = ProjectionDescriptor(
        id: "audit", version: 1,
        consumes: Set(AuditActKind.allCases.map(\.event)).union([.rowRejected]))

    /// Nothing has happened.
    public init() {}

    /// Writes one act or one rejected row.
    ///
    /// - Throws: `PoisonEvent` where the payload does not decode; `AuditStateDamage` where the
    ///   state does not.
    public mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        if event.name == .rowRejected {
            let rejection = AuditRejection(event, try Self.payload(RowRejected.self, of: event))
            try state.put(AuditKey.rejection(event.position), rejection.encoded)
        } else if let statement = try Self.statement(of: event) {
            try record(statement, event, in: state)
        }
    }

    /// Nothing waits.
    public mutating func flush(to state: some StateWriter) throws {}

    private func record(
        _ statement: Statement, _ event: EventView, in state: some StateWriter
    ) throws {
        let kind = statement.fact.kind
        let standing = AuditKey.standing(statement.fact)
        let before = try state.withValue(standing) { bytes in
            try AuditFact(kind: kind, stored: bytes, position: event.position)
        }
        var isDisputed = false
        if case .activation(let previous, let rollsBack, let gate) = statement.claim {
            isDisputed = previous != before?.activeModel
            if let gate { isDisputed = isDisputed || !gate.isMet || gate.asOf > event.position }
            if let rollsBack {
                isDisputed = try isDisputed || !Self.isActivation(rollsBack, in: state)
            }
        }
        if case .shadow(let model, let begins) = statement.claim {
            let isActive = try Self.activeModel(in: state, event.position) == model
            isDisputed = begins ? isActive : before != .shadow(model: model, isOn: true)
        }
        let act = AuditAct(
            position: event.position, recordedAt: event.recordedAt,
            occurredAt: event.occurredAt, actor: event.actorName, cause: event.cause,
            before: before, after: statement.fact, rollsBack: statement.claim.rollsBack,
            gate: statement.claim.gate, isDisputed: isDisputed,
            sealedReason: event.sealedCommitment == nil ? nil : event.position)
        try state.put(AuditKey.act(event.position), act.encoded)
        // A shadow of what is active does not stand: it would come back with the next rollback.
        if case .shadow(_, begins: true) = statement.claim, isDisputed { return }
        try state.put(standing, CBORValue.map(statement.fact.fields.values).encoded)
        if case .active(let model) = statement.fact { try endShadow(of: model, in: state) }
    }

    /// An activation ends the shadow of its model without an event of its own.
    private func endShadow(of model: ModelVersion, in state: some StateWriter) throws {
        let ended = AuditFact.shadow(model: model, isOn: false)
        let key = AuditKey.standing(ended)
        guard try state.withValue(key, { _ in true }) == true else { return }
        try state.put(key, CBORValue.map(ended.fields.values).encoded)
    }

    private static func activeModel(
        in state: some StateReader, _ position: Position
    ) throws -> ModelVersion? {
        // Which model is asked with does not matter: there is one active model.
        try state.withValue(AuditKey.standing(.active(model: 0))) { bytes in
            try AuditFact(kind: .modelActivated, stored: bytes, position: position).activeModel
        } ?? nil
    }

    private static func isActivation(
        _ position: Position, in state: some StateReader
    ) throws -> Bool {
        try state.withValue(AuditKey.act(position)) { bytes in
            try AuditAct.kind(ofStored: bytes, position: position) == .modelActivated
        } ?? false
    }
}
