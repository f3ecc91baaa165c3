import LedgerCore
import LedgerProof

extension Hash128 {
    /// Truncated SHA-256 of `bytes`.
    public init(hashing bytes: UnsafeRawBufferPointer) {
        self = MerkleHash(hashing: bytes).withUnsafeBytes { digest in
            Hash128(
                high: UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    /// Truncated SHA-256 of `bytes`.
    public init(hashing bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { Hash128(hashing: $0) }
    }
}
