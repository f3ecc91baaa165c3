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
        let before = try state.withValue(AuditKey.standing(statement.fact)) { bytes in
            try AuditFact(kind: kind, stored: bytes, position: event.position)
        }
        var standing = ModelStanding()
        var isDisputed = false
        if let change = statement.change {
            standing = try Self.standing(before: change, event.position, in: state)
            isDisputed = try standing.isContradicted(by: change, at: event.position) {
                try Self.isActivation($0, in: state)
            }
        }
        let act = AuditAct(
            position: event.position, recordedAt: event.recordedAt,
            occurredAt: event.occurredAt, actor: event.actorName, cause: event.cause,
            before: before, after: statement.fact, rollsBack: statement.change?.claim?.takesBack,
            gate: statement.change?.claim?.gate, isDisputed: isDisputed,
            sealedReason: event.sealedCommitment == nil ? nil : event.position)
        try state.put(AuditKey.act(event.position), act.encoded)
        guard let change = statement.change else {
            return try put(statement.fact, in: state)
        }
        let had = standing.shadows
        standing.evolve(change, at: event.position)
        // A shadow that does not stand leaves no fact, and an activation ends one.
        if case .shadowed(let model, _) = change, standing.shadows[model] == nil { return }
        try put(statement.fact, in: state)
        if case .activated(let model, _) = change, had[model] != nil {
            try put(.shadow(model: model, isOn: false), in: state)
        }
    }

    private func put(_ fact: AuditFact, in state: some StateWriter) throws {
        try state.put(AuditKey.standing(fact), CBORValue.map(fact.fields.values).encoded)
    }

    /// What stands of models, as far as it concerns a change of one, taken up from the facts.
    private static func standing(
        before change: ModelEvent, _ position: Position, in state: some StateReader
    ) throws -> ModelStanding {
        func fact(_ like: AuditFact) throws -> AuditFact? {
            try state.withValue(AuditKey.standing(like)) { bytes in
                try AuditFact(kind: like.kind, stored: bytes, position: position)
            }
        }
        let isOn = AuditFact.shadow(model: change.model, isOn: true)
        return ModelStanding(
            // Which model is asked with does not matter: there is one active model.
            active: try fact(.active(model: 0))?.activeModel,
            shadows: try fact(isOn) == isOn
                // Since when does not matter, nor how much of it: what the facts tell is that it is.
                ? [change.model: ModelStanding.Shadow(position: position, share: nil)] : [:])
    }

    private static func isActivation(
        _ position: Position, in state: some StateReader
    ) throws -> Bool {
        try state.withValue(AuditKey.act(position)) { bytes in
            try AuditAct.kind(ofStored: bytes, position: position) == .modelActivated
        } ?? false
    }
}
