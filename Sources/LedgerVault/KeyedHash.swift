import Crypto
import LedgerCore

/// HMAC-SHA-256 for one purpose (RFC 2104), with key and purpose taken in once for all contents.
///
/// The library's own type reaches the hash through protocols that no optimiser sees through, which
/// takes longer than hashing a row does.
struct KeyedHash: Sendable {
    /// SHA-256 as it stands after the key's inner pad and the purpose.
    private let inner: SHA256
    /// SHA-256 as it stands after the key's outer pad.
    private let outer: SHA256

    /// - Parameter key: shorter than a block, as all keys here are.
    init(key: SymmetricKey, purpose: String) {
        func keyed(_ pad: UInt8) -> SHA256 {
            precondition(key.bitCount / 8 <= SHA256.blockByteCount, "longer keys are hashed first")
            var hash = SHA256()
            var block = [UInt8](repeating: pad, count: SHA256.blockByteCount)
            key.withUnsafeBytes { bytes in
                for (index, byte) in bytes.enumerated() { block[index] ^= byte }
            }
            block.withUnsafeBytes { hash.update(bufferPointer: $0) }
            block.withUnsafeMutableBytes { SecretBytes.wipe($0) }
            return hash
        }
        var inner = keyed(0x36)
        var purpose = [UInt8](purpose.utf8)
        purpose.append(0)
        purpose.withUnsafeBytes { inner.update(bufferPointer: $0) }
        self.inner = inner
        outer = keyed(0x5C)
    }

    /// The first 128 bits of the content's code.
    func code(of content: UnsafeRawBufferPointer) -> Hash128 {
        var (inner, outer) = (inner, outer)
        inner.update(bufferPointer: content)
        inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
        return outer.finalize().withUnsafeBytes { code in
            Hash128(
                high: UInt64(bigEndian: code.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: code.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }
}
