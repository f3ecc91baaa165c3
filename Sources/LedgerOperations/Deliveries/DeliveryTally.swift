import LedgerCore
import LedgerQueries

/// How many deliveries of a ledger stand how, kept up as they are received and looked into, so that
/// nobody has to read the log for it.
public struct DeliveryTally: Hashable, Sendable {
    /// How many, by state.
    public private(set) var counts: [DeliveryRecord.State: Int] = [:]
    /// Those that may be looked into again, though they have been.
    private var unsettled: [Position: DeliveryRecord.State] = [:]

    /// Those that nobody could read, until the mapping is mended.
    public var deadLetters: Int { counts[.unreadable, default: 0] }

    /// Counts a delivery that was received.
    mutating func add(_ position: Position, _ state: DeliveryRecord.State) {
        counts[state, default: 0] += 1
        note(position, state)
    }

    /// Counts what came of a delivery.
    mutating func settle(_ position: Position, _ state: DeliveryRecord.State) {
        counts[unsettled[position] ?? .waiting, default: 0] -= 1
        counts[state, default: 0] += 1
        note(position, state)
    }

    private mutating func note(_ position: Position, _ state: DeliveryRecord.State) {
        let isSettled = state == .mapped || state == .invalid || state == .waiting
        unsettled[position] = isSettled ? nil : state
    }
}
