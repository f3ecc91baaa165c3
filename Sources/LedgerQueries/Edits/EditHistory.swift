import LedgerCore
import NPSLedger

/// A policy's value, and the act that put it into force, if any did.
public struct PolicyValue: Hashable, Sendable {
    /// The policy.
    public let policy: Policy
    /// Its value.
    public let value: String
    /// The act; nil where the standard value holds since the beginning.
    public let edit: PolicyRegistry.Edit?

    package init(_ edit: PolicyRegistry.Edit) {
        (policy, value, self.edit) = (edit.policy, edit.value, edit)
    }

    init(inForce policy: Policy, _ edit: PolicyRegistry.Edit?) {
        (self.policy, value, self.edit) = (policy, edit?.value ?? policy.standard, edit)
    }
}

extension OpenLedger {
    /// Every policy and its value.
    ///
    /// - Throws: `LedgerError` with code `not-found` for a position beyond the log.
    public func policies(
        asOf moment: LensRequest.Moment = .now, for viewer: Viewer = .everything
    ) throws -> [PolicyValue] {
        let asOf = try position(moment)
        let registry = PolicyRegistry(ledger)
        return try Policy.allCases.map { policy in
            PolicyValue(inForce: policy, try registry.inForce(policy, asOf: asOf))
        }
    }

    /// Every value that was put into force, in order; throws as ``policies(asOf:for:)`` does.
    public func policyHistory(
        asOf moment: LensRequest.Moment = .now, for viewer: Viewer = .everything
    ) throws -> [PolicyValue] {
        try PolicyRegistry(ledger).history(asOf: try position(moment)).map { PolicyValue($0) }
    }

    /// Every threshold set there was, in order; the last one is in force. There is none where the
    /// standard ones hold.
    ///
    /// - Throws: `LedgerError` with code `not-found` for a position beyond the log.
    public func thresholdsHistory(
        asOf moment: LensRequest.Moment = .now, for viewer: Viewer = .everything
    ) throws -> [ThresholdRegistry.Edit] {
        try ThresholdRegistry(ledger).history(asOf: try position(moment))
    }

    /// The threshold set in force; nil where the standard ones hold. Throws as
    /// ``thresholdsHistory(asOf:for:)`` does.
    public func thresholds(
        asOf moment: LensRequest.Moment = .now, for viewer: Viewer = .everything
    ) throws -> ThresholdRegistry.Edit? {
        try thresholdsHistory(asOf: moment, for: viewer).last
    }
}
