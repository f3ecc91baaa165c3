import LedgerCore
import LedgerStore

/// The policies of a ledger, edited by events alone.
public struct PolicyRegistry: Sendable {
    /// One value as it was put into force.
    public struct Edit: Hashable, Sendable {
        /// Which policy.
        public let policy: Policy
        /// Its value from then on.
        public let value: String
        /// Position of the event.
        public let position: Position
        /// When it was recorded.
        public let recordedAt: Microseconds
        /// Who edited.
        public let actor: String
    }

    let ledger: Ledger

    /// The registry of a ledger.
    public init(_ ledger: Ledger) { self.ledger = ledger }

    /// Every edit before `asOf`, in order.
    public func history(asOf: Position? = nil) throws -> [Edit] {
        let end = try asOf ?? ledger.log.head().size
        var edits: [Edit] = []
        try ledger.log.forEachEvent(in: 0..<end, named: [.policyEdited]) { event in
            let edited = try PolicyEdited(event)
            edits.append(
                Edit(
                    policy: edited.policy, value: edited.value, position: event.position,
                    recordedAt: event.recordedAt, actor: event.actorName))
            return true
        }
        return edits
    }

    /// The edit in force before `asOf`; nil where a policy was never edited and its strictest value
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
        guard policy.values.contains(value) else {
            throw LedgerError(
                .refused,
                "\(policy.rawValue) takes " + policy.values.joined(separator: ", "))
        }
        let size = try ledger.log.head().size
        let before = try inForce(policy, asOf: size)
        guard value != (before?.value ?? policy.values[0]) else {
            throw LedgerError(.refused, "\(policy.rawValue)=\(value) is in force already")
        }
        let receipt = try ledger.appendAct(
            { subject in PolicyEdited(policy: policy, value: value, subject: subject) },
            reason: reason, actor: actor,
            key: .policy(policy, after: before?.position),
            cause: before?.position,
            decidedOn: ActGround([.policyEdited], upTo: size) { event in
                try PolicyEdited(event).policy == policy
            })
        guard let edit = try history().first(where: { $0.position == receipt.position }) else {
            throw LedgerError(.corrupt, "the edit at position \(receipt.position) is missing")
        }
        return edit
    }
}
