import LMDB
import LedgerCore

extension LogCheck {
    /// Ends the blocks before the one of `position`: all their entries have been seen.
    mutating func turn(
        toBlockOf position: Position, _ transaction: borrowing ReadTransaction
    ) throws {
        let other = position >> TypeIndex.blockBits
        guard other != block else { return }
        try checkTypes(transaction)
        block = other
    }

    /// Compares the type index of the current block with what its entries are.
    mutating func checkTypes(_ transaction: borrowing ReadTransaction) throws {
        for name in EventName.allCases {
            let stored = try transaction.value(schema.types, bytes: TypeIndex.key(name, block))
            if stored != bitmaps[name] {
                report.add(
                    .types, block << TypeIndex.blockBits,
                    "the index of “\(name.rawValue)” is wrong for the 4096 positions from here")
            }
        }
        bitmaps.removeAll(keepingCapacity: true)
    }

    /// Looks for index blocks that no entry belongs to.
    mutating func checkTypesBeyond(_ transaction: borrowing ReadTransaction) throws {
        let blocks = (next + 4095) >> TypeIndex.blockBits
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

    /// Looks for sealed parts that no entry belongs to.
    mutating func checkSealedBeyond(_ transaction: borrowing ReadTransaction) throws {
        if let last = try transaction.last(schema.sealed), last >= next {
            report.add(.sealed, last, "a sealed part without an entry")
        }
    }

    /// Checks the runs of an index; false where one cannot even be read.
    mutating func checkRuns(
        of index: HashIndex, _ transaction: borrowing ReadTransaction
    ) throws -> Bool {
        var isReadable = true
        try transaction.unsafeForEach(index.runs, from: 0, to: .max) { id, bytes in
            let run = SortedRun(unsafe: bytes)
            if run?.valueBytes != index.valueBytes { isReadable = false }
            if run?.valueBytes != index.valueBytes || run?.isSound != true {
                report.add(.keys, nil, "run \(id) of the index “\(index.name)” is damaged")
            }
            return true
        }
        return isReadable
    }

    /// Sees to it that every key points to an entry, and no two to the same.
    mutating func checkKeys(_ transaction: borrowing ReadTransaction) throws {
        let size = next
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

    mutating func checkRecords(
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
