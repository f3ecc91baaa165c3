import LedgerCore
import LedgerReplay
import LedgerStore

/// A fold of the log from its first event into memory.
struct MemoryFold<P: Projection> {
    let state = MemoryState()
    private(set) var position: Position = 0
    private(set) var poisoned: [Position] = []
    private var projection = P()

    /// Folds on to a position, and flushes.
    mutating func advance(to end: Position, _ log: EventLog) throws {
        guard position < end else { return }
        var (projection, poisoned) = (self.projection, self.poisoned)
        position = try log.forEachEvent(
            in: position..<end, named: P.descriptor.consumes
        ) { event in
            do {
                try projection.apply(event, to: state)
            } catch is PoisonEvent {
                poisoned.append(event.position)
            }
            return true
        }
        try projection.flush(to: state)
        (self.projection, self.poisoned) = (projection, poisoned)
    }

    var digest: [UInt8] {
        get throws { try StateDigest.compute(state) }
    }
}
