import CChecksum
import LMDB
import LedgerCore
import Synchronization

/// What stands in the log's indexes, kept in one record beside them: how many blocks of types and
/// runs there are, a sum over their keys, and where the clock's time stands beside recorded-at.
///
/// A block and a run carry checksums of their own, which nobody compares who does not find them (see
/// `KeySum`): an act would never have happened, and a row would be new.
///
/// Layout: for types, runs of keys and runs of subjects in turn the number and the sum, then the first
/// position and the end of what `clock` says (zeros where there is none), each 8 bytes; CRC-32C (4
/// bytes) of all that. Little-endian.
struct IndexKeys: Equatable {
    static let recordKey = [UInt8]("index-keys".utf8)

    var types = KeySum()
    var keyRuns = KeySum()
    var subjectRuns = KeySum()
    var carried: Range<Position>?

    private static let contentBytes = 64

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for number in [
            types.count, types.sum, keyRuns.count, keyRuns.sum, subjectRuns.count,
            subjectRuns.sum, carried?.lowerBound ?? 0, carried?.upperBound ?? 0,
        ] {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        let sum = cchecksum_crc32c(0, bytes, bytes.count)
        return bytes + withUnsafeBytes(of: sum.littleEndian) { [UInt8]($0) }
    }

    init() {}

    /// Nil where it is not what was written.
    init?(_ stored: [UInt8]) {
        guard stored.count == Self.contentBytes + 4 else { return nil }
        let words = stride(from: 0, to: Self.contentBytes, by: 8).map { start in
            stored[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        types = KeySum(count: words[0], sum: words[1])
        keyRuns = KeySum(count: words[2], sum: words[3])
        subjectRuns = KeySum(count: words[4], sum: words[5])
        guard words[6] <= words[7] else { return nil }
        carried = words[7] == 0 ? nil : words[6]..<words[7]
        guard stored == bytes else { return nil }
    }

    /// What stands there now.
    init(
        of schema: LogSchema, _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws {
        var types = KeySum()
        try transaction.forEach(schema.types, fromBytes: []) { key, _ in
            key.withUnsafeBytes { types.add($0) }
            return true
        }
        self.types = types
        try noteRuns(schema, transaction)
        carried = try schema.carried(transaction)
    }

    /// Takes the runs as they are now; there are few.
    mutating func noteRuns(
        _ schema: LogSchema, _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws {
        func runs(_ table: Database) throws -> KeySum {
            var sum = KeySum()
            try transaction.unsafeForEach(table, from: 0, to: .max) { id, _ in
                withUnsafeBytes(of: id.littleEndian) { sum.add($0) }
                return true
            }
            return sum
        }
        keyRuns = try runs(schema.keys.runs)
        subjectRuns = try runs(schema.subjects.runs)
    }
}

extension LogSchema {
    /// The record as it is kept; nil in logs of format 2 and before, which have none.
    func storedIndexKeys(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> IndexKeys? {
        guard let stored = try transaction.value(meta, bytes: IndexKeys.recordKey) else {
            guard try Self.format(meta, transaction) ?? 0 < 3 else {
                // Before the first commit there is nothing to be kept.
                return try head(transaction).size == 0 ? IndexKeys() : nil
            }
            return nil
        }
        return IndexKeys(stored)
    }

    /// Refuses to go on where an index has lost a key: what is looked for in it would not be found.
    ///
    /// Compared once by each process, as everything below it is.
    func requireIndexKeys(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws {
        guard !indexKeysChecked.load() else { return }
        guard try Self.format(meta, transaction) ?? 0 >= 3 else { return }
        guard let stored = try storedIndexKeys(transaction),
            try stored == IndexKeys(of: self, transaction)
        else {
            throw LedgerError.corrupt(
                "an index of the log has lost a key, or has one that nobody wrote: what is looked for "
                    + "in it would not be found")
        }
        indexKeysChecked.store()
    }

    /// Puts the record of what stands in the indexes after a commit.
    ///
    /// - Parameter added: keys of blocks of types that there were not before.
    func putIndexKeys(
        before: IndexKeys?, added: [[UInt8]], _ transaction: borrowing WriteTransaction
    ) throws {
        var keys: IndexKeys
        if let before {
            keys = before
            for key in added { key.withUnsafeBytes { keys.types.add($0) } }
            try keys.noteRuns(self, transaction)
            keys.carried = try carried(transaction)
        } else {
            keys = try IndexKeys(of: self, transaction)
        }
        if keys != before {
            try transaction.put(meta, bytes: IndexKeys.recordKey, keys.bytes)
        }
    }
}

/// Whether something was done once.
final class Once: Sendable {
    private let isDone = Atomic(false)

    func load() -> Bool { isDone.load(ordering: .acquiring) }
    func store() { isDone.store(true, ordering: .releasing) }
}

/// Which keys tables have: how many, and a sum over them in whatever order they came.
///
/// A value carries a checksum of its own, but only who finds it can compare it: under a key that a
/// disk has changed it would be missed, and an answer given without it.
package struct KeySum: Hashable, Sendable {
    package var count: UInt64 = 0
    /// Of each key's CRC-32C, mixed, modulo 2⁶⁴.
    package var sum: UInt64 = 0

    package mutating func add(_ key: UnsafeRawBufferPointer) {
        count &+= 1
        sum &+= Self.summand(key)
    }

    package mutating func remove(_ key: UnsafeRawBufferPointer) {
        count &-= 1
        sum &-= Self.summand(key)
    }

    private static func summand(_ key: UnsafeRawBufferPointer) -> UInt64 {
        cchecksum_summand(cchecksum_crc32c(0, key.baseAddress, key.count))
    }

    /// The keys that stand in tables now.
    package init(
        in tables: [Database], _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws {
        for table in tables {
            var keys = self
            try transaction.forEach(table, fromBytes: []) { key, _ in
                key.withUnsafeBytes { keys.add($0) }
                return true
            }
            self = keys
        }
    }

    package init(count: UInt64 = 0, sum: UInt64 = 0) {
        self.count = count
        self.sum = sum
    }
}
