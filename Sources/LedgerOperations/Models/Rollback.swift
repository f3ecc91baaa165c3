import LedgerCore
import LedgerQueries
import NPSLedger

/// A way back to a version that counted before.
public struct RollbackRequest: Sendable {
    /// The version; nil for the one before.
    public var target: ModelVersion?
    /// When whoever asks decided to: an activation that was recorded since is none that they can
    /// have meant. Nil for now.
    public var begun: Microseconds?
    /// Who asks for it.
    public var actor: Actor
    /// Why; sealed with the act.
    public var reason: String

    /// A request.
    public init(
        to target: ModelVersion? = nil, begun: Microseconds? = nil, actor: Actor, reason: String
    ) {
        self.target = target
        self.begun = begun
        self.actor = actor
        self.reason = reason
    }
}

extension OpenLedger {
    /// Goes back to a version that counted before. Nothing is deleted: the rollback is an event that
    /// names the activation it takes back.
    ///
    /// What came in meanwhile was never read by the earlier version: it reads that before it counts.
    ///
    /// - Throws: `LedgerError` with code `refused` where there is nothing to go back to, or the
    ///   version is active or never was, or for a reason that is none; `not-found` where there is no such version; `overtaken`
    ///   where a version was activated since it was decided; and what reading throws.
    public func rollBack(_ request: RollbackRequest) throws -> ActivationEffect {
        _ = try Ledger.checked(reason: request.reason)
        models.beginAct()
        // Decided once, and before anything that takes long: whatever becomes active from here on
        // is not what this takes back.
        let plan = try models.planRollback(to: request.target, begun: request.begun)
        try readEverything(plan.target.version)
        let before = try currentScore()
        let receipt = try models.rollBack(plan, reason: request.reason, actor: request.actor)
        return effect(of: plan.target.version, receipt, before: before)
    }
}
