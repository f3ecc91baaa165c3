import LMDB
import LedgerCore

/// What must not have happened for a batch to be appended: its author decided on what the log held
/// up to a position, and an event of certain types since then would make it another decision.
///
/// It is judged inside the write transaction, so nothing can come between the look and the append.
/// Where it fails the whole batch is left out, and each of its events has the outcome
/// ``AppendOutcome/overtaken(by:)``.
public struct AppendCondition: Hashable, Sendable {
    /// The types of which no event may stand from `since` on.
    public let names: Set<EventName>
    /// The size that the log had when the decision was made.
    public let since: Position

    /// A condition.
    public init(none names: Set<EventName>, since: Position) {
        self.names = names
        self.since = since
    }

    /// The first event that breaks it; nil where it holds.
    func broken(
        size: Position, _ types: Database, _ transaction: borrowing WriteTransaction
    ) throws -> Position? {
        guard since < size else { return nil }
        var first: Position?
        try TypeIndex.forEach(names, in: since..<size, types, transaction) { position in
            first = position
            return false
        }
        return first
    }
}
