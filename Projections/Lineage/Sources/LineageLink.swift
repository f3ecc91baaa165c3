import LedgerCore

/// One event about a response.
public struct LineageLink: Hashable, Sendable {
    /// Where the event stands.
    public let position: Position
    /// What it did.
    public let kind: LineageKind

    /// A link.
    public init(position: Position, kind: LineageKind) {
        self.position = position
        self.kind = kind
    }
}
