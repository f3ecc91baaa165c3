import CChecksum
import LMDB
import LedgerCore
import LedgerProof
import Synchronization

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
    private let checked = CheckedRuns()

    /// Opens the index's two tables.
    ///
    /// - Parameters:
    ///   - meta: the environment's table of single records.
    ///   - isNew: whether to make them where the environment may be written.
    init(
        _ environment: Environment, name: String, valueBytes: Int, meta: Database,
        isNew: Bool = true, limits: Limits = Limits()
    ) throws {
        recent = try LogSchema.table(name, .bytes, in: environment, isNew: isNew)
        runs = try LogSchema.table(
            name + ".runs", .integerKeys, in: environment, isNew: isNew)
        self.limits = limits
        self.name = name
        self.meta = meta
        self.valueBytes = valueBytes
    }

    /// The sum over the records of the B-tree as it is kept beside it, 0 where no record was ever put
    /// there; nil where log format 1 kept none.
    func storedRecentSum(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> UInt64? {
        guard let stored = try transaction.value(meta, bytes: sumKey) else {
            return try LogSchema.format(meta, transaction) ?? 0 >= 2 ? 0 : nil
        }
        guard stored.count == 8 else { throw damagedRecord }
        return stored.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    var sumKey: [UInt8] { [UInt8]("\(name).recent-sum".utf8) }

    var damagedRecord: LedgerError {
        .corrupt("a record of the index “\(name)” is damaged")
    }

    /// What was compared with its checksum since the index was opened.
    private final class CheckedRuns: Sendable {
        private let state = Mutex<(runs: Set<UInt64>, recent: Bool)>(([], false))

        func needsCheck(run id: UInt64) -> Bool { state.withLock { !$0.runs.contains(id) } }
        func note(run id: UInt64) { state.withLock { _ = $0.runs.insert(id) } }
        var needsRecentCheck: Bool { state.withLock { !$0.recent } }
        func noteRecent() { state.withLock { $0.recent = true } }
    }

    /// The runs as whoever asks or writes takes them: what is damaged is refused before a key is looked
    /// for in it or it is merged, for a run that is written anew has a checksum of whatever it was
    /// made from. Verification takes them as they are, and says what is wrong.
    ///
    /// Each is compared with its checksum when it is first met.
    func checkedSnapshot(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> Snapshot {
        let snapshot = try snapshot(transaction)
        for (id, run) in snapshot.runs where checked.needsCheck(run: id) {
            guard run.isIntact else { throw damaged("run \(id)") }
            checked.note(run: id)
        }
        if checked.needsRecentCheck {
            let said = try storedRecentSum(transaction)
            if let said, try said != recentSum(transaction) {
                throw damaged("its recent records")
            }
            checked.noteRecent()
        }
        return snapshot
    }

    private func damaged(_ what: String) -> LedgerError {
        .corrupt(
            "the index “\(name)” is damaged (\(what)): rows that were recorded would not be "
                + "recognised, so nothing is recorded")
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

    /// A record's share of the sum.
    static func summand(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> UInt64 {
        cchecksum_summand(
            cchecksum_crc32c(
                cchecksum_crc32c(0, key.baseAddress, key.count), value.baseAddress, value.count))
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

extension Hash128 {
    /// Truncated SHA-256 of `bytes`.
    public init(hashing bytes: UnsafeRawBufferPointer) {
        self = MerkleHash(hashing: bytes).withUnsafeBytes { digest in
            Hash128(
                high: UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    /// Truncated SHA-256 of `bytes`.
    public init(hashing bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { Hash128(hashing: $0) }
    }
}

/// A key and the ordinal of the event it belongs to.
struct KeyedOrdinal: Sendable {
    var key: Hash128
    var ordinal: UInt32

    /// Key order; equal keys in the order of their events.
    static func precedes(_ left: KeyedOrdinal, _ right: KeyedOrdinal) -> Bool {
        left.key != right.key ? left.key < right.key : left.ordinal < right.ordinal
    }
}

extension Array where Element == KeyedOrdinal {
    /// Fewer are sorted as they are.
    private static var distributedMin: Int { 256 }
    /// Larger buckets come from equal or chosen keys, which insertion would take quadratic time for.
    private static var insertionMax: Int { 32 }

    /// Puts the elements in key order.
    ///
    /// Keys are uniform hashes: their first bits spread them over buckets of about four, and what is
    /// left to do is within those. That is several times faster than comparing.
    mutating func sortByKey() {
        guard count >= Self.distributedMin else {
            sort(by: KeyedOrdinal.precedes)
            return
        }
        let shift = UInt64((count / 4).leadingZeroBitCount)
        var ends = [Int32](repeating: 0, count: 1 << (64 - Int(shift)))
        for element in self { ends[Int(element.key.high >> shift)] += 1 }
        var sum: Int32 = 0
        for bucket in ends.indices {
            sum += ends[bucket]
            ends[bucket] = sum
        }
        self = [KeyedOrdinal](unsafeUninitializedCapacity: count) { target, filled in
            guard let base = target.baseAddress else { return }
            for element in self.reversed() {
                let bucket = Int(element.key.high >> shift)
                ends[bucket] -= 1
                (base + Int(ends[bucket])).initialize(to: element)
            }
            filled = count
        }
        // What was a bucket's end has become its start.
        for bucket in ends.indices {
            let start = Int(ends[bucket])
            let end = bucket + 1 < ends.count ? Int(ends[bucket + 1]) : count
            if end - start > 1 { sortBucket(start..<end) }
        }
    }

    private mutating func sortBucket(_ range: Range<Int>) {
        guard range.count <= Self.insertionMax else {
            self[range].sort(by: KeyedOrdinal.precedes)
            return
        }
        for index in range.dropFirst() {
            let element = self[index]
            var hole = index
            while hole > range.lowerBound, KeyedOrdinal.precedes(element, self[hole - 1]) {
                self[hole] = self[hole - 1]
                hole -= 1
            }
            self[hole] = element
        }
    }
}
