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

    /// What hashes depend on, drawn by each process for itself: whoever writes segment values, such
    /// as respondents by a link, must not be able to choose ones that all land in the same place.
    private static let keys = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

    /// Sixteen bytes at a time, each half with a key of the process, multiplied to 128 bits and folded
    /// (the step of wyhash, which Go's and Zig's tables use as well); it never leaves this process.
    static func hash(
        _ bytes: UnsafeRawBufferPointer, keys: (UInt64, UInt64) = keys
    ) -> UInt64 {
        func word(_ index: Int) -> UInt64 {
            bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        }
        var hash = keys.0 ^ UInt64(bytes.count)
        guard bytes.count >= 8 else {
            let last = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return folded(last ^ keys.1, hash)
        }
        var index = 0
        while index + 16 < bytes.count {
            hash = folded(word(index) ^ keys.1, word(index + 8) ^ hash)
            index += 16
        }
        // The last sixteen bytes, or the first and the last eight of fewer; they may overlap.
        let first = word(max(0, bytes.count - 16))
        return folded(folded(first ^ keys.1, word(bytes.count - 8) ^ hash), keys.1 ^ hash)
    }

    private static func folded(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let product = first.multipliedFullWidth(by: second)
        return product.high ^ product.low
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
