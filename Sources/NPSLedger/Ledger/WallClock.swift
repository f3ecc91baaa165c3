import Glibc
import LedgerCore

/// The system's wall clock.
public enum WallClock {
    /// Microseconds since 1970.
    ///
    /// A clock that says more than a number holds (it does from the year 294,247 on) gives the
    /// largest: the log refuses every time beyond the year 9999, and says so.
    @Sendable public static func now() -> Microseconds {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return microseconds(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }

    static func microseconds(seconds: Int, nanoseconds: Int) -> Microseconds {
        let (whole, isBeyond) = Microseconds(seconds).multipliedReportingOverflow(by: 1_000_000)
        let (sum, isBeyondStill) = whole.addingReportingOverflow(Microseconds(nanoseconds) / 1_000)
        guard isBeyond || isBeyondStill else { return sum }
        return seconds < 0 ? .min : .max
    }
}
