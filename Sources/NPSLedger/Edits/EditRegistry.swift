import LedgerCore
import LedgerStore

/// An event that puts a whole value into force, in place of an earlier one about the same thing.
public protocol EditPayload: EventPayload {
    /// Whether another edit is about the same thing, so that only the later one is in force.
    func replaces(_ other: Self) -> Bool
}

/// What is edited by events alone: every value that was in force, and which one is.
public struct EditRegistry<Payload: EditPayload>: Sendable {
    /// One value as it was put into force.
    public struct Edit: Hashable, Sendable {
        let payload: Payload
        /// Position of the event.
        public let position: Position
        /// When it was recorded.
        public let recordedAt: Microseconds
        /// Who edited.
        public let actor: String

        init(_ event: EventView) throws(EntryError) {
            payload = try Payload(event)
            position = event.position
            recordedAt = event.recordedAt
            actor = event.actorName
        }
    }

    let ledger: Ledger

    /// The registry of a ledger.
    public init(_ ledger: Ledger) { self.ledger = ledger }

    /// Every edit before `asOf`, in order.
    public func history(asOf: Position? = nil) throws -> [Edit] {
        let end = try asOf ?? ledger.log.head().size
        var edits: [Edit] = []
        try ledger.log.forEachEvent(in: 0..<end, named: [Payload.name]) { event in
            edits.append(try Edit(event))
            return true
        }
        return edits
    }

    /// Records an edit that was decided on the log up to `ground`.
    ///
    /// - Parameters:
    ///   - payload: makes the payload, given the number of the key that seals the reason.
    ///   - before: the edit that it replaces; nil where there is none.
    /// - Throws: `LedgerError` with code `overtaken`, naming the other edit, where the same thing was
    ///   edited since.
    private func append(
        _ payload: (UInt64) -> Payload, before: Edit?, ground: Position, key: IdempotencyKey,
        reason: String, actor: Actor
    ) throws -> Edit {
        // The number of the key says nothing of what is edited.
        let made = payload(0)
        let receipt = try ledger.appendAct(
            payload, reason: reason, actor: actor, key: key, cause: before?.position,
            decidedOn: ActGround([Payload.name], upTo: ground) { event in
                made.replaces(try Payload(event))
            })
        guard let edit = try ledger.log.withEvent(receipt.position, { try Edit($0) }) else {
            throw LedgerError(.corrupt, "the edit at position \(receipt.position) is missing")
        }
        return edit
    }
}

// MARK: - Thresholds

extension ThresholdsEdited: EditPayload {
    /// There is one set in force.
    public func replaces(_ other: ThresholdsEdited) -> Bool { true }
}

/// The threshold sets of a ledger; the last one is in force.
public typealias ThresholdRegistry = EditRegistry<ThresholdsEdited>

extension EditRegistry.Edit where Payload == ThresholdsEdited {
    /// Number of the set.
    public var id: UInt32 { payload.id }
    /// The cut-offs.
    public var thresholds: Thresholds { payload.thresholds }
}

extension EditRegistry where Payload == ThresholdsEdited {
    /// Puts a new set into force.
    ///
    /// - Parameter basedOn: number of the set the edit was made from. Nil takes the one in force.
    /// - Throws: `LedgerError` with code `overtaken`, naming the other edit, where another set is in
    ///   force by now; `refused` where this one is already.
    public func edit(
        _ thresholds: Thresholds, basedOn: UInt32? = nil, reason: String, actor: Actor
    ) throws -> Edit {
        let ground = try ledger.log.head().size
        let last = try history(asOf: ground).last
        if let basedOn, let last, basedOn != last.id {
            throw try ledger.overtaken(by: last.position)
        }
        if last?.thresholds == thresholds {
            throw LedgerError(.refused, "these thresholds are in force already")
        }
        let id = (last?.id ?? 0) + 1
        return try append(
            { subject in ThresholdsEdited(id: id, thresholds: thresholds, subject: subject) },
            before: last, ground: ground, key: .thresholds(id), reason: reason, actor: actor)
    }
}

// MARK: - Policies

extension PolicyEdited: EditPayload {
    /// Each policy has a value of its own.
    public func replaces(_ other: PolicyEdited) -> Bool { policy == other.policy }
}

/// The policies of a ledger.
public typealias PolicyRegistry = EditRegistry<PolicyEdited>

extension EditRegistry.Edit where Payload == PolicyEdited {
    /// Which policy.
    public var policy: Policy { payload.policy }
    /// Its value from then on.
    public var value: String { payload.value }
}

extension EditRegistry where Payload == PolicyEdited {
    /// The edit in force before `asOf`; nil where a policy was never edited and its standard value
    /// is in force.
    public func inForce(_ policy: Policy, asOf: Position? = nil) throws -> Edit? {
        try history(asOf: asOf).last { $0.policy == policy }
    }

    /// Whether texts may be sent to models outside the process.
    public func externalModels(asOf: Position? = nil) throws -> ExternalModelPolicy {
        try inForce(.externalModels, asOf: asOf).flatMap { ExternalModelPolicy(rawValue: $0.value) }
            ?? .none
    }

    /// Puts a value into force.
    ///
    /// - Throws: `LedgerError` with code `refused` where it is no value of the policy or is in force
    ///   already; `overtaken`, naming the other edit, where somebody edited the policy meanwhile.
    public func set(
        _ policy: Policy, to value: String, reason: String, actor: Actor
    ) throws -> Edit {
        guard policy.accepts(value) else {
            throw LedgerError(
                .refused,
                "\(policy.rawValue) takes "
                    + (policy.values?.joined(separator: ", ") ?? "a name such as Europe/Vienna"))
        }
        let ground = try ledger.log.head().size
        let before = try inForce(policy, asOf: ground)
        guard value != (before?.value ?? policy.standard) else {
            throw LedgerError(.refused, "\(policy.rawValue)=\(value) is in force already")
        }
        return try append(
            { subject in PolicyEdited(policy: policy, value: value, subject: subject) },
            before: before, ground: ground, key: .policy(policy, after: before?.position),
            reason: reason, actor: actor)
    }
}
