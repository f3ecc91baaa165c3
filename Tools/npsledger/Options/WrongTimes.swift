import LedgerCore
import Presentation
import Synchronization

/// Says that a time is not a sharp cut, where a clock was wrong.
enum WrongTimes {
    /// Several lenses of one command ask for times; it is said once.
    private static let isTold = Mutex(false)

    static func notice(_ positions: Range<Position>) {
        guard
            !isTold.withLock({ told in
                defer { told = true }
                return told
            })
        else { return }
        Printer.notice(
            "times were wrong between positions \(positions.lowerBound) and "
                + "\(positions.upperBound - 1): as of a time is as of the last event there that the "
                + "clock put at or before it, with all before; a position is sharp")
    }
}
