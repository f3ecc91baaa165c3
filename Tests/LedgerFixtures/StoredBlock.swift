import CChecksum

/// A value of a projection's state as it is stored, for tests that change one behind the program's
/// back: the value, and CRC-32C of key and value in four bytes, little-endian.
public enum StoredBlock {
    static let checksumBytes = 4

    /// The bytes to store: what a forger would write, and a damaged disk would not.
    public static func bytes(_ value: [UInt8], under key: [UInt8]) -> [UInt8] {
        let checksum = cchecksum_crc32c_plain(
            cchecksum_crc32c_plain(0, key, key.count), value, value.count)
        return value + (0..<checksumBytes).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
    }

    /// The value in stored bytes.
    public static func value(of stored: [UInt8]) -> [UInt8] {
        Array(stored.dropLast(checksumBytes))
    }
}
