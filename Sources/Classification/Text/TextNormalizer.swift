/// Turns UTF-8 of any origin into normalised tokens, in one pass and without allocation.
///
/// Case and Latin accents go, digits become `0`, a letter repeated three times or more is kept
/// twice, addresses become one token each, runs of `!` and `?` one or two, emoji stay. Bytes that
/// are no UTF-8 separate words. Apostrophes separate too: `n'est` and `don't` are two words each,
/// which keeps the negation in a bigram.
struct TextNormalizer: ~Copyable {
    /// The word being read, with room for a space at either end.
    private let word: UnsafeMutablePointer<UInt32>
    private var length = 0
    /// What each ASCII byte is: a letter's or digit's folded value, or one of `Ascii`.
    private let ascii: UnsafeMutablePointer<UInt8>

    private enum Ascii {
        static let separator: UInt8 = 0
        static let space: UInt8 = 1
        static let mark: UInt8 = 2
        static let face: UInt8 = 3
        static let less: UInt8 = 4
        static let dollar: UInt8 = 5
        static let firstLetter: UInt8 = 0x30
    }

    init() {
        word = .allocate(capacity: TextLimits.wordScalarsMax + 2)
        word.initialize(repeating: 0x20, count: TextLimits.wordScalarsMax + 2)
        ascii = .allocate(capacity: 128)
        ascii.initialize(repeating: Ascii.separator, count: 128)
        for byte in 0...0x20 { ascii[byte] = Ascii.space }
        for byte in 0x30...0x39 { ascii[byte] = 0x30 }
        for byte in 0x41...0x5A {
            ascii[byte] = UInt8(byte + 0x20)
            ascii[byte + 0x20] = UInt8(byte + 0x20)
        }
        ascii[0x21] = Ascii.mark
        ascii[0x3F] = Ascii.mark
        ascii[0x3A] = Ascii.face
        ascii[0x3B] = Ascii.face
        ascii[0x3D] = Ascii.face
        ascii[0x3C] = Ascii.less
        ascii[0x24] = Ascii.dollar
    }

    deinit {
        word.deallocate()
        ascii.deallocate()
    }

    /// Sends the tokens of `text` to `sink`; true if the text was too long to be read whole.
    mutating func run<Sink: TokenSink & ~Copyable>(
        _ text: UnsafeBufferPointer<UInt8>, into sink: inout Sink
    ) -> Bool {
        guard text.count > TextLimits.wholeBytesMax else {
            read(text, into: &sink)
            return false
        }
        var headEnd = TextLimits.headBytes
        while headEnd > TextLimits.headBytes - 64, text[headEnd] > 0x20 { headEnd -= 1 }
        var tailStart = text.count - TextLimits.tailBytes
        let tailLatest = tailStart + 64
        while tailStart < tailLatest, text[tailStart] > 0x20 { tailStart += 1 }
        read(UnsafeBufferPointer(rebasing: text[..<headEnd]), into: &sink)
        sink.gap()
        read(UnsafeBufferPointer(rebasing: text[tailStart...]), into: &sink)
        return true
    }

    @inline(__always)
    private mutating func read<Sink: TokenSink & ~Copyable>(
        _ bytes: UnsafeBufferPointer<UInt8>, into sink: inout Sink
    ) {
        let addresses = AddressScanner.mayHold(bytes)
        var atStart = true
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if addresses, atStart, byte > 0x20,
                let (symbol, end) = AddressScanner.address(in: bytes, at: index)
            {
                sink.symbol(symbol)
                index = end
                atStart = false
                continue
            }
            atStart = byte <= 0x20
            if byte < 0x80 {
                let kind = ascii[Int(byte)]
                if kind >= Ascii.firstLetter {
                    append(UInt32(kind), into: &sink)
                    index += 1
                } else {
                    endWord(into: &sink)
                    index =
                        kind <= Ascii.space
                        ? index + 1 : readSign(kind, in: bytes, at: index, into: &sink)
                }
            } else {
                let (scalar, width) = ScalarDecoder.decode(bytes, at: index)
                fold(scalar, into: &sink)
                index += width
            }
        }
        endWord(into: &sink)
    }

    @inline(__always)
    private mutating func append<Sink: TokenSink & ~Copyable>(
        _ scalar: UInt32, into sink: inout Sink
    ) {
        if length >= 2, word[length] == scalar, word[length - 1] == scalar, scalar != 0x30 {
            return
        }
        if length == TextLimits.wordScalarsMax { endWord(into: &sink) }
        length += 1
        word[length] = scalar
    }

    @inline(__always)
    private mutating func endWord<Sink: TokenSink & ~Copyable>(into sink: inout Sink) {
        guard length > 0 else { return }
        word[length + 1] = 0x20
        sink.word(UnsafeBufferPointer(start: word, count: length + 2))
        length = 0
    }

    private mutating func fold<Sink: TokenSink & ~Copyable>(
        _ scalar: UInt32, into sink: inout Sink
    ) {
        switch ScalarFolding.of(scalar) {
        case .letter(let letter): append(letter, into: &sink)
        case .pair(let first, let second):
            append(first, into: &sink)
            append(second, into: &sink)
        case .dropped: break
        case .separator: endWord(into: &sink)
        case .symbol(let symbol):
            endWord(into: &sink)
            sink.symbol(symbol)
        }
    }

    /// Reads a run of `!` and `?`, an emoticon, a heart or a dollar; the index after it.
    private func readSign<Sink: TokenSink & ~Copyable>(
        _ kind: UInt8, in bytes: UnsafeBufferPointer<UInt8>, at start: Int, into sink: inout Sink
    ) -> Int {
        var index = start
        switch kind {
        case Ascii.mark:
            var exclamations = 0
            var questions = 0
            while index < bytes.count {
                if bytes[index] == 0x21 {
                    exclamations += 1
                } else if bytes[index] == 0x3F {
                    questions += 1
                } else {
                    break
                }
                index += 1
            }
            if questions > 0 { sink.symbol(Symbol.question) }
            if exclamations > 0 { sink.symbol(Symbol.exclamation) }
            if exclamations > 1 { sink.symbol(Symbol.exclamations) }
            return index
        case Ascii.face:
            index += 1
            if index < bytes.count, bytes[index] == 0x2D { index += 1 }
            guard index < bytes.count else { return start + 1 }
            switch bytes[index] {
            case 0x29, 0x44: sink.symbol(Symbol.smile)
            case 0x28: sink.symbol(Symbol.frown)
            default: return start + 1
            }
            return index + 1
        case Ascii.less:
            guard index + 1 < bytes.count, bytes[index + 1] == 0x33 else { return start + 1 }
            sink.symbol(Symbol.heart)
            return index + 2
        default:
            sink.symbol(Symbol.currency)
            return index + 1
        }
    }
}

/// Receives the normalised tokens of a text in order.
protocol TokenSink: ~Copyable {
    /// A word, with one space (U+0020) before and after it inside the buffer.
    mutating func word(_ padded: UnsafeBufferPointer<UInt32>)
    /// A token of one scalar: an emoji, an ideograph, `!`, or one of `Symbol`.
    mutating func symbol(_ scalar: UInt32)
    /// Text was left out here: the tokens on either side are no neighbours.
    mutating func gap()
}

/// Scalars that stand for something else than themselves.
enum Symbol {
    static let exclamation: UInt32 = 0x21
    static let exclamations: UInt32 = 0x203C
    static let question: UInt32 = 0x3F
    static let currency: UInt32 = 0xA4
    static let smile: UInt32 = 0x1F642
    static let frown: UInt32 = 0x1F641
    static let heart: UInt32 = 0x2764
    // Private use: such scalars in a text are separators, so that nobody can write these tokens.
    static let url: UInt32 = 0xF_0001
    static let mail: UInt32 = 0xF_0002
    static let handle: UInt32 = 0xF_0003
}

/// What the classifier reads of a text, so that one huge comment cannot hold up a batch.
public enum TextLimits {
    /// Longest text read whole, in bytes of UTF-8; it holds all but one in ten thousand reviews.
    public static let wholeBytesMax = 8192
    /// Bytes read from the beginning of a longer text, cut back to a space.
    public static let headBytes = 6144
    /// Bytes read from the end of a longer text: opinions are summed up there.
    public static let tailBytes = wholeBytesMax - headBytes
    /// Letters in one word; a longer run is read as several words.
    public static let wordScalarsMax = 48
}

/// Decodes one scalar of UTF-8 and never reads beyond the buffer.
enum ScalarDecoder {
    /// The scalar at `index` and its length in bytes; (0, 1) for a byte that begins none.
    ///
    /// Refuses overlong forms, surrogates and values beyond U+10FFFF as Unicode 15, table 3-7 does.
    @inline(__always)
    static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> (scalar: UInt32, length: Int) {
        let first = UInt32(bytes[index])
        let left = bytes.count - index
        if first < 0x80 { return (first, 1) }
        guard first >= 0xC2, left >= 2 else { return (0, 1) }
        let second = UInt32(bytes[index + 1])
        guard second & 0xC0 == 0x80 else { return (0, 1) }
        if first < 0xE0 { return ((first & 0x1F) << 6 | second & 0x3F, 2) }
        guard left >= 3 else { return (0, 1) }
        let third = UInt32(bytes[index + 2])
        guard third & 0xC0 == 0x80 else { return (0, 1) }
        if first < 0xF0 {
            let scalar = (first & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F
            guard scalar >= 0x800, !(0xD800...0xDFFF).contains(scalar) else { return (0, 1) }
            return (scalar, 3)
        }
        guard first < 0xF5, left >= 4 else { return (0, 1) }
        let fourth = UInt32(bytes[index + 3])
        guard fourth & 0xC0 == 0x80 else { return (0, 1) }
        let high = (first & 0x07) << 18 | (second & 0x3F) << 12
        let scalar = high | (third & 0x3F) << 6 | fourth & 0x3F
        guard scalar >= 0x1_0000, scalar <= 0x10_FFFF else { return (0, 1) }
        return (scalar, 4)
    }
}
