import LMDB
import LedgerCore
import LedgerProof

/// One commit: several callers' batches written in one transaction.
///
/// It keeps nothing between commits. Head, indexes and bitmaps are read inside the transaction, so
/// another process may have written in between. The body can be repeated when the map must grow.
struct LogCommit {
    let schema: LogSchema

    /// What is to become of one event, decided before positions are given.
    private enum Decision {
        case append
        case existing(Position, matches: Bool)
        case repeats(ordinal: Int, matches: Bool)
        case bound(UInt64)
    }

    private struct KeyedItem {
        var key: Hash128
        var ordinal: Int
    }

    /// Writes `batches` and returns the outcomes of each.
    func write(
        _ batches: inout [EventBatch], now: Microseconds, _ transaction: borrowing WriteTransaction
    ) throws -> [[AppendOutcome]] {
        var head = try schema.head(transaction)
        let sizeBefore = head.size
        // A clock before the earliest time is one that was never set.
        var time = max(now, head.recordedAt, Entry.timeMin)
        guard time <= Entry.timeMax else {
            throw LedgerError(
                .refused, "the clock says \(now) µs since 1970, beyond the year 9999: set it")
        }
        for index in batches.indices {
            // Recorded-at never goes backwards: a stamp that the log has overtaken is renewed.
            if let stamp = batches[index].stampedAt, stamp >= head.recordedAt {
                time = max(time, stamp)
            }
        }
        var last = head.recordedAt
        for index in batches.indices {
            if let stamp = batches[index].stampedAt, stamp >= last {
                last = stamp
            } else {
                batches[index].stamp(time)
                last = time
            }
        }
        let keySnapshot = try schema.keys.snapshot(transaction)
        let subjectSnapshot = try schema.subjects.snapshot(transaction)
        var keyed: [KeyedItem] = []
        var decisions = [Decision](
            repeating: .append, count: batches.reduce(0) { $0 + $1.count })
        let bindings = try decideBindings(batches, subjectSnapshot, &decisions, transaction)
        try decideKeys(batches, keySnapshot, &keyed, &decisions, transaction)

        var positions = [Position](repeating: 0, count: decisions.count)
        try put(batches, decisions, &positions, &head, transaction)
        if head.size == sizeBefore && bindings.isEmpty {
            // Nothing changes, and a transaction that changed nothing costs no sync.
            return try outcomes(batches, decisions, positions, transaction)
        }

        var keyRecords = IndexRecords(valueBytes: LogSchema.keyValueBytes)
        let bodies = batches.flatMap { $0.items.lazy.map(\.body) }
        for item in keyed {
            guard case .append = decisions[item.ordinal] else { continue }
            let (position, body) = (positions[item.ordinal], bodies[item.ordinal])
            keyRecords.append(item.key) { target in
                guard let base = target.baseAddress else { return }
                base.storeBytes(of: position.bigEndian, as: UInt64.self)
                body.store(to: base + 8)
            }
        }
        try schema.keys.insert(&keyRecords, keySnapshot, transaction)
        var subjectRecords = IndexRecords(valueBytes: LogSchema.subjectValueBytes)
        for (identifier, subject) in bindings {
            subjectRecords.append(identifier) {
                $0.storeBytes(of: subject.bigEndian, as: UInt64.self)
            }
        }
        try schema.subjects.insert(&subjectRecords, subjectSnapshot, transaction)
        try transaction.put(schema.meta, bytes: LogSchema.headKey, head.bytes)
        return try outcomes(batches, decisions, positions, transaction)
    }

    private func decideBindings(
        _ batches: [EventBatch], _ snapshot: HashIndex.Snapshot, _ decisions: inout [Decision],
        _ transaction: borrowing WriteTransaction
    ) throws -> [Hash128: UInt64] {
        var fresh: [Hash128: UInt64] = [:]
        var ordinal = -1
        for batch in batches {
            for item in batch.items {
                ordinal += 1
                guard let binding = item.binding else { continue }
                let stored = try schema.subjects.find(binding.identifier, in: snapshot, transaction)
                let known =
                    stored.map { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
                    ?? fresh[binding.identifier]
                if let known {
                    if known != binding.subject { decisions[ordinal] = .bound(known) }
                } else {
                    fresh[binding.identifier] = binding.subject
                }
            }
        }
        return fresh
    }

    private func decideKeys(
        _ batches: [EventBatch], _ snapshot: HashIndex.Snapshot, _ keyed: inout [KeyedItem],
        _ decisions: inout [Decision], _ transaction: borrowing WriteTransaction
    ) throws {
        var ordinal = -1
        var bodies: [Hash128] = []
        bodies.reserveCapacity(decisions.count)
        for batch in batches {
            for item in batch.items {
                ordinal += 1
                bodies.append(item.body)
                guard let key = item.key else { continue }
                keyed.append(KeyedItem(key: key, ordinal: ordinal))
            }
        }
        // In key order equal keys lie together, lookups walk the runs forward, and the new records
        // are in the order they are stored in.
        keyed.sort { $0.key != $1.key ? $0.key < $1.key : $0.ordinal < $1.ordinal }
        var index = 0
        while index < keyed.count {
            var next = index
            let key = keyed[index].key
            var first: Int?
            let existing: (position: Position, body: Hash128)? = try schema.keys.find(
                key, in: snapshot, transaction
            ).flatMap { value in
                value.baseAddress.map {
                    (
                        UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                        Hash128(unsafe: $0 + 8)
                    )
                }
            }
            while next < keyed.count, keyed[next].key == key {
                let ordinal = keyed[next].ordinal
                next += 1
                if let existing {
                    decisions[ordinal] = .existing(
                        existing.position, matches: existing.body == bodies[ordinal])
                } else if let first {
                    decisions[ordinal] = .repeats(
                        ordinal: first, matches: bodies[first] == bodies[ordinal])
                } else if case .append = decisions[ordinal] {
                    first = ordinal
                }
            }
            index = next
        }
    }

    private func put(
        _ batches: [EventBatch], _ decisions: [Decision], _ positions: inout [Position],
        _ head: inout LogHead, _ transaction: borrowing WriteTransaction
    ) throws {
        var types = TypeIndex(schema.types)
        var ordinal = -1
        var completed: [(level: Int, index: UInt64, hash: MerkleHash)] = []
        for batch in batches {
            for (index, item) in batch.items.enumerated() {
                ordinal += 1
                guard case .append = decisions[ordinal] else { continue }
                let position = head.size
                positions[ordinal] = position
                // Only what is appended moves the time: a batch of duplicates leaves no trace.
                head.recordedAt = batch.stampedAt ?? head.recordedAt
                try putEntry(batch, item, batch.leaves[index], position, transaction)
                try types.mark(item.name, position, transaction)
                head.frontier.append(batch.leaves[index]) { level, index, hash in
                    if level & 7 == 0 { completed.append((level, index, hash)) }
                }
            }
        }
        for node in completed {
            try node.hash.withUnsafeBytes {
                try transaction.put(
                    schema.tree, LogSchema.treeKey(level: node.level, index: node.index), $0)
            }
        }
        try types.flush(transaction)
    }

    private func putEntry(
        _ batch: EventBatch, _ item: EventBatch.Item, _ leaf: MerkleHash, _ position: Position,
        _ transaction: borrowing WriteTransaction
    ) throws {
        try batch.arena.withUnsafeBytes { arena in
            guard let base = arena.baseAddress else { return }
            try transaction.reserve(
                schema.entries, position, count: MerkleHash.byteCount + item.count, append: true
            ) { target in
                guard let to = target.baseAddress else { return }
                leaf.withUnsafeBytes { target.copyMemory(from: $0) }
                (to + MerkleHash.byteCount).copyMemory(
                    from: base + item.start + 1, byteCount: item.count)
            }
        }
        guard let sealed = item.sealed else { return }
        try batch.sealedArena.withUnsafeBytes { arena in
            guard let base = arena.baseAddress else { return }
            try transaction.reserve(
                schema.sealed, position, count: LogSchema.subjectPrefixBytes + sealed.count,
                append: true
            ) { target in
                guard let to = target.baseAddress else { return }
                to.storeBytes(of: item.subject.bigEndian, as: UInt64.self)
                (to + LogSchema.subjectPrefixBytes).copyMemory(
                    from: base + sealed.lowerBound, byteCount: sealed.count)
            }
        }
    }

    private func outcomes(
        _ batches: [EventBatch], _ decisions: [Decision], _ positions: [Position],
        _ transaction: borrowing WriteTransaction
    ) throws -> [[AppendOutcome]] {
        var ordinal = -1
        let leaves = batches.flatMap(\.leaves)
        return try batches.map { batch in
            try batch.items.map { _ in
                ordinal += 1
                switch decisions[ordinal] {
                case .append:
                    return .appended(
                        Receipt(position: positions[ordinal], leafHash: leaves[ordinal]))
                case .existing(let position, let matches):
                    guard matches else { return .conflict(position) }
                    return .duplicate(
                        Receipt(
                            position: position,
                            leafHash: try schema.leafHash(position, transaction)))
                case .repeats(let first, let matches):
                    return matches
                        ? .duplicate(
                            Receipt(position: positions[first], leafHash: leaves[first]))
                        : .conflict(positions[first])
                case .bound(let subject):
                    return .subjectBound(subject)
                }
            }
        }
    }
}
