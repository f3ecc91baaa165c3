/// The hash that turns n-grams into buckets; part of the feature set, so it never changes.
///
/// FNV-1a over scalars (state xor scalar, times the 64-bit FNV prime), from a seed per kind of
/// n-gram, then a finaliser (xor-shift 32, times 2^64/φ, xor-shift 29) whose top bits are the
/// bucket. FNV alone leaves its top bits poor on three letters; the finaliser spreads them.
enum FeatureHash {
    static let prime: UInt64 = 0x0000_0100_0000_01B3
    static let wordSeed: UInt64 = 0xCBF2_9CE4_8422_2325
    static let bigramSeed: UInt64 = 0x9AE1_6A3B_2F90_404F
    static let gramSeed: UInt64 = 0xC3A5_C85C_97CB_3127
    static let shapeSeed: UInt64 = 0xB492_B66F_BE98_F273

    @inline(__always)
    static func step(_ state: UInt64, _ scalar: UInt32) -> UInt64 {
        (state ^ UInt64(scalar)) &* prime
    }

    /// The bucket of a state among 2^bits.
    @inline(__always)
    static func bucket(_ state: UInt64, bits: Int) -> UInt32 {
        var mixed = state ^ (state >> 32)
        mixed = mixed &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 29
        return UInt32(truncatingIfNeeded: mixed >> UInt64(64 - bits))
    }

    /// The state of two neighbouring words.
    @inline(__always)
    static func bigram(_ first: UInt64, _ second: UInt64) -> UInt64 {
        (((bigramSeed ^ first) &* prime) ^ (second >> 32) ^ (second << 32)) &* prime
    }
}
