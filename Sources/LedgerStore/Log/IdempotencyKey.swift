import LedgerCore

/// What makes an event the same when it is sent again: its source and the source's own id.
public struct IdempotencyKey: Hashable, Sendable {
    /// The hash the index is keyed by.
    public let hash: Hash128

    /// The key of (`source`, `id`).
    public init(source: String, id: String) {
        // The length in front keeps ("ab", "c") and ("a", "bc") apart.
        let text = source.utf8
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 + text.count + id.utf8.count)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.count).bigEndian) {
            bytes.append(contentsOf: $0)
        }
        bytes.append(contentsOf: text)
        bytes.append(contentsOf: id.utf8)
        hash = Hash128(hashing: bytes)
    }
}
