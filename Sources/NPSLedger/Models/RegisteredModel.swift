import Classification
import Foundation
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
    public let activations: [Activation]
    /// Whether it is the active one.
    public let isActive: Bool
    /// Since when it shadows; nil where it does not.
    public let shadow: Shadow?
    /// Everything that happened to it, in order.
    public let steps: [ModelDecider.Step]
    /// Position of the latest event that began or ended a shadow of it.
    let shadowActPosition: Position?

    /// One activation.
    public struct Activation: Hashable, Sendable {
        /// Position of the event.
        public let position: Position
        /// When it was recorded.
        public let recordedAt: Microseconds
        /// Position of the activation of another version that ended it; nil where it lasts.
        public let until: Position?
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
        /// Of what comes in, the share it reads, in basis points; nil for all of it.
        public let share: UInt16?
    }

    /// The version number.
    public var version: ModelVersion { registration.model }

    /// From what it was trained on this ledger; nil where it was not.
    public var training: TrainingRecord? { TrainingRecord(registration) }

    /// What its artefact says of itself; nil where the card cannot be read.
    public var metadata: ModelMetadata? {
        /// Version 1 had it within a card of its own.
        struct FirstCard: Decodable {
            let metadata: ModelMetadata
        }
        let card = Data(registration.card.utf8)
        return (try? JSONDecoder().decode(ModelMetadata.self, from: card))
            ?? (try? JSONDecoder().decode(FirstCard.self, from: card))?.metadata
    }

    /// SHA-256 of the artefact in lower-case hexadecimal.
    public var digest: String { Hex.encode(registration.digest) }
}
