import CChecksum
import LMDB
import LedgerCore

/// A permanent map from 128-bit hashes to small fixed-size values, made for keys in random order.
///
/// A B-tree keyed by random hashes dirties a page a key. Here small commits go to a B-tree that is
/// kept small; bulk commits, and the B-tree whenever it has grown to `recentMax`, become sorted
/// runs, written in one piece, found through filters and merged by size. Everything happens in the
/// caller's transaction, so the index is never ahead of the log nor behind it.
struct HashIndex: Sendable {
    /// When records move from the B-tree to runs and from runs to larger runs. Only how fast the
    /// index is depends on it, so a stored index can be opened with any limits.
    struct Limits {
        /// The B-tree turns into a run at this size: as long as it is one page, a lone key costs
        /// one page.
        var recentMax = 64
        /// A commit with at least this many new keys becomes a run of its own. In the B-tree each
        /// of them would cost a page.
        var runMin = 16
        /// Runs of about the same size are merged when there are this many of them. A larger
        /// number rewrites keys less often and leaves more filters for a lookup to ask.
        var fanOut = 8
        /// Runs of half of it are never merged: it bounds the memory and the time of one commit.
        var runRecordsMax = 6_000_000
    }

    let limits: Limits
    let name: String
    let recent: Database
    let runs: Database
    /// Where the sum of the B-tree's records is kept; see `recentSum`.
    let meta: Database
    let valueBytes: Int

    /// Opens the index's two databases, creating them where the environment may be written.
    ///
    /// - Parameter meta: the environment's table of single records.
    init(
        _ environment: Environment, name: String, valueBytes: Int, meta: Database,
        limits: Limits = Limits()
    ) throws {
        guard let recent = try environment.database(name, .bytes),
            let runs = try environment.database(name + ".runs", .integerKeys)
        else { throw LedgerError.notALedger(environment.path, "it has no index “\(name)”") }
        self.limits = limits
        self.name = name
        self.recent = recent
        self.runs = runs
        self.meta = meta
        self.valueBytes = valueBytes
    }

    /// The sum over the records of the B-tree as it is kept beside it; nil where log format 1 kept
    /// none.
    func storedRecentSum(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> UInt64? {
        guard let stored = try transaction.value(meta, bytes: sumKey) else { return nil }
        guard stored.count == 8 else { throw damagedRecord }
        return stored.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    var sumKey: [UInt8] { [UInt8]("\(name).recent-sum".utf8) }

    var damagedRecord: LedgerError {
        .corrupt("a record of the index “\(name)” is damaged")
    }

    /// What the records of the B-tree sum up to: a checksum that can be kept up to date record by
    /// record, in whatever order they come and wherever they lie.
    func recentSum(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> UInt64 {
        var sum: UInt64 = 0
        try transaction.forEach(recent, fromBytes: []) { key, value in
            key.withUnsafeBytes { keyBytes in
                value.withUnsafeBytes { sum &+= Self.summand(keyBytes, $0) }
            }
            return true
        }
        return sum
    }

    /// A record's share of the sum: its CRC-32C, spread over 64 bits so that changes of two records
    /// do not cancel out.
    static func summand(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> UInt64 {
        let crc = cchecksum_crc32c(
            cchecksum_crc32c(0, key.baseAddress, key.count), value.baseAddress, value.count)
        return (UInt64(crc) | 1 << 32) &* 0x9E37_79B9_7F4A_7C15
    }

    /// The runs as they stand in one transaction, newest last.
    struct Snapshot {
        var runs: [(id: UInt64, run: SortedRun)] = []
        var recentCount = 0
    }

    func snapshot(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> Snapshot {
        var snapshot = Snapshot(recentCount: try transaction.count(recent))
        try transaction.unsafeForEach(runs, from: 0, to: .max) { id, bytes in
            guard let run = SortedRun(unsafe: bytes), run.valueBytes == valueBytes else {
                throw LedgerError.corrupt("run \(id) of the index “\(name)” is damaged")
            }
            snapshot.runs.append((id, run))
            return true
        }
        return snapshot
    }

    /// The value of `key`, `valueBytes` long and valid until the transaction's next change, or nil.
    func find(
        _ key: Hash128, in snapshot: Snapshot,
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> UnsafeRawBufferPointer? {
        for (_, run) in snapshot.runs {
            if let value = run.find(key) { return value }
        }
        guard snapshot.recentCount > 0 else { return nil }
        let value: UnsafeRawBufferPointer? = try withUnsafeTemporaryAllocation(
            byteCount: 16, alignment: 8
        ) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            key.store(to: base)
            return try transaction.unsafeValue(recent, bytes: buffer.bytes)
        }
        guard let value else { return nil }
        guard value.count == valueBytes else { throw damagedRecord }
        return value
    }

    /// Number of records.
    func count(_ transaction: borrowing some ReadableTransaction & ~Copyable) throws -> Int {
        let snapshot = try snapshot(transaction)
        return snapshot.recentCount + snapshot.runs.reduce(0) { $0 + $1.run.count }
    }

    /// Calls `body` with every record: runs in order of age, then the B-tree.
    func forEach(
        _ transaction: borrowing some ReadableTransaction & ~Copyable,
        _ body: (Hash128, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        for (_, run) in try snapshot(transaction).runs {
            for index in 0..<run.count { try body(run.key(index), run.value(index)) }
        }
        try transaction.forEach(recent, fromBytes: []) { key, value in
            try key.withUnsafeBytes { keyBytes in
                try value.withUnsafeBytes { valueBytes in
                    guard keyBytes.count == 16, valueBytes.count == self.valueBytes,
                        let base = keyBytes.baseAddress
                    else { throw damagedRecord }
                    try body(Hash128(unsafe: base), valueBytes)
                }
            }
            return true
        }
    }
}
