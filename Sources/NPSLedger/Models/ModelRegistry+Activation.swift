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
        let target = try model(version, asOf: ground)
        guard !target.isActive else {
            throw LedgerError(.refused, "model \(version) is active already")
        }
        return ActivationPlan(target: target, current: try active(asOf: ground), ground: ground)
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
        // It must be usable before its judgements count.
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
            }, reason: reason, actor: actor, key: fence(plan.current),
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

    /// Key of the activation that follows the current one: of two that were decided on the same
    /// ground, the log takes one and refuses the other. The condition says the same; the key says
    /// it to programs from before there were conditions.
    private func fence(_ current: RegisteredModel?) -> IdempotencyKey {
        let position = current?.activations.last.map { "\($0.position)" } ?? "none"
        return IdempotencyKey(source: "\u{0}activation", id: "after \(position)")
    }

    /// Decides what a rollback goes back to, and which activation it takes back.
    ///
    /// Activations are a stack: a rollback takes the top off, so that a second one goes back one
    /// further instead of forth again.
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
        let models = try list(asOf: ground)
        var stack: [ModelVersion] = []
        let acts = models.flatMap { model in model.activations.map { (model, $0) } }
            .sorted { $0.1.position < $1.1.position }
        for (model, activation) in acts {
            if activation.rollsBack != nil {
                while let top = stack.last, top != model.version { stack.removeLast() }
                if stack.isEmpty { stack.append(model.version) }
            } else {
                stack.append(model.version)
            }
        }
        guard let (current, takesBack) = acts.last else {
            throw LedgerError(.refused, "no model was ever activated: there is nothing to undo")
        }
        let recorded = try ledger.log.withEvent(takesBack.position) { $0.clock ?? $0.recordedAt }
        if let begun, let recorded, recorded > begun {
            throw try ledger.overtaken(by: takesBack.position)
        }
        let target: RegisteredModel
        if let version {
            target = try model(version, asOf: ground)
            guard current.version != version else {
                throw LedgerError(.refused, "model \(version) is active already")
            }
            guard !target.activations.isEmpty else {
                throw LedgerError(
                    .refused,
                    "model \(version) was never active, so there is nothing to go back to: "
                        + "`npsledger model activate \(version)` makes it so")
            }
        } else {
            guard stack.count > 1 else {
                throw LedgerError(
                    .refused,
                    "model \(current.version) is the first that was activated: there is none to "
                        + "go back to")
            }
            target = try model(stack[stack.count - 2], asOf: ground)
        }
        return RollbackPlan(
            target: target, current: current, takesBack: takesBack, ground: ground)
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
            }, reason: reason, actor: actor, key: fence(plan.current),
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
