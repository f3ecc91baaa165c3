import LedgerCore

/// A rollback as it was decided: to which version, taking back which activation, on what ground.
public struct RollbackPlan: Hashable, Sendable {
    /// The version that is to count again.
    public let target: RegisteredModel
    /// The version whose activation is taken back.
    public let current: RegisteredModel
    /// The activation that is taken back.
    public let takesBack: RegisteredModel.Activation
    /// The size of the log that this was decided on.
    public let ground: Position
}
