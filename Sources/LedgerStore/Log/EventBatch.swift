import LMDB
import LedgerCore
import LedgerProof

/// Events ready to be appended together: encoded, with their keys, in flat buffers.
///
/// Preparing a batch is all the work that does not need the log; it can run on another core while
/// the batch before is being written.
public struct EventBatch: Sendable {
    /// What is kept of every event. Small: a batch holds a hundred thousand of them.
    struct Item: Sendable {
        /// Offset of the 0x00 byte that precedes the entry in `arena`.
        var start: Int
        /// Bytes of the entry.
        var count: UInt16
        /// Offset of recorded-at within the entry.
        var recordedAtOffset: UInt16
        var name: EventName
        /// What is compared under the same key, as the index keeps it; see `LogSchema.payloadBody`.
        var body: Hash128
    }

    /// Where an event's sealed part lies in `sealedArena`.
    struct SealedRange: Sendable {
        var index: Int
        var subject: UInt64
        var bytes: Range<Int>
    }

    private var writer = CBORWriter(reservingBytes: 0)
    private(set) var sealedArena: [UInt8] = []
    private(set) var items: [Item] = []
    /// Sealed parts, in the order of the events that have one.
    private(set) var sealed: [SealedRange] = []
    /// Subjects to be bound, in the order of the events that ask for it.
    private(set) var bindings: [(index: Int, binding: SubjectBinding)] = []
    /// What events stand on, in the order of the events.
    private(set) var predecessors: [(index: Int, key: Hash128, body: Hash128)] = []
    /// Keys with the index of their event; in key order once `isSorted`.
    private(set) var keys: [KeyedOrdinal] = []
    private var isSorted = true
    private(set) var leaves: [MerkleHash] = []
    /// The recorded-at that the entries carry and the leaves were hashed with.
    private(set) var stampedAt: Microseconds?
    /// What the clock said, where the entries carry that beside recorded-at.
    private(set) var clock: Microseconds?
    /// Under what condition it is appended; nil appends in any case. A batch with a condition has a
    /// transaction to itself.
    public var condition: AppendCondition?

    /// An empty batch.
    public init() {}

    /// An empty batch with room for `events` whose entries take `entryBytes` each.
    public init(reservingEvents events: Int, entryBytes: Int = 256) {
        writer = CBORWriter(reservingBytes: events * (entryBytes + 1))
        items.reserveCapacity(events)
        keys.reserveCapacity(events)
    }

    /// Number of events.
    public var count: Int { items.count }

    /// Bytes of all entries and sealed parts.
    public var byteCount: Int { arena.count + sealedArena.count }

    /// Each entry preceded by 0x00, as its leaf is hashed.
    var arena: [UInt8] { writer.bytes }

    /// Adds an event.
    ///
    /// - Parameters:
    ///   - key: makes the append idempotent; nil appends in any case.
    ///   - body: a hash of what is compared under the same key; nil, and a hash that is all zero,
    ///     stand for the hash of the payload.
    ///   - predecessor: key and body of an event that it was decided on, in the log or earlier in this
    ///     batch. Where another stands there, or none, it is left out: ``AppendOutcome/overtaken(by:)``.
    ///   - sealed: personal data kept beside the entry, which carries its SHA-256.
    ///   - binding: made in the same transaction, unless it is there already.
    public mutating func append(
        _ draft: EventDraft, key: IdempotencyKey? = nil, body: Hash128? = nil,
        after predecessor: (key: IdempotencyKey, body: Hash128)? = nil,
        sealed: SealedPart? = nil, binding: SubjectBinding? = nil
    ) throws(EntryError) {
        let part = sealed.map { sealed in
            seal(for: sealed.subject) { $0.append(contentsOf: sealed.bytes) }
        }
        try append(
            draft.name, version: draft.version, occurredAt: draft.occurredAt, actor: draft.actor,
            cause: draft.cause, key: key, body: body, after: predecessor, sealed: part,
            binding: binding
        ) { $0.encoded(draft.payload) }
    }

    /// A sealed part that stands in a batch and waits for its event.
    public struct PendingPart {
        fileprivate let subject: UInt64
        fileprivate let bytes: Range<Int>
    }

    /// Puts a sealed part into the batch; the next event appended is the one it stands beside.
    ///
    /// - Parameter write: appends the part's bytes, and nothing where it throws.
    public mutating func seal<Failure: Error>(
        for subject: UInt64, _ write: (inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> PendingPart {
        let start = sealedArena.count
        try write(&sealedArena)
        return PendingPart(subject: subject, bytes: start..<sealedArena.count)
    }

    /// Adds an event whose payload is written where it is to stand. Parameters as above, and:
    ///
    /// - Parameters:
    ///   - sealed: what `seal(for:_:)` gave last.
    ///   - payload: writes the payload's deterministic CBOR map.
    public mutating func append(
        _ name: EventName, version: UInt32, occurredAt: Microseconds, actor: Actor,
        cause: Position? = nil, key: IdempotencyKey? = nil, body: Hash128? = nil,
        after predecessor: (key: IdempotencyKey, body: Hash128)? = nil,
        sealed: PendingPart? = nil, binding: SubjectBinding? = nil,
        payload: (inout CBORWriter) -> Void
    ) throws(EntryError) {
        precondition(sealed.map { $0.bytes.upperBound == sealedArena.count } ?? true)
        let commitment = sealed.map { digest(of: $0.bytes) }
        let (start, index) = (writer.bytes.count, items.count)
        writer.bytes.append(0)
        let offset: Int
        do throws(EntryError) {
            offset = try Entry.append(
                name, version: version, occurredAt: occurredAt, actor: actor, cause: cause,
                sealedCommitment: commitment, to: &writer, payload: payload)
        } catch {
            writer.bytes.removeLast()
            if let sealed { sealedArena.removeLast(sealed.bytes.count) }
            throw error
        }
        if let key {
            keys.append(KeyedOrdinal(key: key.hash, ordinal: UInt32(index)))
            isSorted = keys.count == 1
        }
        items.append(
            Item(
                start: start, count: UInt16(writer.bytes.count - start - 1),
                recordedAtOffset: UInt16(offset), name: name,
                body: body ?? LogSchema.payloadBody))
        if let sealed {
            self.sealed.append(
                SealedRange(index: index, subject: sealed.subject, bytes: sealed.bytes))
        }
        if let binding { bindings.append((index, binding)) }
        if let predecessor {
            predecessors.append((index, predecessor.key.hash, predecessor.body))
        }
        stampedAt = nil
    }

    private func digest(of bytes: Range<Int>) -> Entry.CommitmentBytes {
        sealedArena.withUnsafeBytes { arena in
            MerkleHash(hashing: UnsafeRawBufferPointer(rebasing: arena[bytes]))
                .withUnsafeBytes { $0.loadUnaligned(as: Entry.CommitmentBytes.self) }
        }
    }

    /// The events of batches that were prepared apart, one after the other. What all of them were
    /// stamped with stays.
    public init(joining parts: [EventBatch]) {
        let parts = parts.filter { $0.count > 0 }
        precondition(parts.allSatisfy { $0.condition == nil && $0.clock == nil })
        writer = CBORWriter(reservingBytes: parts.reduce(0) { $0 + $1.arena.count })
        sealedArena.reserveCapacity(parts.reduce(0) { $0 + $1.sealedArena.count })
        let events = parts.reduce(0) { $0 + $1.count }
        items.reserveCapacity(events)
        keys.reserveCapacity(events)
        for part in parts { join(part) }
        isSorted = keys.count < 2
        if let time = parts.first?.stampedAt, parts.allSatisfy({ $0.stampedAt == time }) {
            leaves.reserveCapacity(events)
            for part in parts { leaves.append(contentsOf: part.leaves) }
            stampedAt = time
        }
    }

    private mutating func join(_ part: EventBatch) {
        let (events, bytes, sealedBytes) = (items.count, writer.bytes.count, sealedArena.count)
        writer.bytes.append(contentsOf: part.arena)
        sealedArena.append(contentsOf: part.sealedArena)
        for item in part.items {
            items.append(item)
            items[items.count - 1].start += bytes
        }
        for key in part.keys {
            keys.append(KeyedOrdinal(key: key.key, ordinal: key.ordinal + UInt32(events)))
        }
        for range in part.sealed {
            let bytes = range.bytes
            sealed.append(
                SealedRange(
                    index: range.index + events, subject: range.subject,
                    bytes: (bytes.lowerBound + sealedBytes)..<(bytes.upperBound + sealedBytes)))
        }
        for (index, binding) in part.bindings { bindings.append((index + events, binding)) }
        for (index, key, body) in part.predecessors {
            predecessors.append((index + events, key, body))
        }
    }

    /// Stamps recorded-at into every entry, hashes the leaves and puts the keys in order.
    ///
    /// Worth calling for large batches before they are submitted. The log does it for the others,
    /// and again should its own recorded-at have moved past `time`.
    public mutating func stamp(_ time: Microseconds) {
        if stampedAt != time { hashLeaves(stampedAt: time) }
        if !isSorted {
            keys.sortByKey()
            isSorted = true
        }
    }

    /// Stamps recorded-at and hashes the leaves of a part that is to be joined to
    /// others: the keys are put in order once all are together.
    public mutating func hashLeaves(stampedAt time: Microseconds) {
        let (items, clock) = (self.items, clock)
        leaves = writer.bytes.withUnsafeMutableBytes { raw in
            items.map { item in
                let end = item.start + 1 + Int(item.count)
                let entry = UnsafeMutableRawBufferPointer(rebasing: raw[item.start..<end])
                let offset = Int(item.recordedAtOffset) + 1
                Entry.stamp(entry, at: offset, recordedAt: time)
                if let clock {
                    Entry.stamp(entry, at: offset + Entry.clockDistance, recordedAt: clock)
                }
                return MerkleHash.leaf(prefixed: UnsafeRawBufferPointer(entry))
            }
        }
        stampedAt = time
    }

    /// Stamps entries with a recorded-at that is not the clock's time, which stands beside it.
    ///
    /// They were encoded before that was known and are encoded anew: where the clock was wrong once
    /// every commit pays for it, and no other does.
    mutating func stamp(_ time: Microseconds, clock: Microseconds) {
        if self.clock == nil {
            var carried = CBORWriter(
                reservingBytes: arena.count + items.count * Entry.carriedBytes)
            for index in items.indices {
                let start = carried.bytes.count
                carried.bytes.append(0)
                let offset = withEntry(index) { entry in
                    Entry.appendCarried(
                        entry, recordedAtOffset: Int(items[index].recordedAtOffset), to: &carried)
                }
                items[index].start = start
                items[index].count = UInt16(carried.bytes.count - start - 1)
                items[index].recordedAtOffset = UInt16(offset)
            }
            writer = carried
        }
        self.clock = clock
        stampedAt = nil
        stamp(time)
    }

    /// Calls `body` with the bytes of an entry.
    func withEntry<R>(
        _ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        let start = items[index].start + 1
        let end = start + Int(items[index].count)
        return try arena.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[start..<end]))
        }
    }

    /// The hash that is compared under the same key.
    func bodyHash(_ index: Int) throws -> Hash128 {
        let body = items[index].body
        guard body == LogSchema.payloadBody else { return body }
        return try withEntry(index) { entry in
            Hash128(hashing: try EventView(unsafe: entry, position: 0).payload)
        }
    }
}

/// What must not have happened for a batch to be appended: its author decided on what the log held
/// up to a position, and an event of certain types since then would make it another decision.
///
/// It is classified inside the write transaction, so nothing can come between the look and the append.
/// Where it fails the whole batch is left out, and each of its events has the outcome
/// ``AppendOutcome/overtaken(by:)``.
public struct AppendCondition: Hashable, Sendable {
    /// The types of which no event may stand from `since` on.
    public let names: Set<EventName>
    /// The size that the log had when the decision was made.
    public let since: Position

    /// A condition.
    public init(none names: Set<EventName>, since: Position) {
        self.names = names
        self.since = since
    }

    /// The first event that breaks it; nil where it holds.
    func broken(
        size: Position, _ types: Database, _ transaction: borrowing WriteTransaction
    ) throws -> Position? {
        guard since < size else { return nil }
        var first: Position?
        try TypeIndex.forEach(names, in: since..<size, types, transaction) { position in
            first = position
            return false
        }
        return first
    }
}
