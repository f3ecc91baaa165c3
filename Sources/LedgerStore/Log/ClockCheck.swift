import LMDB
import LedgerCore

/// What a log holds against its clock: recorded-at never goes backwards, so one moment of a clock
/// that is far ahead would put every later time out.
public enum ClockCheck {
    /// How far ahead of the last event the clock may be without anybody saying that it is right:
    /// 400 days, so that a ledger which is asked once a year goes on unasked.
    public static let aheadMax: Microseconds = 400 * day

    /// How far ahead of `release` the clock may be for the first event of a log: thirty years, in
    /// which no installation of a program goes without another release.
    public static let firstAheadMax: Microseconds = 30 * 365 * day

    /// When this software was released: 2026-11-30T00:00:00Z. No clock that is right says less, and
    /// there is nothing else to measure a first event by.
    public static let release: Microseconds = 1_795_996_800_000_000

    /// Before this time, 2020-01-01T00:00:00Z, there was no such software. A log whose last event is
    /// older began with a clock that had never been set, and says nothing of what time it is.
    static let credibleMin: Microseconds = 1_577_836_800_000_000

    /// Refuses a time that no event can carry, because the clock was never set.
    public static func requireSet(_ now: Microseconds) throws {
        guard now < Entry.timeMin else { return }
        throw LedgerError(
            .clock, "the clock says \(TimeText.utc(now)), when there was no such program: set it")
    }

    private static let day: Microseconds = 86_400_000_000

    /// Refuses a time that a clock cannot have reached since the last event.
    ///
    /// - Parameter previous: when the last event was recorded; 0 where there is none.
    /// - Throws: `LedgerError` with code `clock`.
    public static func check(_ now: Microseconds, after previous: Microseconds) throws {
        let isCredible = previous >= credibleMin
        let limit =
            isCredible
            ? previous.addingReportingOverflow(aheadMax).partialValue : release + firstAheadMax
        guard now > limit else { return }
        let ground =
            isCredible
            ? "the last event was recorded at \(TimeText.utc(previous)), "
                + "\((now - previous) / day) days before"
            : "this program was released at \(TimeText.utc(release))"
        throw LedgerError(
            .clock,
            "the clock says \(TimeText.utc(now)), and \(ground), so nothing was recorded",
            remedy: .acceptClock)
    }
}

extension LogSchema {
    /// The time that the clock is held against: that of the last entry, by the clock's own word
    /// where recorded-at is not to be believed.
    func lastTime(
        _ head: LogHead, now: Microseconds,
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> Microseconds {
        guard head.size > 0, now < head.recordedAt - Entry.clockSlack,
            let stored = try transaction.unsafeValue(entries, head.size - 1)
        else { return head.recordedAt }
        return try EventLog.view(stored, head.size - 1).clock ?? head.recordedAt
    }
}

extension EventLog {
    /// Holds the clock against the last event, before anything is written.
    ///
    /// - Returns: how far it is behind, where that is more than `Entry.clockSlack`.
    /// - Throws: `LedgerError` with code `clock` where it is too far ahead and was not accepted.
    public func checkClock() throws -> ClockLag? {
        let now = writer.clock()
        try ClockCheck.requireSet(now)
        let (head, last) = try read { transaction in
            let head = try schema.head(transaction)
            return (head, try schema.lastTime(head, now: now, transaction))
        }
        if !writer.acceptsClock { try ClockCheck.check(now, after: last) }
        guard now < head.recordedAt - Entry.clockSlack else { return nil }
        return ClockLag(clock: now, recordedAt: head.recordedAt)
    }

    /// Where recorded-at is not what the clock said: from the first event that was recorded at a
    /// time beyond the clock's to the last that has the clock's time beside it.
    ///
    /// - Returns: nil for nearly every log.
    public func wrongTimes() throws -> Range<Position>? {
        try read { transaction in
            try schema.requireIndexKeys(transaction)
            guard let carried = try schema.carried(transaction),
                let stored = try transaction.unsafeValue(schema.entries, carried.lowerBound),
                let clock = try Self.view(stored, carried.lowerBound).clock
            else { return nil }
            let first = try sizeByRecordedAt(clock, transaction)
            return min(first, carried.lowerBound)..<carried.upperBound
        }
    }
}

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
