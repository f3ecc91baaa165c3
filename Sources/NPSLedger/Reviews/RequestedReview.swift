import LedgerCore

/// A request as it stands in the log.
public struct RequestedReview: Hashable, Sendable {
    /// Position of the event.
    public let position: Position
    /// What is asked.
    public let request: ReviewRequested
    /// Who asked.
    public let actor: String
    /// When it was recorded.
    public let recordedAt: Microseconds
}
