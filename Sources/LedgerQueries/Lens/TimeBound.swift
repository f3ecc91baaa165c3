import LedgerCore
import LedgerStore
import NPSLedger
import Presentation

/// A moment as somebody wrote it: what was written is recorded with a training and shown again.
public struct TimeBound: Hashable, Sendable {
    /// As it was written.
    public let text: String
    /// What it means.
    public let time: Microseconds

    /// Reads RFC 3339 or a date, which is its midnight in UTC.
    ///
    /// - Throws: `LedgerError` with code `invalid`.
    public init(_ text: String) throws(LedgerError) {
        do {
            time = try Timestamp.parse(text)
        } catch {
            throw LedgerError(.invalid, "\(error)")
        }
        self.text = text
    }

    /// A moment, written as RFC 3339.
    public init(_ time: Microseconds) {
        self.time = time
        text = Timestamp.format(time)
    }
}
