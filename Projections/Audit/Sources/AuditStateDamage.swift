import LedgerCore

/// The audit state holds bytes that the fold never writes.
public struct AuditStateDamage: StateDamage, Hashable {
    /// The event whose record, or whose “before”, was read.
    public let position: Position
    /// What is wrong.
    public let reason: String

    /// What is wrong and what to do.
    public var description: String {
        "the audit state at event \(position) is damaged (\(reason)): rebuild the projection "
            + "“audit”; the log is not concerned"
    }
}
