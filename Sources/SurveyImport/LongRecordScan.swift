/// Finds the end of a record too long to be held, one byte at a time and with four states, by the
/// same rules as ``RecordSplitter``.
struct LongRecordScan {
    private enum State {
        case fieldStart
        case plain
        case quoted
        case afterQuote
    }

    let separator: UInt8
    private var state = State.fieldStart
    private var followsReturn = false
    /// The line the scan stands on.
    private(set) var line: Int
    /// The line of the quote that was opened last.
    private(set) var quoteLine: Int?

    init(separator: UInt8, line: Int) {
        self.separator = separator
        self.line = line
    }

    /// Whether a quote is open.
    var isQuoted: Bool { state == .quoted }

    /// The number of bytes before the record's line ending, or nil where it has none here.
    mutating func end(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        for (index, byte) in bytes.enumerated() {
            let isEnding = byte == 0x0A || byte == 0x0D
            if state == .quoted {
                if byte == UInt8(ascii: "\"") { state = .afterQuote }
                if byte == 0x0D || byte == 0x0A && !followsReturn { line += 1 }
                followsReturn = byte == 0x0D
                continue
            }
            followsReturn = false
            if isEnding { return index }
            if byte == UInt8(ascii: "\""), state != .plain {
                if state == .fieldStart { quoteLine = line }
                state = .quoted
            } else {
                state = byte == separator ? .fieldStart : .plain
            }
        }
        return nil
    }
}
