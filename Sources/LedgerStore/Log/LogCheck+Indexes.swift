import LMDB
import LedgerCore

extension LogCheck {
    /// Looks for index blocks that no entry belongs to.
    mutating func checkTypesBeyond(_ transaction: borrowing ReadTransaction) throws {
        let blocks = (size >> TypeIndex.blockBits) + (size & 4095 == 0 ? 0 : 1)
        try transaction.forEach(schema.types, fromBytes: []) { key, _ in
            let bytes = key.withUnsafeBytes { [UInt8]($0) }
            let name = EventName(
                rawValue: String(decoding: bytes.dropLast(9), as: UTF8.self))
            let number = bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            if let name, bytes == TypeIndex.key(name, number) {
                if number >= blocks {
                    report.add(
                        .types, number << TypeIndex.blockBits,
                        "the index of “\(name.rawValue)” goes beyond the entries")
                }
            } else {
                report.add(
                    .types, nil, "the index holds a key of \(bytes.count) bytes that is none")
            }
            return true
        }
    }

    /// Checks an index as it is kept: runs, and the sum of its recent records. False where it cannot
    /// even be read.
    mutating func checkIndex(
        _ index: HashIndex, _ transaction: borrowing ReadTransaction
    ) throws -> Bool {
        var isReadable = true
        try transaction.unsafeForEach(index.runs, from: 0, to: .max) { id, bytes in
            let run = SortedRun(unsafe: bytes)
            if run?.valueBytes != index.valueBytes { isReadable = false }
            if run?.valueBytes != index.valueBytes || run?.isSound != true {
                report.add(.keys, nil, "run \(id) of the index “\(index.name)” is damaged")
            }
            if let run, !run.hasChecksum { report.uncheckedRecords += run.count }
            return true
        }
        if try transaction.last(index.runs) == .max {
            report.add(
                .keys, nil, "the index “\(index.name)” has a run under a key that no run has")
        }
        if let said = try index.storedRecentSum(transaction) {
            if try said != index.recentSum(transaction) {
                report.add(
                    .keys, nil,
                    "the recent records of the index “\(index.name)” are not those written"
                )
            }
        } else {
            report.uncheckedRecords += try transaction.count(index.recent)
        }
        return isReadable
    }

    /// Sees to it that every key points to an entry, and no two to the same.
    mutating func checkKeys(_ transaction: borrowing ReadTransaction) throws {
        let size = self.size
        // What the file says of itself must not make more room than it has entries.
        let isDense = size <= 64 * Position(try transaction.count(schema.entries) + 4096)
        guard isDense else {
            report.add(.entries, nil, "the head says \(size) entries, and most are missing")
            return
        }
        // One bit a position.
        var seen = [UInt64](repeating: 0, count: Int(size / 64) + 1)
        try checkRecords(of: schema.keys, transaction) { report, value in
            report.keys += 1
            let position = UInt64(bigEndian: value.loadUnaligned(as: UInt64.self))
            guard position < size else {
                report.add(.keys, position, "an idempotency key points beyond the entries")
                return
            }
            let bit: UInt64 = 1 << (position % 64)
            if seen[Int(position / 64)] & bit != 0 {
                report.add(.keys, position, "two idempotency keys point here")
            }
            seen[Int(position / 64)] |= bit
        }
    }

    private mutating func checkRecords(
        of index: HashIndex, _ transaction: borrowing ReadTransaction,
        _ body: (inout LogVerifier.Report, UnsafeRawBufferPointer) -> Void
    ) throws {
        var updated = report
        defer { report = updated }
        do {
            try index.forEach(transaction) { _, value in body(&updated, value) }
        } catch let error as LedgerError where error.code == .corrupt {
            updated.add(.keys, nil, "a record of the index “\(index.name)” is damaged")
        }
    }
}
