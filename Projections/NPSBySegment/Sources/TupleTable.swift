import LedgerCore

/// Numbers segment tuples in the order they first appear.
///
/// The segment map of a response is deterministic CBOR, so equal tuples are equal bytes and are
/// looked up without being decoded.
struct TupleTable {
    private(set) var tuples: [[UInt8]] = []
    /// Tuples that are in the store already.
    var storedCount = 0
    /// Open addressing over `tuples`; −1 is free. The size is a power of two.
    private var slots = [Int32](repeating: -1, count: 64)

    /// The number of a tuple, a new one where it was never seen.
    ///
    /// - Throws: `CBORError` where a new tuple is no map of texts to texts; then nothing changes.
    mutating func number(of tuple: UnsafeRawBufferPointer) throws(CBORError) -> UInt32 {
        var slot = Int(truncatingIfNeeded: Self.hash(tuple)) & (slots.count - 1)
        while slots[slot] >= 0 {
            let candidate = Int(slots[slot])
            let isEqual = tuples[candidate].withUnsafeBytes { Self.areEqual($0, tuple) }
            if isEqual { return UInt32(candidate) }
            slot = (slot + 1) & (slots.count - 1)
        }
        // Queries decode tuples: one that cannot be decoded would fail all of them, not one event.
        var cursor = CBORCursor(unsafe: tuple)
        try cursor.skipTexts()
        slots[slot] = Int32(tuples.count)
        tuples.append([UInt8](tuple))
        if tuples.count * 2 > slots.count { grow() }
        return UInt32(tuples.count - 1)
    }

    /// The dimensions and values of a tuple.
    static func segments(of tuple: UnsafeRawBufferPointer) throws(CBORError) -> [String: String] {
        var cursor = CBORCursor(unsafe: tuple)
        return try EventFields(["t": cursor.value()]).texts("t")
    }

    /// The number that a tuple of another table has in this one.
    mutating func number(of tuple: [UInt8]) throws(CBORError) -> UInt32 {
        try tuple.withBytes { (bytes) throws(CBORError) in try number(of: bytes) }
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        for (index, tuple) in tuples.enumerated() {
            var slot = tuple.withUnsafeBytes { Int(truncatingIfNeeded: Self.hash($0)) }
            slot &= slots.count - 1
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
    }

    /// Eight bytes at a time: the standard library compares one by one.
    private static func areEqual(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> Bool {
        guard first.count == second.count else { return false }
        var index = 0
        while index + 8 <= first.count {
            if first.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                != second.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            {
                return false
            }
            index += 8
        }
        while index < first.count {
            if first[index] != second[index] { return false }
            index += 1
        }
        return true
    }

    /// FNV-1a over eight bytes at a time, then mixed; it never leaves this process.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var index = 0
        while index + 8 <= bytes.count {
            hash = (hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            hash &*= 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
            index += 8
        }
        while index < bytes.count {
            hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3
            index += 1
        }
        return hash ^ hash >> 32
    }

    mutating func load(from state: some StateReader) throws {
        try state.scan(prefix: StateKey.tuplePrefix) { _, value in
            do {
                _ = try number(of: value)
            } catch {
                throw DamagedState("a segment tuple")
            }
            return true
        }
        storedCount = tuples.count
    }
}
