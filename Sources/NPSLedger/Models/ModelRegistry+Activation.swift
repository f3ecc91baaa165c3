import LedgerCore
import LedgerStore

extension ModelRegistry {
    /// Decides that a version is to become the active one.
    ///
    /// - Parameter asOf: the size of the log to decide on; nil for all of it.
    /// - Throws: `LedgerError` with code `notFound` where there is no such version, `refused` where
    ///   it is active already.
    public func planActivation(
        of version: ModelVersion, asOf: Position? = nil
    ) throws -> ActivationPlan {
        let ground = try asOf ?? ledger.log.head().size
        let lives = try lives(asOf: ground)
        let decided = try lives.decide(.activate(version), asOf: ground)
        return ActivationPlan(
            target: try lives.model(version),
            current: try decided?.claim?.previous.map { try lives.model($0) }, ground: ground)
    }

    /// Makes a version the active one, as it was planned.
    ///
    /// - Parameter gate: on what ground a gate lets it pass. It must have been measured on what the
    ///   plan was made on, or later.
    /// - Throws: `LedgerError` with code `overtaken`, naming the other act, where a version became
    ///   active since the plan was made, or thresholds were edited since the gate was measured;
    ///   `refused` for a gate that is older than the plan; what `reader(_:)` throws.
    package func activate(
        _ plan: ActivationPlan, reason: String, actor: Actor, gate: GateEvidence? = nil
    ) throws -> Receipt {
        if let gate, gate.asOf < plan.ground {
            throw LedgerError(
                .refused,
                "the gate was measured as of position \(gate.asOf), before it was decided to "
                    + "activate model \(plan.target.version): measure it again")
        }
        // It must be usable before its classifications count.
        _ = try reader(plan.target)
        // What counts as a promoter is part of what a gate measures.
        let names: Set<EventName> =
            gate == nil ? [.modelActivated] : [.modelActivated, .thresholdsEdited]
        let ground = ActGround(names, upTo: plan.ground) { event in
            event.name == .modelActivated || gate.map { event.position >= $0.asOf } ?? false
        }
        return try ledger.appendAct(
            { subject in
                ModelActivated(
                    model: plan.target.version, previous: plan.current?.version, rollsBack: nil,
                    subject: subject, gate: gate)
            }, reason: reason, actor: actor,
            key: .activation(after: plan.current?.activations.last?.position),
            cause: plan.target.position, decidedOn: ground)
    }

    /// Plans an activation and records it, for whoever looks at nothing in between.
    ///
    /// - Throws: as `planActivation(of:asOf:)` and `activate(_:reason:actor:gate:)` do.
    package func activate(
        _ version: ModelVersion, reason: String, actor: Actor, gate: GateEvidence? = nil
    ) throws -> Receipt {
        try activate(
            try planActivation(of: version, asOf: gate?.asOf), reason: reason, actor: actor,
            gate: gate)
    }

    /// Decides what a rollback goes back to, and which activation it takes back.
    ///
    /// - Parameter begun: when whoever asks for it decided to. An activation that was recorded since is
    ///   none that they can have meant.
    /// - Throws: `LedgerError` with code `refused` where there is nothing to go back to, or
    ///   `version` is active or never was; `notFound` where there is no such version; `overtaken`
    ///   where a version was activated since `begun`.
    public func planRollback(
        to version: ModelVersion? = nil, begun: Microseconds? = nil
    ) throws -> RollbackPlan {
        let ground = try ledger.log.head().size
        let lives = try lives(asOf: ground)
        let last = lives.decider.lastActivation?.activation.position
        let recorded = try last.flatMap { position in
            try ledger.log.withEvent(position) { $0.clock ?? $0.recordedAt }
        }
        if let begun, let last, let recorded, recorded > begun {
            throw try ledger.overtaken(by: last)
        }
        guard
            case .activated(let target, let claim)? = try lives.decide(
                .rollBack(to: version), asOf: ground),
            let current = try claim.previous.map({ try lives.model($0) }),
            let takesBack = current.activations.last
        else { throw LedgerError(.internal, "a rollback came to something else") }
        return RollbackPlan(
            target: try lives.model(target), current: current, takesBack: takesBack, ground: ground)
    }

    /// Activates an earlier version, naming the activation that this takes back.
    ///
    /// - Throws: `LedgerError` with code `overtaken`, naming the other act, where a version became
    ///   active since the plan was made; what `reader(_:)` throws.
    package func rollBack(
        _ plan: RollbackPlan, reason: String, actor: Actor
    ) throws -> Receipt {
        _ = try reader(plan.target)
        return try ledger.appendAct(
            { subject in
                ModelActivated(
                    model: plan.target.version, previous: plan.current.version,
                    rollsBack: plan.takesBack.position, subject: subject)
            }, reason: reason, actor: actor,
            key: .activation(after: plan.current.activations.last?.position),
            cause: plan.takesBack.position,
            decidedOn: ActGround([.modelActivated], upTo: plan.ground))
    }

    /// Plans a rollback and records it, for whoever looks at nothing in between.
    ///
    /// - Throws: as `planRollback(to:)` and `rollBack(_:reason:actor:)` do.
    package func rollBack(
        to version: ModelVersion? = nil, reason: String, actor: Actor
    ) throws -> (model: RegisteredModel, receipt: Receipt) {
        let plan = try planRollback(to: version)
        return (plan.target, try rollBack(plan, reason: reason, actor: actor))
    }
}

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
