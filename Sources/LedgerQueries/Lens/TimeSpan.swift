import LedgerCore
import LedgerStore

/// A length of time as somebody wrote it, such as `30d`.
public struct TimeSpan: Hashable, Sendable {
    /// As it was written.
    public let text: String
    /// How long it is.
    public let length: Microseconds

    /// The longest, in units: what is longer is a slip of the pen.
    private static let unitsMax: Int64 = 100_000
    package static let day: Microseconds = 86_400_000_000

    /// Reads a number with `h`, `d` or `w`.
    ///
    /// - Throws: `LedgerError` with code `invalid`.
    public init(_ text: String) throws(LedgerError) {
        let units: [Character: Int64] = ["h": 3_600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (1...Self.unitsMax).contains(count)
        else {
            throw LedgerError(
                .invalid, "“\(text)” is not a span: a number and h, d or w, such as 30d.")
        }
        self.text = text
        length = count * unit * 1_000_000
    }

    /// So many days.
    public init(days: Int) {
        text = "\(days)d"
        length = Microseconds(days) * Self.day
    }
}
