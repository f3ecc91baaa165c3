import LedgerProof
import Testing

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

    mutating func hash() throws -> MerkleHash { try #require(MerkleHash(bytes(32))) }

    /// An integer of any magnitude: as many bits as chance says.
    mutating func magnitude() -> UInt64 { next() >> UInt64.random(in: 0...63, using: &self) }
}
