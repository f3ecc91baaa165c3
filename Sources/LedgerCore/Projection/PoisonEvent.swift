/// An event that a projection cannot apply: it goes to the projection's quarantine, and results
/// say that they are incomplete until it is healed.
public struct PoisonEvent: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where the event stands.
    public let position: Position
    /// Why it cannot be applied.
    public let reason: String

    /// A poison event.
    public init(position: Position, reason: String) {
        self.position = position
        self.reason = reason
    }

    /// Position and reason.
    public var description: String { "event \(position) cannot be applied: \(reason)" }
}
