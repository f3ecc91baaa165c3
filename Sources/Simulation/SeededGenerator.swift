/// A repeatable source of random bits: xoshiro256**, seeded through SplitMix64.
///
/// The same seed gives the same stream on every platform. Bounded draws are made by `below`,
/// because the standard library does not promise that its own mapping to a range stays as it is.
/// Source: D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators" (2021).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// Starts the stream of `seed`; every seed is a good one, zero included.
    public init(seed: UInt64) {
        var mixer = seed
        state = (
            Self.mix(&mixer), Self.mix(&mixer), Self.mix(&mixer), Self.mix(&mixer)
        )
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        let scrambled = state.1 &* 5
        let result = (scrambled << 7 | scrambled >> 57) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = state.3 << 45 | state.3 >> 19
        return result
    }

    /// A whole number from 0 up to, not including, `bound`.
    ///
    /// The high half of a product; its bias is below `bound` / 2^32, which no simulation notices.
    /// - Precondition: `bound` is from 1 to 2^32.
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0 && bound <= 1 << 32, "a bound is from 1 to 2^32")
        return Int(((next() >> 32) &* UInt64(bound)) >> 32)
    }

    /// Whether an event of so many in a hundred happens this time.
    mutating func percent(_ share: Int) -> Bool {
        below(100) < share
    }

    /// One step of SplitMix64 (G. Steele, D. Lea, C. Flood, 2014).
    static func mix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// Whole numbers in decimal ASCII.
enum Decimal {
    /// Appends a number that is not negative, with leading zeros up to `width` digits.
    static func append(_ number: Int, width: Int = 1, to bytes: inout [UInt8]) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(truncatingIfNeeded: 48 + rest % 10))
            rest /= 10
        } while rest > 0
        while bytes.count - start < width {
            bytes.append(48)
        }
        var low = start
        var high = bytes.count - 1
        while low < high {
            bytes.swapAt(low, high)
            low += 1
            high -= 1
        }
    }
}
