import LedgerCore

/// A number that stands for a whole state: FNV-1a, 64 bits, over every pair in key order, each
/// part led by its length. It guards against mistakes, not against forgers.
public struct StateDigest: Hashable, Sendable, CustomStringConvertible {
    /// The hash.
    public let value: UInt64

    /// The digest of a state.
    public init(_ state: some StateReader) throws {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func take(_ bytes: UnsafeRawBufferPointer) {
            withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { length in
                for byte in length { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            }
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        try state.scan(prefix: []) { key, value in
            take(key)
            take(value)
            return true
        }
        value = hash
    }

    /// Sixteen hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
