import Glibc

/// Where one field lies in the bytes that were split.
struct FieldSpan {
    enum Style: UInt8 {
        /// As it stands.
        case plain
        /// As it stands, the quotes around it left out.
        case quoted
        /// The quotes are within, for the field holds doubled quotes or goes on after its last.
        case escaped
    }

    var start: Int32
    var end: Int32
    var style: Style
}

/// Splits one record of separated values after RFC 4180, eight bytes at a time.
///
/// Lenient where spreadsheets and Python's csv module are: a quote means something only as the
/// first byte of a field; what follows a closing quote is part of the field; a record ends at LF,
/// CR LF or CR.
struct RecordSplitter: ~Copyable {
    enum Scan {
        /// A record was split.
        case complete
        /// The record may go on beyond the bytes given.
        case needsMore
        /// There is no record left.
        case finished
        /// The file ends within quotes, opened at ``RecordSplitter/quoteStart``.
        case unclosedQuote
    }

    let separator: UInt8
    private(set) var fields: UnsafeMutablePointer<FieldSpan>
    private(set) var fieldCount = 0
    private var capacity = 64
    /// The index after the record's last byte, its line ending not counted.
    private(set) var contentEnd = 0
    /// The index of the next record.
    private(set) var nextStart = 0
    /// Whether a quoted field was seen, so that the record may hold line endings.
    private(set) var hasQuotes = false
    /// Whether a byte above 7F may be in the record; sure to be set where one is.
    private(set) var mayHaveHighBytes = false
    /// The index of the quote that was opened last.
    private(set) var quoteStart = 0

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(separator: UInt8) {
        self.separator = separator
        fields = .allocate(capacity: capacity)
    }

    deinit {
        fields.deallocate()
    }

    /// Splits the record at `start`. At least eight bytes beyond `end` must be allocated.
    mutating func split(
        _ base: UnsafePointer<UInt8>, from start: Int, to end: Int, isAtEnd: Bool
    ) -> Scan {
        fieldCount = 0
        hasQuotes = false
        mayHaveHighBytes = false
        if start == end { return isAtEnd ? .finished : .needsMore }
        let separators = ByteMatches.broadcast(separator)
        let raw = UnsafeRawPointer(base)
        var seen: UInt64 = 0
        var fieldStart = start
        var style = FieldSpan.Style.plain
        var index = start
        words: while index < end {
            let word = UInt64(
                littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            seen |= word
            var hits = ByteMatches.special(word, separators)
            while hits != 0 {
                let at = index + hits.trailingZeroBitCount / 8
                if at >= end { break words }
                let byte = base[at]
                if byte == separator {
                    append(fieldStart, at, style)
                    fieldStart = at + 1
                    style = .plain
                } else if byte == Self.quote {
                    if at == fieldStart {
                        let close = closingQuote(base, after: at, end: end, style: &style)
                        guard let close, close + 1 < end || isAtEnd else {
                            return close == nil && isAtEnd ? .unclosedQuote : .needsMore
                        }
                        index = close + 1
                        continue words
                    }
                } else {
                    let isReturn = byte == Self.carriageReturn
                    if isReturn, at + 1 == end, !isAtEnd { return .needsMore }
                    append(fieldStart, at, style)
                    contentEnd = at
                    let isPair = isReturn && at + 1 < end && base[at + 1] == Self.lineFeed
                    nextStart = at + (isPair ? 2 : 1)
                    mayHaveHighBytes = mayHaveHighBytes || ByteMatches.hasHighByte(seen)
                    return .complete
                }
                hits &= hits - 1
            }
            index += 8
        }
        guard isAtEnd else { return .needsMore }
        append(fieldStart, end, style)
        contentEnd = end
        nextStart = end
        mayHaveHighBytes = mayHaveHighBytes || ByteMatches.hasHighByte(seen)
        return .complete
    }

    /// The index of the quote that closes the one at `open`, or nil; sets what the field became.
    private mutating func closingQuote(
        _ base: UnsafePointer<UInt8>, after open: Int, end: Int, style: inout FieldSpan.Style
    ) -> Int? {
        hasQuotes = true
        mayHaveHighBytes = true
        quoteStart = open
        style = .quoted
        var scan = open + 1
        while scan < end, let found = memchr(base + scan, Int32(Self.quote), end - scan) {
            let close = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
            guard close + 1 < end else { return close }
            let next = base[close + 1]
            if next == Self.quote {
                style = .escaped
                scan = close + 2
                continue
            }
            let endsField =
                next == separator || next == Self.lineFeed || next == Self.carriageReturn
            if !endsField { style = .escaped }
            return close
        }
        return nil
    }

    private mutating func append(_ start: Int, _ end: Int, _ style: FieldSpan.Style) {
        if fieldCount == capacity { grow() }
        let inset = style == .quoted ? 1 : 0
        (fields + fieldCount).initialize(
            to: FieldSpan(
                start: Int32(truncatingIfNeeded: start + inset),
                end: Int32(truncatingIfNeeded: end - inset), style: style))
        fieldCount += 1
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<FieldSpan>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: fields, count: fieldCount)
        fields.deallocate()
        fields = larger
        capacity *= 2
    }

    /// Writes the meaning of an escaped field to `output`, which has room for all of it; answers
    /// how many bytes it has.
    static func unescape(
        _ field: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<UInt8>
    ) -> Int {
        guard let base = field.baseAddress else { return 0 }
        var count = 0
        var index = 1
        func copy(to end: Int) {
            memcpy(output + count, base + index, end - index)
            count += end - index
            index = end
        }
        while index < field.count,
            let found = memchr(base + index, Int32(quote), field.count - index)
        {
            let at = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
            let isDoubled = at + 1 < field.count && base[at + 1] == quote
            copy(to: isDoubled ? at + 1 : at)
            index = isDoubled ? at + 2 : at + 1
            // After the closing quote every byte stands for itself.
            if !isDoubled { break }
        }
        if index < field.count { copy(to: field.count) }
        return count
    }
}

/// Finding bytes in a word of eight, exactly and without branches.
enum ByteMatches {
    private static let lowBits: UInt64 = 0x7F7F_7F7F_7F7F_7F7F

    @inline(__always)
    static func broadcast(_ byte: UInt8) -> UInt64 {
        UInt64(byte) &* 0x0101_0101_0101_0101
    }

    @inline(__always)
    static func hasHighByte(_ word: UInt64) -> Bool {
        word & ~lowBits != 0
    }

    /// The high bit of each byte that is a separator, a quote, CR or LF.
    @inline(__always)
    static func special(_ word: UInt64, _ separators: UInt64) -> UInt64 {
        zeros(word ^ separators) | zeros(word ^ 0x2222_2222_2222_2222)
            | zeros(word ^ 0x0A0A_0A0A_0A0A_0A0A) | zeros(word ^ 0x0D0D_0D0D_0D0D_0D0D)
    }

    /// The high bit of each byte that is zero; adding cannot carry from one byte to the next, so
    /// no byte is marked for its neighbour's sake.
    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 {
        ~(((word & lowBits) &+ lowBits) | word | lowBits)
    }
}

/// Counting physical lines.
enum LineCount {
    /// How many line endings (LF, CR LF or CR) lie in `base[start..<end]`.
    static func endings(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var count = 0
        each(0x0A, base, start, end) { _ in count += 1 }
        // Of a pair the LF was counted.
        each(0x0D, base, start, end) { at in
            if at + 1 == end || base[at + 1] != 0x0A { count += 1 }
        }
        return count
    }

    private static func each(
        _ byte: Int32, _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int,
        _ visit: (Int) -> Void
    ) {
        var index = start
        while index < end, let found = memchr(base + index, byte, end - index) {
            let at = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
            visit(at)
            index = at + 1
        }
    }
}

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
