import LedgerCore

/// What makes an event the same when it is sent again: its source and the source's own id.
public struct IdempotencyKey: Hashable, Sendable {
    /// The hash the index is keyed by.
    public let hash: Hash128

    /// The key of (`source`, `id`).
    public init(source: String, id: String) {
        var (source, id) = (source, id)
        hash = source.withUTF8 { source in
            id.withUTF8 { id in
                Self.hash(UnsafeRawBufferPointer(source), UnsafeRawBufferPointer(id))
            }
        }
    }

    /// The key of a source and an id whose UTF-8 lies elsewhere.
    public init(source: UnsafeRawBufferPointer, id: UnsafeRawBufferPointer) {
        hash = Self.hash(source, id)
    }

    private static func hash(
        _ source: UnsafeRawBufferPointer, _ id: UnsafeRawBufferPointer
    ) -> Hash128 {
        let count = 4 + source.count + id.count
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 4) { buffer in
            // The length in front keeps ("ab", "c") and ("a", "bc") apart.
            buffer.storeBytes(
                of: UInt32(truncatingIfNeeded: source.count).bigEndian, as: UInt32.self)
            var rest = UnsafeMutableRawBufferPointer(rebasing: buffer[4...])
            rest.copyMemory(from: source)
            rest = UnsafeMutableRawBufferPointer(rebasing: rest[source.count...])
            rest.copyMemory(from: id)
            return Hash128(hashing: UnsafeRawBufferPointer(buffer))
        }
    }
}
