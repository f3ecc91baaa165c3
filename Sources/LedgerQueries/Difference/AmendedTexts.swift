import LedgerCore
import LedgerStore

/// The responses whose text was amended between two positions.
///
/// A bit for each position of the log, so that ten million responses take a few megabytes however
/// many of them were amended.
struct AmendedTexts {
    private var bits: [UInt64] = []

    /// Reads the amendments in a range of the log.
    init(_ log: EventLog, _ range: Range<Position>) throws {
        guard !range.isEmpty else { return }
        let end = min(range.upperBound, try log.head().size)
        try log.forEachEvent(in: range, named: [.responseAmended]) { event in
            let amended = try ResponseAmended(event)
            // A reference that leads nowhere is no response of this log.
            guard amended.hasText, amended.response < end else { return true }
            if bits.isEmpty { bits = [UInt64](repeating: 0, count: Int(end / 64) + 1) }
            bits[Int(amended.response / 64)] |= 1 << (amended.response % 64)
            return true
        }
    }

    func contains(_ response: Position) -> Bool {
        let word = Int(clamping: response / 64)
        return word < bits.count && bits[word] & 1 << (response % 64) != 0
    }
}
