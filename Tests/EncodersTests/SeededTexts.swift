/// Texts of many scripts, made of ranges of scalars; a seed gives the same ones again.
struct SeededTexts {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    private static let scripts: [[ClosedRange<UInt32>]] = [
        // Words of Latin, with punctuation.
        [0x61...0x7A], [0x20...0x7E], [0x41...0x5A, 0x61...0x7A, 0x30...0x39],
        // Accents: composed, decomposed, several of them, and Vietnamese.
        [0xC0...0x24F, 0x20...0x7A], [0x61...0x7A, 0x300...0x36F], [0x1E00...0x1EFF, 0x20...0x7A],
        // Greek with its final sigma, Cyrillic, Armenian, Georgian; Turkish dots.
        [0x370...0x3FF, 0x1F00...0x1FFF, 0x3A3...0x3A3], [0x3B1...0x3C9, 0x20...0x20],
        [0x400...0x52F], [0x530...0x58F, 0x10A0...0x10FF, 0x1C90...0x1CBF],
        [0x49...0x49, 0x69...0x69, 0x130...0x131, 0x307...0x307, 0x61...0x70],
        // Right to left, and the scripts of India, Thailand, Laos, Tibet and Burma.
        [0x590...0x5FF, 0x20...0x20], [0x600...0x6FF, 0x20...0x20, 0xFB50...0xFDFF],
        [0x900...0x97F, 0x20...0x20], [0x980...0xAFF], [0xB00...0xDFF], [0xE00...0xEFF],
        [0xF00...0x109F],
        // Chinese, Japanese, Korean, whole and in parts.
        [0x4E00...0x9FFF, 0x3000...0x3011], [0x3040...0x30FF, 0x4E00...0x5000],
        [0xAC00...0xD7A3, 0x20...0x20], [0x1100...0x11FF], [0xF900...0xFAFF, 0x2F800...0x2FA1F],
        [0xFF00...0xFFEF], [0x20000...0x2A6DF, 0x2A700...0x2EBEF, 0x30000...0x3134F],
        // Emoji with joiners, tones, flags and variation selectors.
        [0x1F300...0x1FAFF, 0x200D...0x200D, 0xFE0F...0xFE0F, 0x1F3FB...0x1F3FF],
        [0x1F1E6...0x1F1FF, 0x20...0x20], [0x2000...0x2BFF, 0x20E3...0x20E3],
        // What no person types: controls, zero width, private use, unassigned, music, the rest.
        [0x0...0x1F, 0x61...0x63, 0x7F...0x9F],
        [0x200B...0x200F, 0x2028...0x202F, 0x2060...0x206F, 0xFEFF...0xFEFF, 0x61...0x65],
        [0xE000...0xE0FF, 0xF0000...0xF00FF, 0x10FFF0...0x10FFFF, 0x61...0x65],
        [0x378...0x379, 0x2FE0...0x2FEF, 0xE0080...0xE00FF, 0x50000...0x500FF],
        [0x1D100...0x1D1FF], [0x8D4...0x8FF, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x61...0x63],
        [0x10000...0x11FFF], [0x1E000...0x1E95F], [0x20...0xD7FF], [0xE000...0x10FFFF],
    ]

    private static let phrases = [
        "[CLS]", "[SEP]", "[UNK] [MASK]", "##ing", "don't", "U.S.A.", "3.5%", "\u{FFFD}",
        "ὈΔΥΣΣΕΎΣ", "İstanbul ılık", "Straße ẞ", "e\u{301}\u{327}", "👩‍👩‍👧‍👦", "🇫🇷", "ﷺ", "ﬁn", "…", "“”",
        "https://a.example/b?c=d", "@somebody #topic", "\r\n", "\t", "\u{A0}", "\u{3000}",
        "unaffable", "antidisestablishmentarianism", "\u{1F44D}\u{1F3FD}", "각", "각",
    ]

    /// A text of a few scripts, now and then with a long word, or with bytes that are no UTF-8.
    mutating func text() -> [UInt8] {
        var text: [UInt8] = []
        for _ in 0...below(3) {
            let script = Self.scripts[below(Self.scripts.count)]
            for _ in 0...below(24) {
                let range = script[below(script.count)]
                let value = range.lowerBound + UInt32(below(range.count))
                if let scalar = Unicode.Scalar(value) { text += Array(String(scalar).utf8) }
                if below(7) == 0 { text.append(0x20) }
            }
            if below(4) == 0 { text += Array(Self.phrases[below(Self.phrases.count)].utf8) }
            if below(60) == 0 { text += Array(repeating: 0x78, count: 95 + below(10)) }
            if below(40) == 0 { text += (0...below(5)).map { _ in UInt8(below(256)) } }
        }
        return text
    }
}
