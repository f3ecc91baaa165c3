import Crypto
import LedgerCore
import LedgerProof

/// Events ready to be appended together: encoded, with their keys, in two flat buffers.
///
/// Preparing a batch is all the work that does not need the log; it can run on another core while
/// the batch before is being written.
public struct EventBatch: Sendable {
    struct Item: Sendable {
        /// Offset of the 0x00 byte that precedes the entry in `arena`.
        var start: Int
        /// Bytes of the entry.
        var count: Int
        var recordedAtOffset: Int
        var name: EventName
        var key: Hash128?
        var body: Hash128
        var sealed: Range<Int>?
        var subject: UInt64
        var binding: SubjectBinding?
    }

    /// Each entry preceded by 0x00, as its leaf is hashed.
    var arena: [UInt8] = []
    var sealedArena: [UInt8] = []
    var items: [Item] = []
    var leaves: [MerkleHash] = []
    /// The recorded-at that the entries carry and the leaves were hashed with.
    var stampedAt: Microseconds?

    /// An empty batch.
    public init() {}

    /// Number of events.
    public var count: Int { items.count }

    /// Bytes of all entries and sealed parts.
    public var byteCount: Int { arena.count + sealedArena.count }

    /// Adds an event.
    ///
    /// - Parameters:
    ///   - key: makes the append idempotent; nil appends in any case.
    ///   - body: what is compared under the same key; by default a hash of the payload.
    ///   - sealed: personal data kept beside the entry, which carries its SHA-256.
    ///   - binding: made in the same transaction, unless it is there already.
    public mutating func append(
        _ draft: EventDraft, key: IdempotencyKey? = nil, body: Hash128? = nil,
        sealed: SealedPart? = nil, binding: SubjectBinding? = nil
    ) throws(EntryError) {
        let commitment = sealed.map { [UInt8](SHA256.hash(data: $0.bytes)) }
        let (bytes, offset) = try Entry.encode(draft, sealedCommitment: commitment)
        var range: Range<Int>?
        if let sealed {
            range = sealedArena.count..<(sealedArena.count + sealed.bytes.count)
            sealedArena.append(contentsOf: sealed.bytes)
        }
        let digest: Hash128
        if let body {
            digest = body
        } else {
            digest = key == nil ? Hash128(high: 0, low: 0) : Hash128(hashing: draft.payload)
        }
        items.append(
            Item(
                start: arena.count, count: bytes.count, recordedAtOffset: offset,
                name: draft.name, key: key?.hash, body: digest, sealed: range,
                subject: sealed?.subject ?? 0, binding: binding))
        arena.append(0)
        arena.append(contentsOf: bytes)
        stampedAt = nil
    }

    /// Stamps recorded-at into every entry and hashes the leaves.
    ///
    /// Worth calling for large batches before they are submitted. The log does it for the others,
    /// and again should its own recorded-at have moved past `time`.
    public mutating func stamp(_ time: Microseconds) {
        let items = self.items
        let stamped = arena.withUnsafeMutableBytes { raw in
            items.map { item in
                let entry = UnsafeMutableRawBufferPointer(
                    rebasing: raw[item.start..<(item.start + 1 + item.count)])
                Entry.stamp(entry, at: item.recordedAtOffset + 1, recordedAt: time)
                return MerkleHash.leaf(prefixed: UnsafeRawBufferPointer(entry))
            }
        }
        leaves = stamped
        stampedAt = time
    }
}
