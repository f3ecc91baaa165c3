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
