import LMDB
import LedgerCore

/// Records to be inserted into a hash index, laid out as they will be stored.
struct IndexRecords {
    let valueBytes: Int
    private(set) var keys: [(key: Hash128, slot: Int32)] = []
    private var values: [UInt8] = []

    init(valueBytes: Int) { self.valueBytes = valueBytes }

    var count: Int { keys.count }

    mutating func append(_ key: Hash128, _ value: (UnsafeMutableRawBufferPointer) -> Void) {
        keys.append((key, Int32(keys.count)))
        let start = values.count
        values.append(contentsOf: repeatElement(0, count: valueBytes))
        values.withUnsafeMutableBytes { raw in
            value(UnsafeMutableRawBufferPointer(rebasing: raw[start..<(start + valueBytes)]))
        }
    }

    /// Puts the keys in order; inserting needs it.
    mutating func sort() { keys.sort { $0.key < $1.key } }

    func withValue<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let start = Int(keys[index].slot) * valueBytes
        return try values.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[start..<(start + valueBytes)]))
        }
    }
}

extension HashIndex {
    /// Inserts records whose keys are known to be absent, then merges where runs have piled up.
    func insert(
        _ records: inout IndexRecords, _ snapshot: Snapshot,
        _ transaction: borrowing WriteTransaction
    ) throws {
        guard records.count > 0 else { return }
        records.sort()
        if records.count < limits.runMin {
            for index in 0..<records.count {
                let key = records.keys[index].key.bytes
                try records.withValue(index) { value in
                    try transaction.put(recent, bytes: key.span.bytes, value.bytes)
                }
            }
            if snapshot.recentCount + records.count >= limits.recentMax {
                try turnRecentIntoRun(transaction)
            }
        } else {
            let stride = Hash128.byteCount + valueBytes
            try writeRun(count: records.count, id: nextRun(snapshot), transaction) { target in
                for index in 0..<records.count {
                    let at = target + index * stride
                    records.keys[index].key.store(to: at)
                    records.withValue(index) { value in
                        if let base = value.baseAddress {
                            (at + Hash128.byteCount).copyMemory(
                                from: base, byteCount: valueBytes)
                        }
                    }
                }
            }
        }
        try mergeRuns(transaction)
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
        let count = try transaction.count(recent)
        var packed: [UInt8] = []
        packed.reserveCapacity(count * (Hash128.byteCount + valueBytes))
        try transaction.forEach(recent, fromBytes: []) { key, value in
            key.withUnsafeBytes { packed.append(contentsOf: $0) }
            value.withUnsafeBytes { packed.append(contentsOf: $0) }
            return true
        }
        let id = nextRun(try snapshot(transaction))
        try writeRun(count: count, id: id, transaction) { target in
            packed.withUnsafeBytes { raw in
                if let base = raw.baseAddress {
                    target.copyMemory(from: base, byteCount: raw.count)
                }
            }
        }
        try transaction.removeAll(recent)
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
            let total = full.reduce(0) { $0 + $1.run.count }
            try writeRun(count: total, id: nextRun(snapshot), transaction) { target in
                // Making room may have moved runs that this transaction wrote: LMDB spills a large
                // transaction to disk. They are where they are only from here on.
                Self.merge(try full.map { try self.run($0.id, transaction) }, into: target)
            }
            for (id, _) in full { _ = try transaction.delete(runs, id) }
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
