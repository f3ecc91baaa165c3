/// Repeatable texts and examples for the tests (splitmix64).
struct SeededTexts {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// Bytes without any sense: no valid UTF-8.
    mutating func noise(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    private static let words = [
        "good", "bad", "the", "Store", "très", "déçu", "😀", "wait", "!!", "staff", "prix", "don't",
        "12", "http://a.b/c", "x@y.org", "很好", "ПЛОХО", "soooo", "never", "again", "?", "merci",
    ]

    mutating func text(words count: Int) -> [UInt8] {
        Array(
            (0..<count).map { _ in Self.words[below(Self.words.count)] }.joined(separator: " ").utf8
        )
    }
}
