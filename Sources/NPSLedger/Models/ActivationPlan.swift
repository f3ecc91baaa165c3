import LedgerCore

/// An activation as it was decided: what is to count, in place of what, and on what ground.
///
/// It is made before the version reads what it has not read and before a gate is measured, and
/// holds until it is recorded: where another activation came in between, it is refused.
public struct ActivationPlan: Hashable, Sendable {
    /// The version that is to count.
    public let target: RegisteredModel
    /// The one that counted when this was decided; nil where none did.
    public let current: RegisteredModel?
    /// The size of the log that this was decided on.
    public let ground: Position
}
