import LedgerCore

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

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// True once in `n` times.
    mutating func oneIn(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }

    /// An integer of any magnitude: as many bits as chance says, so that each length of a head
    /// comes up.
    mutating func magnitude() -> UInt64 { next() >> UInt64.random(in: 0...63, using: &self) }

    mutating func signed() -> Int64 {
        Int64(bitPattern: next()) >> Int64.random(in: 0...63, using: &self)
    }

    /// A text of pieces of one to four UTF-8 bytes, controls and combining marks among them.
    mutating func text(maxLength: Int) -> String {
        let pieces = [
            "a", "B", "7", " ", "\"", "\\", "é", "e\u{301}", "ü", "水", "𐅑", "👍🏽", "🇩🇪", "\u{1B}",
            "\u{9B}", "\u{202E}", "\r\n", "\t", "\0", "\u{7F}", "\u{FEFF}", "ﷺ", "\u{10FFFF}",
        ]
        let count = Int.random(in: 0...maxLength, using: &self)
        return (0..<count).map { _ in pieces.randomElement(using: &self) ?? "" }.joined()
    }

    /// A value of the log's subset of CBOR that takes at most `depth` further levels.
    mutating func value(depth: Int = 4) -> CBORValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &self) {
        case 0: return .unsigned(magnitude())
        case 1: return .negative(magnitude())
        case 2: return .bytes(bytes(Int.random(in: 0...(oneIn(20) ? 300 : 12), using: &self)))
        case 3: return .text(text(maxLength: oneIn(20) ? 300 : 8))
        case 4: return .bool(oneIn(2))
        case 5: return .null
        case 6:
            let count = Int.random(in: 0...(oneIn(20) ? 30 : 4), using: &self)
            return .array((0..<count).map { _ in value(depth: depth - 1) })
        default:
            var pairs: [String: CBORValue] = [:]
            for _ in 0..<Int.random(in: 0...5, using: &self) {
                pairs[text(maxLength: 6)] = value(depth: depth - 1)
            }
            return .map(pairs)
        }
    }

    mutating func time() -> Microseconds {
        Int64.random(in: Entry.timeMin...Entry.timeMax, using: &self)
    }

    /// `count` basis points that sum to 10,000.
    mutating func shares(_ count: Int) -> [UInt16] {
        let cuts = (1..<count).map { _ in Int.random(in: 0...10_000, using: &self) }.sorted()
        return zip([0] + cuts, cuts + [10_000]).map { UInt16($1 - $0) }
    }
}
