import LedgerCore

/// One act of governance.
public struct AuditAct: Hashable, Sendable {
    /// Where its event stands.
    public let position: Position
    /// When the log took it in.
    public let recordedAt: Microseconds
    /// When it happened, by its author's word.
    public let occurredAt: Microseconds
    /// Who did it.
    public let actor: String
    /// The event that led to it.
    public let cause: Position?
    /// What stood before by the log's own record, or nil where nothing did.
    public let before: AuditFact?
    /// What stands since.
    public let after: AuditFact
    /// Position of the activation it takes back, for a rollback.
    public let rollsBack: Position?
    /// On what ground a gate let the model pass, for an activation that had to pass one.
    public let gate: GateEvidence?
    /// Whether the event names another model as the one before than the log shows, takes back an
    /// activation that the log does not show, names a gate whose figures do not meet it or come from
    /// later than the event, ends a shadow that there is none of, or begins one of the active model.
    public let isDisputed: Bool
    /// Position at which a reason is sealed beside the log, or nil where none is.
    public let sealedReason: Position?

    /// What kind of act.
    public var kind: AuditActKind { after.kind }
}

/// What kind of act. The raw values are the state's bytes: a change of one is a new version of the
/// projection.
public enum AuditActKind: UInt8, CaseIterable, Sendable {
    /// The ledger was created.
    case ledgerOpened = 1
    /// A source's columns were mapped.
    case mappingEdited = 2
    /// A model became known.
    case modelRegistered = 3
    /// A model became the one that counts; a rollback too.
    case modelActivated = 4
    /// The cut-offs were set.
    case thresholdsEdited = 5
    /// A response was taken out of every score.
    case responseExcluded = 6
    /// A person decided what a response counts as.
    case reviewDecided = 7
    /// A model began to read without counting, or stopped.
    case modelShadowed = 8
    /// A projection's state was put on record.
    case projectionCommitted = 9
    /// A person was asked to read a response.
    case reviewRequested = 10
    /// A model was to be trained again.
    case retrainingRequested = 11
    /// A model was trained again, or could not be.
    case retrainingCompleted = 12
    /// A policy was given another value.
    case policyEdited = 13
    /// Responses of a source began to come in under one mapping.
    case importStarted = 14

    /// The event type that records such an act.
    public var event: EventName {
        switch self {
        case .ledgerOpened: .ledgerOpened
        case .mappingEdited: .mappingEdited
        case .modelRegistered: .modelRegistered
        case .modelActivated: .modelActivated
        case .thresholdsEdited: .thresholdsEdited
        case .responseExcluded: .responseExcluded
        case .reviewDecided: .reviewDecided
        case .modelShadowed: .modelShadowed
        case .projectionCommitted: .projectionCommitted
        case .reviewRequested: .reviewRequested
        case .retrainingRequested: .retrainingRequested
        case .retrainingCompleted: .retrainingCompleted
        case .policyEdited: .policyEdited
        case .importStarted: .importStarted
        }
    }
}

extension AuditFact {
    /// The kind of act that makes such a fact.
    public var kind: AuditActKind {
        switch self {
        case .ledger: .ledgerOpened
        case .mapping: .mappingEdited
        case .registration: .modelRegistered
        case .active: .modelActivated
        case .thresholds: .thresholdsEdited
        case .exclusion: .responseExcluded
        case .decision: .reviewDecided
        case .shadow: .modelShadowed
        case .commitment: .projectionCommitted
        case .request: .reviewRequested
        case .retraining: .retrainingRequested
        case .retrained: .retrainingCompleted
        case .policy: .policyEdited
        case .imported: .importStarted
        }
    }

    var activeModel: ModelVersion? {
        if case .active(let model) = self { model } else { nil }
    }
}

extension AuditAct {
    /// The record in the state. `kind` comes first in CBOR's order of keys, so that a walk can
    /// pass over the kinds it does not want without decoding them.
    var encoded: [UInt8] {
        var fields = EventFields([
            "kind": .unsigned(UInt64(kind.rawValue)), "actor": .text(actor),
            "after": .map(after.fields.values), "recorded": .integer(recordedAt),
            "occurred": .integer(occurredAt),
        ])
        if let before { fields["before"] = .map(before.fields.values) }
        if let cause { fields["cause"] = .unsigned(cause) }
        if let rollsBack { fields["rollsBack"] = .unsigned(rollsBack) }
        // A name longer than “kind”, which has to come first.
        if let gate { fields["evidence"] = gate.encoded }
        if isDisputed { fields["disputed"] = .bool(true) }
        if sealedReason != nil { fields["sealed"] = .bool(true) }
        return CBORValue.map(fields.values).encoded
    }

    /// Reads a record.
    init(
        stored bytes: UnsafeRawBufferPointer, position: Position
    ) throws(AuditStateDamage) {
        let kind = try Self.kind(ofStored: bytes, position: position)
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: bytes)
            let fields = EventFields(try cursor.value())
            let before = fields["before"].map { EventFields($0) }
            self.init(
                position: position, recordedAt: try fields.number("recorded"),
                occurredAt: try fields.number("occurred"), actor: try fields.text("actor"),
                cause: try fields.optionalUnsigned("cause"),
                before: try before.map { (found) throws(CBORError) in
                    try AuditFact(kind: kind, fields: found)
                },
                after: try AuditFact(
                    kind: kind, fields: EventFields(fields["after"] ?? .null)),
                rollsBack: try fields.optionalUnsigned("rollsBack"),
                gate: try fields["evidence"].map { (found) throws(CBORError) in
                    try GateEvidence(found)
                },
                isDisputed: try fields.flag("disputed"),
                sealedReason: try fields.flag("sealed") ? position : nil)
        } catch {
            throw AuditStateDamage(position: position, reason: error.description)
        }
    }

    /// The kind of a record, read in place.
    static func kind(
        ofStored bytes: UnsafeRawBufferPointer, position: Position
    ) throws(AuditStateDamage) -> AuditActKind {
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: bytes)
            _ = try cursor.map()
            let key = try cursor.unsafeText()
            guard key.elementsEqual("kind".utf8),
                let code = UInt8(exactly: try cursor.unsigned()),
                let kind = AuditActKind(rawValue: code)
            else { throw CBORError(.invalidField, offset: cursor.offset, field: "kind") }
            return kind
        } catch {
            throw AuditStateDamage(position: position, reason: error.description)
        }
    }
}

extension EventFields {
    /// An optional number without sign: positions reach beyond Int64.
    func optionalUnsigned(_ key: String) throws(CBORError) -> UInt64? {
        values[key] == nil ? nil : try unsigned(key)
    }
}
