import LedgerCore

/// A clock that is behind the last event of a log.
public struct ClockLag: Hashable, Sendable, CustomStringConvertible {
    /// What the clock says.
    public let clock: Microseconds
    /// When the last event was recorded.
    public let recordedAt: Microseconds

    /// What that means for what is recorded now.
    public var description: String {
        "the clock says \(TimeText.utc(clock)), and the last event was recorded at "
            + "\(TimeText.utc(recordedAt)): recorded-at goes on from there by a microsecond, with "
            + "the clock's time beside it"
    }
}
