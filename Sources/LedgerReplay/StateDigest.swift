import Crypto
import LedgerCore

/// The digest of a projection's state.
public enum StateDigest {
    /// SHA-256 over all pairs in key order: length of key and of value (8 bytes each, big-endian),
    /// then both.
    public static func compute(_ state: some StateReader) throws -> [UInt8] {
        var hash = SHA256()
        try state.scan(prefix: []) { key, value in
            withUnsafeBytes(
                of: (UInt64(key.count).bigEndian, UInt64(value.count).bigEndian)
            ) { hash.update(bufferPointer: $0) }
            hash.update(bufferPointer: key)
            hash.update(bufferPointer: value)
            return true
        }
        return [UInt8](hash.finalize())
    }
}
