import CChecksum
import LMDB
import LedgerCore
import LedgerProof

extension EventLog {
    /// Calls `body` with the event at `position`; nil beyond the end.
    public func withEvent<R>(_ position: Position, _ body: (EventView) throws -> R) throws -> R? {
        try read { transaction in
            guard let stored = try stored(position, transaction) else { return nil }
            return try body(try Self.view(stored, position))
        }
    }

    /// The canonical bytes of an entry; nil beyond the end.
    public func entry(_ position: Position) throws -> [UInt8]? {
        try read { transaction in
            guard let stored = try stored(position, transaction) else { return nil }
            return [UInt8](try Self.entryBytes(stored, position))
        }
    }

    /// What is kept of an entry; nil beyond the end. One that cannot be found before it is damage: it
    /// would be taken for one that never was.
    private func stored(
        _ position: Position, _ transaction: borrowing ReadTransaction
    ) throws -> UnsafeRawBufferPointer? {
        if let stored = try transaction.unsafeValue(schema.entries, position) { return stored }
        guard position >= (try schema.head(transaction).size) else {
            throw LedgerError.corrupt("the entry at position \(position) is missing")
        }
        return nil
    }

    /// The sealed part kept beside an entry; nil where there is none or it was erased.
    public func sealed(_ position: Position) throws -> SealedPart? {
        try read { transaction in
            guard let stored = try transaction.unsafeValue(schema.sealed, position) else {
                return nil
            }
            guard stored.count > LogSchema.subjectPrefixBytes else {
                throw LedgerError.corrupt("the sealed part of position \(position) is damaged")
            }
            return SealedPart(
                subject: UInt64(bigEndian: stored.loadUnaligned(as: UInt64.self)),
                bytes: [UInt8](stored[LogSchema.subjectPrefixBytes...]))
        }
    }

    /// Calls `body` with each event in `range`, in order and in place, until it answers false.
    ///
    /// - Parameter names: only events of these types; nil for all. Rare types are found through
    ///   the type index without reading what lies between.
    /// - Returns: the position after the last event considered.
    @discardableResult
    public func forEachEvent(
        in range: Range<Position>, named names: Set<EventName>? = nil,
        _ body: (EventView) throws -> Bool
    ) throws -> Position {
        try read { transaction in
            try walk(range, names, transaction, body)
        }
    }

    /// Calls `body` as `forEachEvent` does, with views whose payloads nobody has walked over: for a
    /// fold, which reads each to its end.
    @discardableResult
    public func skimEvents(
        in range: Range<Position>, named names: Set<EventName>,
        _ body: (EventView) throws -> Void
    ) throws -> Position {
        try read { transaction in
            try walk(range, names, transaction, skims: true) { event in
                try body(event)
                return true
            }
        }
    }

    /// Fails where an event that was skimmed is no well-formed entry.
    public func requireSound(_ event: EventView) throws {
        _ = try Self.view(entry: event.entry, event.position, skims: false)
    }

    /// Walks as `forEachEvent` says, within a transaction.
    func walk(
        _ range: Range<Position>, _ names: Set<EventName>?,
        _ transaction: borrowing ReadTransaction, skims: Bool = false,
        _ body: (EventView) throws -> Bool
    ) throws -> Position {
        let end = min(range.upperBound, try schema.head(transaction).size)
        guard range.lowerBound < end else { return range.lowerBound }
        var next = range.lowerBound
        var isStopped = false
        if let names, names.isDisjoint(with: Self.frequent) {
            try schema.requireIndexKeys(transaction)
            try TypeIndex.forEach(
                names, in: range.lowerBound..<end, schema.types, transaction
            ) { position in
                guard let stored = try transaction.unsafeValue(schema.entries, position) else {
                    throw LedgerError.corrupt("the entry at position \(position) is missing")
                }
                let view = try Self.view(stored, position, skims: skims)
                guard names.contains(view.name) else {
                    throw LedgerError.corrupt("the type index is wrong at position \(position)")
                }
                next = position + 1
                isStopped = try !body(view)
                return !isStopped
            }
            return isStopped ? next : end
        }
        let wanted = EventNameSet(names ?? Set(EventName.allCases))
        try transaction.unsafeForEach(
            schema.entries, from: range.lowerBound, to: end
        ) { position, stored in
            guard position == next else {
                throw LedgerError.corrupt("the entry at position \(next) is missing")
            }
            next = position + 1
            let view = try Self.view(stored, position, skims: skims)
            guard wanted.contains(view.name) else { return true }
            isStopped = try !body(view)
            return !isStopped
        }
        guard isStopped || next == end else {
            throw LedgerError.corrupt("the entry at position \(next) is missing")
        }
        return next
    }

    /// Types so frequent that walking all entries is cheaper than looking each up.
    private static let frequent: Set<EventName> = [.responseRecorded, .classificationRecorded]

    /// Positions of the named types in `range`, ascending.
    public func positions(of names: Set<EventName>, in range: Range<Position>) throws -> [Position]
    {
        try read { transaction in
            var found: [Position] = []
            try schema.requireIndexKeys(transaction)
            let end = min(range.upperBound, try schema.head(transaction).size)
            guard range.lowerBound < end else { return [] }
            try TypeIndex.forEach(
                names, in: range.lowerBound..<end, schema.types, transaction
            ) { position in
                found.append(position)
                return true
            }
            return found
        }
    }

    /// How large the log was at `time`: up to the last entry that was recorded at or before it, by
    /// what the clock said where that stands beside recorded-at.
    public func size(at time: Microseconds) throws -> Position {
        try read { transaction in
            try schema.requireIndexKeys(transaction)
            let size = try sizeByRecordedAt(time, transaction)
            // The clock was behind recorded-at wherever it stands beside it, so only entries after
            // those found can have been recorded by then as well.
            guard let carried = try schema.carried(transaction) else { return size }
            var next = carried.upperBound
            while next > max(size, carried.lowerBound) {
                guard let stored = try transaction.unsafeValue(schema.entries, next - 1) else {
                    throw LedgerError.corrupt("the entry at position \(next - 1) is missing")
                }
                if let clock = try Self.view(stored, next - 1).clock, clock <= time { return next }
                next -= 1
            }
            return size
        }
    }

    /// The number of entries whose recorded-at, which never goes backwards, is at or before `time`.
    func sizeByRecordedAt(
        _ time: Microseconds, _ transaction: borrowing ReadTransaction
    ) throws -> Position {
        var (low, high) = (Position(0), try schema.head(transaction).size)
        while low < high {
            let middle = low + (high - low) / 2
            guard let stored = try transaction.unsafeValue(schema.entries, middle) else {
                throw LedgerError.corrupt("the entry at position \(middle) is missing")
            }
            if try Self.view(stored, middle).recordedAt <= time {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// What stands under idempotency keys: position and body hash, nil where nothing does.
    public func lookUp(
        _ keys: [IdempotencyKey]
    ) throws -> [(position: Position, body: Hash128)?] {
        try read { transaction in
            try schema.requireIndexKeys(transaction)
            let snapshot = try schema.keys.checkedSnapshot(transaction)
            return try keys.map { key in
                try schema.keys.find(key.hash, in: snapshot, transaction).map {
                    try schema.keyed($0, transaction)
                }
            }
        }
    }

    /// The subject numbers bound to hashed identifiers, nil where none is.
    public func subjects(_ identifiers: [Hash128]) throws -> [UInt64?] {
        try read { transaction in
            try schema.requireIndexKeys(transaction)
            let snapshot = try schema.subjects.checkedSnapshot(transaction)
            return try identifiers.map { identifier in
                try schema.subjects.find(identifier, in: snapshot, transaction).map {
                    UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self))
                }
            }
        }
    }

    /// The entry itself, once it has been found to be what was recorded.
    static func entryBytes(
        _ stored: UnsafeRawBufferPointer, _ position: Position
    ) throws -> UnsafeRawBufferPointer {
        guard let stored = StoredEntry(stored) else {
            throw LedgerError.corrupt("the entry at position \(position) is truncated")
        }
        guard stored.isIntact(at: position) else {
            throw LedgerError.corrupt(
                "the entry at position \(position) is not what was recorded there")
        }
        return stored.entry
    }

    static func view(
        _ stored: UnsafeRawBufferPointer, _ position: Position, skims: Bool = false
    ) throws -> EventView {
        try view(entry: try entryBytes(stored, position), position, skims: skims)
    }

    private static func view(
        entry: UnsafeRawBufferPointer, _ position: Position, skims: Bool
    ) throws -> EventView {
        do {
            return skims
                ? try EventView(unsafeSkimming: entry, position: position)
                : try EventView(unsafe: entry, position: position)
        } catch {
            switch error {
            case .newerFormat, .unknownEvent, .unknownVersion:
                throw LedgerError(.newerFormat, "position \(position): \(error)")
            default:
                throw LedgerError(
                    .corrupt, "position \(position): \(error)", remedy: .verify)
            }
        }
    }
}

/// An entry as it is kept: leaf hash, mark, checksum, entry.
///
/// The checksum is CRC-32C of position (8 bytes, little-endian), leaf hash and entry, little-endian.
/// Whoever reads the entry compares it: what a disk or a memory has changed is never counted, shown
/// or compared with. The leaf hash says the same and more, and takes longer: it is for proofs. Entries of log format 2 and before have neither mark nor checksum, and are held against it.
struct StoredEntry {
    /// No entry begins with it: it is CBOR's “break”.
    private static let mark: UInt8 = 0xFF
    private static let markOffset = MerkleHash.byteCount
    private static let checksumOffset = markOffset + 1
    /// What stands before an entry.
    static let headBytes = checksumOffset + 4

    private let leafBytes: UnsafeRawBufferPointer
    private let checksum: UInt32?
    /// The entry itself.
    let entry: UnsafeRawBufferPointer

    /// Nil where there is no room for an entry.
    init?(_ stored: UnsafeRawBufferPointer) {
        guard stored.count > Self.markOffset else { return nil }
        leafBytes = UnsafeRawBufferPointer(rebasing: stored[..<Self.markOffset])
        guard stored[Self.markOffset] == Self.mark else {
            checksum = nil
            entry = UnsafeRawBufferPointer(rebasing: stored[Self.markOffset...])
            return
        }
        guard stored.count > Self.headBytes else { return nil }
        checksum = UInt32(
            littleEndian: stored.loadUnaligned(
                fromByteOffset: Self.checksumOffset, as: UInt32.self))
        entry = UnsafeRawBufferPointer(rebasing: stored[Self.headBytes...])
    }

    /// The leaf hash as it is kept.
    var leaf: MerkleHash? { MerkleHash(leafBytes) }

    /// Whether its checksum is right; nil where it has none.
    func checksumIsRight(at position: UInt64) -> Bool? {
        checksum.map { $0 == Self.checksum(leafBytes, entry, position) }
    }

    /// Whether it is what was recorded at a position.
    func isIntact(at position: UInt64) -> Bool {
        checksumIsRight(at: position) ?? (leaf == MerkleHash.leaf(entry))
    }

    /// Writes what is kept of an entry; `target` has `headBytes` more than it.
    static func write(
        _ entry: UnsafeRawBufferPointer, _ leaf: MerkleHash, at position: UInt64,
        to target: UnsafeMutableRawBufferPointer
    ) {
        leaf.withUnsafeBytes { target.copyMemory(from: $0) }
        target[markOffset] = mark
        UnsafeMutableRawBufferPointer(rebasing: target[headBytes...]).copyMemory(from: entry)
        let sum = leaf.withUnsafeBytes { checksum($0, entry, position) }
        target.storeBytes(of: sum.littleEndian, toByteOffset: checksumOffset, as: UInt32.self)
    }

    private static func checksum(
        _ leaf: UnsafeRawBufferPointer, _ entry: UnsafeRawBufferPointer, _ position: UInt64
    ) -> UInt32 {
        var sum = withUnsafeBytes(of: position.littleEndian) {
            cchecksum_crc32c(0, $0.baseAddress, $0.count)
        }
        sum = cchecksum_crc32c(sum, leaf.baseAddress, leaf.count)
        return cchecksum_crc32c(sum, entry.baseAddress, entry.count)
    }
}
