import LMDB
import LedgerCore
import LedgerProof

/// The databases of the log's environment.
///
/// - `entries`: position → leaf hash (32 bytes), 0xFF, checksum (4 bytes), then the entry
///   (`StoredEntry`). The hash beside its entry lets proofs be made without hashing 256 entries
///   again, and lets `verify` name one position.
/// - `sealed`: position → subject number (8 bytes, big-endian), nonce, ciphertext, tag.
/// - `tree`: level·2⁵⁶ + index → root of a complete subtree, for levels 8, 16, 24, … (tiles).
/// - `types`: event name, 0x00, block (8 bytes, big-endian) → bitmap of 4096 positions.
/// - `keys`, `keys.runs`: idempotency key → position, body hash (`HashIndex`); sixteen zero bytes
///   stand for the hash of the entry's own payload.
/// - `subjects`, `subjects.runs`: hashed respondent → subject number (`HashIndex`).
/// - `meta`: `format`, `head`, `subjects-used` (`SubjectsUsed`), `index-keys` (`IndexKeys`), and for each index the sum of its
///   recent records (`keys.recent-sum`, `subjects.recent-sum`); `clock` where an entry has the
///   clock's time beside recorded-at: the first such position, and the position after the last (8
///   bytes each, little-endian).
struct LogSchema: Sendable {
    /// The layout above. A change to it is a new number and a migration, which the first commit
    /// makes: see `upgrade`. Format 1 had no checksums in runs, no sums and no `subjects-used`,
    /// format 2 none of entries and no `index-keys`.
    static let formatVersion: UInt64 = 3
    static let formatOldest: UInt64 = 1
    static let formatKey = [UInt8]("format".utf8)
    static let headKey = [UInt8]("head".utf8)
    static let clockKey = [UInt8]("clock".utf8)
    /// Position and body hash.
    static let keyValueBytes = 24
    /// The body of an event that is compared by its payload. The entry holds the payload, so its
    /// hash is only made when the key comes again: hardly ever, and it costs as much as a leaf.
    static let payloadBody = Hash128(high: 0, low: 0)
    /// Subject number.
    static let subjectValueBytes = 8
    /// Entries of an index value are kept big-endian, as keys are.
    static let subjectPrefixBytes = 8

    let entries: Database
    let sealed: Database
    let tree: Database
    let types: Database
    let meta: Database
    let keys: HashIndex
    let subjects: HashIndex
    /// Whether this process has compared the keys of the indexes with the record of them.
    let indexKeysChecked = Once()

    init(_ environment: Environment) throws {
        var isNew = true
        func open(_ name: String, _ kind: Database.Kind) throws -> Database {
            try Self.table(name, kind, in: environment, isNew: isNew)
        }
        let meta = try open("meta", .bytes)
        self.meta = meta
        // Made with the log and never again: an empty table in place of a lost one would have every
        // row that is delivered again recorded a second time.
        isNew = try environment.read { try $0.value(meta, bytes: Self.headKey) == nil }
        entries = try open("entries", .integerKeys)
        sealed = try open("sealed", .integerKeys)
        tree = try open("tree", .integerKeys)
        types = try open("types", .bytes)
        keys = try HashIndex(
            environment, name: "keys", valueBytes: Self.keyValueBytes, meta: meta, isNew: isNew)
        subjects = try HashIndex(
            environment, name: "subjects", valueBytes: Self.subjectValueBytes, meta: meta,
            isNew: isNew)
    }

    /// Opens a table; makes it where the log is new and may be written.
    static func table(
        _ name: String, _ kind: Database.Kind, in environment: Environment, isNew: Bool
    ) throws -> Database {
        if let table = try environment.database(name, kind, creates: isNew) { return table }
        guard !isNew else {
            throw LedgerError.notALedger(environment.path, "it has no table “\(name)”")
        }
        throw LedgerError.corrupt(
            "the log \(environment.path) is damaged: its table “\(name)” is gone. Restore a backup")
    }

    /// The format as it is stored; nil where there is none, or it is none.
    static func format(
        _ meta: Database, _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> UInt64? {
        guard let stored = try transaction.value(meta, bytes: formatKey) else { return nil }
        return stored.count == 8 ? stored.reversed().reduce(0) { $0 << 8 | UInt64($1) } : .max
    }

    /// Brings a log of an older format up to this one, as part of the first commit by a program that
    /// knows it; from then on older programs ask to be updated.
    ///
    /// Runs keep their layout until they are merged: they are read as before, and have no checksum.
    /// Entries keep theirs for ever.
    ///
    /// - Parameter before: the head as it was read, which has no checksum in format 1.
    func upgrade(from before: LogHead, _ transaction: borrowing WriteTransaction) throws {
        guard let format = try Self.format(meta, transaction), format < Self.formatVersion else {
            return
        }
        if format < 2 { try addSums(before, transaction) }
        try Self.putFormat(meta, transaction)
    }

    private func addSums(
        _ before: LogHead, _ transaction: borrowing WriteTransaction
    ) throws {
        if before.size > 0 {
            let last = try transaction.unsafeValue(entries, before.size - 1)
            guard let last,
                try EventLog.view(last, before.size - 1).recordedAt == before.recordedAt
            else {
                throw LedgerError.corrupt("the log's head record is not that of its last entry")
            }
        }
        for index in [keys, subjects] {
            try index.putRecentSum(try index.recentSum(transaction), transaction)
        }
        if let used = try subjectsUsed(transaction) { try put(used, transaction) }
    }

    static func putFormat(
        _ meta: Database, _ transaction: borrowing WriteTransaction
    ) throws {
        let version = withUnsafeBytes(of: formatVersion.littleEndian) { [UInt8]($0) }
        try transaction.put(meta, bytes: formatKey, version)
    }

    /// Key of a subtree in `tree`.
    static func treeKey(level: Int, index: UInt64) -> UInt64 { UInt64(level) << 56 | index }

    func head(_ transaction: borrowing some ReadableTransaction & ~Copyable) throws -> LogHead {
        guard let bytes = try transaction.value(meta, bytes: Self.headKey) else {
            guard try transaction.count(entries) == 0 else {
                throw LedgerError.corrupt("the log's head record is missing")
            }
            return LogHead()
        }
        guard let head = LogHead(bytes) else {
            throw LedgerError.corrupt("the log's head record is damaged")
        }
        return head
    }

    /// From the first entry with the clock's time beside recorded-at to the last; nil where none has.
    /// It says where to look: entries between them may have none.
    func carried(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> Range<Position>? {
        guard let bytes = try transaction.value(meta, bytes: Self.clockKey) else { return nil }
        guard bytes.count == 16 else {
            throw LedgerError.corrupt("the log's record of wrong times is damaged")
        }
        let (first, end) = bytes.withUnsafeBytes { raw in
            (
                Position(littleEndian: raw.loadUnaligned(as: Position.self)),
                Position(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: Position.self))
            )
        }
        guard first < end, end <= (try head(transaction).size) else {
            throw LedgerError.corrupt("the log's record of wrong times is damaged")
        }
        return first..<end
    }

    /// The leaf hash kept in front of an entry.
    func leafHash(
        _ position: UInt64, _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> MerkleHash {
        guard let stored = try transaction.unsafeValue(entries, position),
            stored.count > MerkleHash.byteCount,
            let hash = MerkleHash(UnsafeRawBufferPointer(rebasing: stored[..<32]))
        else { throw LedgerError.corrupt("the entry at position \(position) is missing") }
        return hash
    }

    /// What is recorded under a key: where, and the hash of its body as it is compared.
    func keyed(
        _ record: UnsafeRawBufferPointer,
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> (position: Position, body: Hash128) {
        guard record.count == Self.keyValueBytes, let base = record.baseAddress else {
            throw LedgerError.corrupt("a record of the index “\(keys.name)” is damaged")
        }
        let position = UInt64(bigEndian: base.loadUnaligned(as: UInt64.self))
        let body = Hash128(unsafe: base + 8)
        guard body == Self.payloadBody else { return (position, body) }
        guard let stored = try transaction.unsafeValue(entries, position) else {
            throw LedgerError.corrupt("the entry at position \(position) is missing")
        }
        let event = try EventLog.view(stored, position)
        return (position, Hash128(hashing: event.payload))
    }
}
