import Glibc
import LedgerCore

/// The system's wall clock.
public enum WallClock {
    /// Microseconds since 1970.
    @Sendable public static func now() -> Microseconds {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Microseconds(time.tv_sec) * 1_000_000 + Microseconds(time.tv_nsec) / 1_000
    }
}
