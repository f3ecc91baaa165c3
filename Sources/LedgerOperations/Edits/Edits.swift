import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger

/// Which cut-offs are changed; what is nil stays as it is.
public struct ThresholdsChange: Hashable, Sendable {
    /// The first score that is passive, such as 7.
    public var passiveFrom: Double?
    /// The first score that is promoter, such as 9.
    public var promoterFrom: Double?
    /// Least probability for a text that a model read to count, in percent.
    public var confidenceMin: Double?

    /// A change.
    public init(
        passiveFrom: Double? = nil, promoterFrom: Double? = nil, confidenceMin: Double? = nil
    ) {
        self.passiveFrom = passiveFrom
        self.promoterFrom = promoterFrom
        self.confidenceMin = confidenceMin
    }

    /// The cut-offs that come of it.
    ///
    /// - Throws: `LedgerError` with code `invalid` where nothing is changed, or to what cannot be.
    func applied(to now: Thresholds) throws(LedgerError) -> Thresholds {
        guard self != ThresholdsChange() else {
            throw LedgerError(.invalid, "nothing says which cut-off to change")
        }
        let edited = Thresholds(
            passiveFrom: try Self.hundredths(passiveFrom, "passive from") ?? now.passiveFrom,
            promoterFrom: try Self.hundredths(promoterFrom, "promoter from") ?? now.promoterFrom,
            confidenceMin: try Self.hundredths(confidenceMin, "confidence from")
                ?? now.confidenceMin)
        guard let edited else {
            throw LedgerError(
                .invalid,
                "thresholds need 0 < passive from ≤ promoter from ≤ 10 and confidence from ≤ 100")
        }
        return edited
    }

    private static func hundredths(
        _ value: Double?, _ name: String
    ) throws(LedgerError) -> UInt16? {
        guard let value else { return nil }
        let scaled = (value * 100).rounded()
        guard scaled.isFinite, scaled >= 0, scaled <= 10_000 else {
            throw LedgerError(.invalid, "\(name) \(value) is not within 0 and 100")
        }
        guard abs(scaled - value * 100) < 1e-6 else {
            throw LedgerError(
                .invalid, "\(name) \(value) has more decimals than the two that are kept")
        }
        return UInt16(scaled)
    }
}

extension OpenLedger {
    /// Puts a new threshold set into force.
    ///
    /// - Throws: `LedgerError` with code `invalid` for cut-offs that cannot be; what
    ///   ``ThresholdRegistry/edit(_:basedOn:reason:actor:)`` throws.
    public func editThresholds(
        _ change: ThresholdsChange, reason: String, by actor: Actor
    ) throws -> ThresholdRegistry.Edit {
        let registry = ThresholdRegistry(ledger)
        let inForce = try registry.history().last
        // What was not given comes from the set read above; another one meanwhile must not be
        // undone by it.
        return try registry.edit(
            try change.applied(to: inForce?.thresholds ?? .standard), basedOn: inForce?.id,
            reason: reason, actor: actor)
    }

    /// Puts a policy's value into force.
    ///
    /// - Throws: `LedgerError` with code `invalid` for a zone that there is not; what
    ///   ``PolicyRegistry/set(_:to:reason:actor:)`` throws.
    public func setPolicy(
        _ policy: Policy, to value: String, reason: String, by actor: Actor
    ) throws -> PolicyValue {
        if policy == .reportingZone { _ = try ReportingCalendar(zone: value) }
        return PolicyValue(
            try PolicyRegistry(ledger).set(policy, to: value, reason: reason, actor: actor))
    }
}
