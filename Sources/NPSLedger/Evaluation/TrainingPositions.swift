import LedgerCore

/// Which responses a model has learnt from, however that is known: listed in its registration, or
/// selected again from the prefix of the log that the registration names.
public protocol TrainingPositions: Sendable {
    /// How many responses there are.
    var count: Int { get }

    /// Whether the model has learnt from the response recorded at a position.
    func contains(_ response: Position) -> Bool
}
