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
