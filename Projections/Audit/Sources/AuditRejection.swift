import LedgerCore

/// A source row in quarantine: it could not be recorded, and it is not lost.
public struct AuditRejection: Hashable, Sendable {
    /// Where its event stands.
    public let position: Position
    /// When the log took it in.
    public let recordedAt: Microseconds
    /// When it was met.
    public let occurredAt: Microseconds
    /// Who imported it.
    public let actor: String
    /// The event that led to it.
    public let cause: Position?
    /// The source.
    public let source: String
    /// Number of the data row in its file, counted from 1.
    public let row: UInt64
    /// Line of the file the row begins on, counted from 1.
    public let line: UInt64
    /// Why, as a stable code.
    public let code: String
    /// The column concerned, where one is.
    public let column: String?
    /// What would have been accepted.
    public let expected: String
    /// Position at which the row is sealed beside the log, or nil where it is not.
    public let sealedRow: Position?
}
