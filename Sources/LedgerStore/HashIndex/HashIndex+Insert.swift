import LMDB
import LedgerCore

extension HashIndex {
    /// Inserts records whose keys are known to be absent, then merges where runs have piled up.
    ///
    /// `fill` writes `count` records one after another as they are stored, in key order.
    func insert(
        _ count: Int, _ snapshot: Snapshot, _ transaction: borrowing WriteTransaction,
        _ fill: (UnsafeMutableRawPointer) -> Void
    ) throws {
        guard count > 0 else { return }
        if count < limits.runMin {
            try insertIntoRecent(count, transaction, fill)
            guard snapshot.recentCount + count >= limits.recentMax else { return }
            try turnRecentIntoRun(transaction)
        } else {
            try writeRun(count: count, id: nextRun(snapshot), transaction, fill)
        }
        try mergeRuns(transaction)
    }

    private func insertIntoRecent(
        _ count: Int, _ transaction: borrowing WriteTransaction,
        _ fill: (UnsafeMutableRawPointer) -> Void
    ) throws {
        let stride = Hash128.byteCount + valueBytes
        let records = UnsafeMutableRawBufferPointer.allocate(
            byteCount: count * stride, alignment: 8)
        defer { records.deallocate() }
        guard let base = records.baseAddress else { return }
        fill(base)
        var sum = try storedRecentSum(transaction) ?? recentSum(transaction)
        for index in 0..<count {
            let record = UnsafeRawBufferPointer(start: base + index * stride, count: stride)
            let key = UnsafeRawBufferPointer(rebasing: record[..<Hash128.byteCount])
            let value = UnsafeRawBufferPointer(rebasing: record[Hash128.byteCount...])
            try transaction.put(recent, bytes: key.bytes, value.bytes)
            sum &+= Self.summand(key, value)
        }
        try putRecentSum(sum, transaction)
    }

    func putRecentSum(_ sum: UInt64, _ transaction: borrowing WriteTransaction) throws {
        let bytes = withUnsafeBytes(of: sum.littleEndian) { [UInt8]($0) }
        try transaction.put(meta, bytes: sumKey, bytes)
    }

    private func nextRun(_ snapshot: Snapshot) -> UInt64 { (snapshot.runs.last?.id ?? 0) + 1 }

    private func writeRun(
        count: Int, id: UInt64, _ transaction: borrowing WriteTransaction,
        _ fill: (UnsafeMutableRawPointer) throws -> Void
    ) throws {
        let bytes = SortedRun.byteCount(
            count, valueBytes, SortedRun.blockCount(count), SortedRun.bucketCount(count))
        var failure: (any Error)?
        try transaction.reserve(runs, id, count: bytes, append: true) { target in
            guard let base = target.baseAddress else { return }
            do {
                try fill(base + SortedRun.recordsOffset(count))
                SortedRun.finish(target, count: count, valueBytes: valueBytes)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private func run(
        _ id: UInt64, _ transaction: borrowing WriteTransaction
    ) throws -> SortedRun {
        guard let bytes = try transaction.unsafeValue(runs, id),
            let run = SortedRun(unsafe: bytes), run.valueBytes == valueBytes
        else { throw LedgerError.corrupt("run \(id) of the index “\(name)” is damaged") }
        return run
    }

    private func turnRecentIntoRun(_ transaction: borrowing WriteTransaction) throws {
        // Counted as they are read: the table's own count and the lengths come from the disk, and
        // room is made by them.
        var count = 0
        var packed: [UInt8] = []
        packed.reserveCapacity(limits.recentMax * (Hash128.byteCount + valueBytes))
        try transaction.forEach(recent, fromBytes: []) { key, value in
            guard key.byteCount == Hash128.byteCount, value.byteCount == valueBytes else {
                throw damagedRecord
            }
            count += 1
            key.withUnsafeBytes { packed.append(contentsOf: $0) }
            value.withUnsafeBytes { packed.append(contentsOf: $0) }
            return true
        }
        guard count > 0 else { return }
        let id = nextRun(try snapshot(transaction))
        try writeRun(count: count, id: id, transaction) { target in
            packed.withUnsafeBytes { raw in
                if let base = raw.baseAddress {
                    target.copyMemory(from: base, byteCount: raw.count)
                }
            }
        }
        try transaction.removeAll(recent)
        try putRecentSum(0, transaction)
    }

    /// Merges while some size class holds `fanOut` runs.
    private func mergeRuns(_ transaction: borrowing WriteTransaction) throws {
        while true {
            let snapshot = try snapshot(transaction)
            var classes: [Int: [(id: UInt64, run: SortedRun)]] = [:]
            for entry in snapshot.runs where entry.run.count < limits.runRecordsMax / 2 {
                classes[sizeClass(entry.run.count), default: []].append(entry)
            }
            guard
                let full = classes.filter({ $0.value.count >= limits.fanOut })
                    .min(by: { $0.key < $1.key })?.value
            else { return }
            // The oldest that fit: two always do, since each holds less than half the limit.
            var total = 0
            let sources = full.prefix { entry in
                total += entry.run.count
                return total <= limits.runRecordsMax
            }
            let count = sources.reduce(0) { $0 + $1.run.count }
            try writeRun(count: count, id: nextRun(snapshot), transaction) { target in
                // Making room may have moved runs that this transaction wrote: LMDB spills a large
                // transaction to disk. They are where they are only from here on.
                Self.merge(try sources.map { try self.run($0.id, transaction) }, into: target)
            }
            for (id, _) in sources { _ = try transaction.delete(runs, id) }
        }
    }

    /// Powers of four from `runMin` up.
    private func sizeClass(_ count: Int) -> Int {
        (Int.bitWidth - 1 - max(1, count / limits.runMin).leadingZeroBitCount) / 2
    }

    private static func merge(_ sources: [SortedRun], into target: UnsafeMutableRawPointer) {
        guard let stride = sources.first?.stride else { return }
        var heads = sources.filter { $0.count > 0 }.map { (run: $0, index: 0, key: $0.key(0)) }
        var at = target
        while !heads.isEmpty {
            var least = 0
            for candidate in 1..<max(1, heads.count)
            where heads[candidate].key < heads[least].key { least = candidate }
            at.copyMemory(
                from: heads[least].run.records + heads[least].index * stride,
                byteCount: stride)
            at += stride
            heads[least].index += 1
            if heads[least].index == heads[least].run.count {
                heads.remove(at: least)
            } else {
                heads[least].key = heads[least].run.key(heads[least].index)
            }
        }
    }
}
