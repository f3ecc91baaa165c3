/// SplitMix64: small, and the same on every machine, so that a printed seed repeats a failure.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A text that mixes plain letters with everything that breaks terminals and tables.
    mutating func text(maxLength: Int) -> String {
        let pieces: [String] = [
            "a", "B", "7", " ", "  ", ",", "\"", "\\", "é", "e\u{301}", "漢字", "ｗ", "한", "👍🏽", "👨‍👩‍👧",
            "🇩🇪", "❤️", "\u{1B}[31m", "\u{1B}]0;x\u{7}", "\u{9B}2J", "\u{202E}", "\u{2066}",
            "\r", "\n", "\r\n", "\t", "\0", "\u{7F}", "\u{85}", "\u{2028}", "\u{200B}", "\u{FEFF}",
            "ก็", "क्षि", "ﷺ", "\u{E000}", "=1+1",
        ]
        let count = Int.random(in: 0...maxLength, using: &self)
        return (0..<count).map { _ in pieces.randomElement(using: &self) ?? "" }.joined()
    }

    /// A double of any magnitude: random bits, so that exponents are even.
    mutating func double() -> Double { Double(bitPattern: next()) }
}
