import LedgerCore
import Synchronization

/// A clock that a test turns by hand.
package final class TestClock: Sendable {
    /// 2026-01-01T00:00:00Z.
    package static let start: Microseconds = 1_767_225_600_000_000

    private let time: Mutex<Microseconds>

    package init(_ start: Microseconds = TestClock.start) { time = Mutex(start) }

    /// The time now.
    package var now: Microseconds { time.withLock { $0 } }

    /// Sets the time, forward or back.
    package func turn(to now: Microseconds) { time.withLock { $0 = now } }

    /// Moves the time.
    package func advance(_ by: Microseconds) { time.withLock { $0 += by } }
}
