import LedgerCore
import Synchronization

/// The time of a history that is being written: as its responses came, not as they are made up.
final class HistoryClock: Sendable {
    private let time = Mutex(HistoryPlan.start)

    var now: Microseconds { time.withLock { $0 } }

    func advance(to moment: Microseconds) { time.withLock { $0 = max($0, moment) } }
}
