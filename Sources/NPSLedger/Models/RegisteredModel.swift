import LedgerCore

/// One model version as the log tells its life.
public struct RegisteredModel: Hashable, Sendable {
    /// What was registered.
    public let registration: ModelRegistered
    /// Position of the registration.
    public let position: Position
    /// When it was registered.
    public let registeredAt: Microseconds
    /// Positions and times from which it was the active one.
    public internal(set) var activations: [Activation]
    /// Whether it is the active one.
    public internal(set) var isActive: Bool
    /// Since when it shadows; nil where it does not.
    public internal(set) var shadow: Shadow?
    /// Position of the latest event that began or ended a shadow of it.
    var shadowActPosition: Position?

    /// One activation.
    public struct Activation: Hashable, Sendable {
        /// Position of the event.
        public let position: Position
        /// When it was recorded.
        public let recordedAt: Microseconds
        /// The activation it took back, for a rollback.
        public let rollsBack: Position?
        /// On what ground a gate let it pass, where it had to pass one.
        public let gate: GateEvidence?
    }

    /// Its standing shadow: it reads what comes in and counts for nothing.
    public struct Shadow: Hashable, Sendable {
        /// Position of the event that began it.
        public let position: Position
        /// When that was recorded.
        public let recordedAt: Microseconds
    }

    /// The version number.
    public var version: ModelVersion { registration.model }

    /// SHA-256 of the artefact in lower-case hexadecimal.
    public var digest: String { Hex.encode(registration.digest) }
}
