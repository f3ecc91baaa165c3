import CChecksum
import LMDB

/// Which keys tables have: how many, and a sum over them in whatever order they came.
///
/// A value carries a checksum of its own, but only who finds it can compare it: under a key that a
/// disk has changed it would be missed, and an answer given without it.
package struct KeySum: Hashable, Sendable {
    package var count: UInt64 = 0
    /// Of each key's CRC-32C, mixed, modulo 2⁶⁴.
    package var sum: UInt64 = 0

    package mutating func add(_ key: UnsafeRawBufferPointer) {
        count &+= 1
        sum &+= Self.summand(key)
    }

    package mutating func remove(_ key: UnsafeRawBufferPointer) {
        count &-= 1
        sum &-= Self.summand(key)
    }

    private static func summand(_ key: UnsafeRawBufferPointer) -> UInt64 {
        cchecksum_summand(cchecksum_crc32c(0, key.baseAddress, key.count))
    }

    /// The keys that stand in tables now.
    package init(
        in tables: [Database], _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws {
        for table in tables {
            var keys = self
            try transaction.forEach(table, fromBytes: []) { key, _ in
                key.withUnsafeBytes { keys.add($0) }
                return true
            }
            self = keys
        }
    }

    package init(count: UInt64 = 0, sum: UInt64 = 0) {
        self.count = count
        self.sum = sum
    }
}
