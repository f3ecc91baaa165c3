import LMDB
import LedgerCore
import LedgerProof

/// One commit: several callers' batches written in one transaction.
///
/// It keeps nothing between commits. Head, indexes and bitmaps are read inside the transaction, so
/// another process may have written in between. The body can be repeated when the map must grow.
struct LogCommit {
    let schema: LogSchema
    /// Whether the clock is believed however far ahead of the last entry it is.
    let acceptsClock: Bool

    /// Writes `batches` and returns the outcomes of each.
    func write(
        _ batches: inout [EventBatch], now: Microseconds, _ transaction: borrowing WriteTransaction
    ) throws -> [[AppendOutcome]] {
        var head = try schema.head(transaction)
        let before = head
        if let position = try overtaker(of: batches, head, transaction) {
            return batches.map { batch in
                [AppendOutcome](repeating: .overtaken(by: position), count: batch.count)
            }
        }
        try stamp(&batches, now: now, after: head, transaction)
        try schema.requireIndexKeys(transaction)
        var group = CommitGroup(batches)
        let keySnapshot = try schema.keys.checkedSnapshot(transaction)
        let subjectSnapshot = try schema.subjects.checkedSnapshot(transaction)
        let bindings = try decideBindings(&group, subjectSnapshot, transaction)
        try decideKeys(&group, keySnapshot, transaction)
        try decidePredecessors(&group, head.size, keySnapshot, transaction)
        let indexKeys = try schema.storedIndexKeys(transaction)
        let added = try put(&group, &head, transaction)
        if head.size == before.size && bindings.isEmpty {
            // Nothing changes, and a transaction that changed nothing costs no sync.
            return try outcomes(group, transaction)
        }
        try schema.upgrade(from: before, transaction)
        try putKeys(group, keySnapshot, transaction)
        try putBindings(bindings, subjectSnapshot, transaction)
        try transaction.put(schema.meta, bytes: LogSchema.headKey, head.bytes)
        if batches.contains(where: { $0.clock != nil }) {
            try putCarried(before.size..<head.size, transaction)
        }
        try schema.putIndexKeys(before: indexKeys, added: added, transaction)
        return try outcomes(group, transaction)
    }

    /// What stands in the log against the batch's condition; nil where nothing does, or it has none.
    private func overtaker(
        of batches: [EventBatch], _ head: LogHead, _ transaction: borrowing WriteTransaction
    ) throws -> Position? {
        // The writer gives such a batch a transaction of its own: what is grouped with it would
        // have to be classified too, before it has a position.
        guard batches.count == 1, let condition = batches[0].condition else { return nil }
        return try condition.broken(size: head.size, schema.types, transaction)
    }

    /// Gives every batch a recorded-at that is not before its predecessor's.
    private func stamp(
        _ batches: inout [EventBatch], now: Microseconds, after head: LogHead,
        _ transaction: borrowing WriteTransaction
    ) throws {
        let previous = head.recordedAt
        guard now <= Entry.timeMax else {
            throw LedgerError(
                .refused, "the clock says \(now) µs since 1970, beyond the year 9999: set it")
        }
        if !acceptsClock {
            try ClockCheck.check(now, after: try schema.lastTime(head, now: now, transaction))
        }
        guard now >= previous - Entry.clockSlack else {
            // The log goes on from where a wrong clock has put it, so that later times stay apart
            // until there is no more room; what was stamped before is stamped anew.
            let time = min(previous + 1, Entry.timeMax)
            for index in batches.indices {
                batches[index].stamp(time, clock: max(now, Entry.timeMin))
            }
            return
        }
        // A clock before the earliest time is one that was never set.
        var time = max(now, previous, Entry.timeMin)
        // A stamp ahead of the clock is that of a clock which was wrong then.
        let latest = time + Entry.clockSlack
        func isGood(_ stamp: Microseconds?, after last: Microseconds) -> Bool {
            stamp.map { (last...latest).contains($0) } ?? false
        }
        for batch in batches where isGood(batch.stampedAt, after: previous) {
            time = max(time, batch.stampedAt ?? time)
        }
        var last = previous
        for index in batches.indices {
            // Recorded-at never goes backwards: a stamp that the log has overtaken is renewed.
            if let stamp = batches[index].stampedAt, isGood(stamp, after: last) {
                last = stamp
            } else {
                batches[index].stamp(time)
                last = time
            }
        }
    }

    private func decideBindings(
        _ group: inout CommitGroup, _ snapshot: HashIndex.Snapshot,
        _ transaction: borrowing WriteTransaction
    ) throws -> [Hash128: UInt64] {
        var fresh: [Hash128: UInt64] = [:]
        for (batch, start) in zip(group.batches, group.starts) {
            for (index, binding) in batch.bindings {
                let stored = try schema.subjects.find(binding.identifier, in: snapshot, transaction)
                let known =
                    stored.map { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
                    ?? fresh[binding.identifier]
                if let known {
                    if known != binding.subject { group.decisions[start + index] = .bound(known) }
                } else {
                    fresh[binding.identifier] = binding.subject
                }
            }
        }
        return fresh
    }

    private func decideKeys(
        _ group: inout CommitGroup, _ snapshot: HashIndex.Snapshot,
        _ transaction: borrowing WriteTransaction
    ) throws {
        // In key order equal keys lie together, and lookups walk the runs forward.
        let keys = group.keys
        var index = 0
        while index < keys.count {
            let key = keys[index].key
            var next = index + 1
            while next < keys.count, keys[next].key == key { next += 1 }
            if let record = try schema.keys.find(key, in: snapshot, transaction) {
                let first = try schema.keyed(record, transaction)
                for ordinal in keys[index..<next].lazy.map({ Int($0.ordinal) }) {
                    group.decisions[ordinal] = .existing(
                        first.position, matches: try group.bodyHash(ordinal) == first.body)
                }
            } else if next > index + 1 {
                try decideRepeats(&group, keys[index..<next])
            }
            index = next
        }
    }

    /// Leaves out what was decided on an event that did not come about: another process was faster.
    private func decidePredecessors(
        _ group: inout CommitGroup, _ size: Position, _ snapshot: HashIndex.Snapshot,
        _ transaction: borrowing WriteTransaction
    ) throws {
        for (batch, start) in zip(group.batches, group.starts) {
            for (index, key, body) in batch.predecessors where group.isAppended(start + index) {
                if let ordinal = group.first(under: key), group.isAppended(ordinal),
                    try group.bodyHash(ordinal) == body
                {
                    continue
                }
                let record = try schema.keys.find(key, in: snapshot, transaction)
                let stands = try record.map { try schema.keyed($0, transaction) }
                guard stands?.body != body else { continue }
                group.decisions[start + index] = .overtaken(stands?.position ?? size)
            }
        }
    }

    /// Of several new events under one key the first is appended.
    private func decideRepeats(
        _ group: inout CommitGroup, _ same: ArraySlice<KeyedOrdinal>
    ) throws {
        var first: Int?
        for ordinal in same.lazy.map({ Int($0.ordinal) }) {
            if let first {
                group.decisions[ordinal] = .repeats(
                    ordinal: first, matches: try group.bodyHash(first) == group.bodyHash(ordinal))
            } else if group.isAppended(ordinal) {
                first = ordinal
            }
        }
    }

    /// Puts what is to be appended; returns the keys of blocks of types that this made.
    private func put(
        _ group: inout CommitGroup, _ head: inout LogHead, _ transaction: borrowing WriteTransaction
    ) throws -> [[UInt8]] {
        var types = TypeIndex(schema.types)
        let usedBefore = try schema.subjectsUsed(transaction)
        var used = usedBefore ?? SubjectsUsed(highest: 0, position: 0)
        var ordinal = 0
        var completed: [(level: Int, index: UInt64, hash: MerkleHash)] = []
        for batch in group.batches {
            var sealed = batch.sealed[...]
            for (index, item) in batch.items.enumerated() {
                defer { ordinal += 1 }
                var part: EventBatch.SealedRange?
                if let next = sealed.first, next.index == index { part = sealed.popFirst() }
                guard group.isAppended(ordinal) else { continue }
                let position = head.size
                let leaf = batch.leaves[index]
                group.positions[ordinal] = position
                // Only what is appended moves the time: a batch of duplicates leaves no trace.
                head.recordedAt = batch.stampedAt ?? head.recordedAt
                try putEntry(batch, index, leaf, position, transaction)
                if let part {
                    try putSealed(batch, part, position, transaction)
                    used = used.joined(part.subject, at: position)
                }
                try types.mark(item.name, position, transaction)
                head.frontier.append(leaf) { level, index, hash in
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
        if used.highest > usedBefore?.highest ?? 0 { try schema.put(used, transaction) }
        return types.added
    }

    private func putEntry(
        _ batch: EventBatch, _ index: Int, _ leaf: MerkleHash, _ position: Position,
        _ transaction: borrowing WriteTransaction
    ) throws {
        try batch.withEntry(index) { entry in
            try transaction.reserve(
                schema.entries, position, count: StoredEntry.headBytes + entry.count, append: true
            ) { target in
                StoredEntry.write(entry, leaf, at: position, to: target)
            }
        }
    }

    private func putSealed(
        _ batch: EventBatch, _ part: EventBatch.SealedRange, _ position: Position,
        _ transaction: borrowing WriteTransaction
    ) throws {
        try transaction.reserve(
            schema.sealed, position, count: LogSchema.subjectPrefixBytes + part.bytes.count,
            append: true
        ) { target in
            target.storeBytes(of: part.subject.bigEndian, as: UInt64.self)
            batch.sealedArena.withUnsafeBytes { arena in
                UnsafeMutableRawBufferPointer(rebasing: target[LogSchema.subjectPrefixBytes...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: arena[part.bytes]))
            }
        }
    }

    /// Puts on record where the clock's time stands beside recorded-at, for who asks by time.
    private func putCarried(
        _ positions: Range<Position>, _ transaction: borrowing WriteTransaction
    ) throws {
        guard !positions.isEmpty else { return }
        let first = try schema.carried(transaction)?.lowerBound ?? positions.lowerBound
        let bytes = [first, positions.upperBound].flatMap { position in
            withUnsafeBytes(of: position.littleEndian) { [UInt8]($0) }
        }
        try transaction.put(schema.meta, bytes: LogSchema.clockKey, bytes)
    }

    private func putKeys(
        _ group: CommitGroup, _ snapshot: HashIndex.Snapshot,
        _ transaction: borrowing WriteTransaction
    ) throws {
        let count = group.keys.count { group.isAppended(Int($0.ordinal)) }
        try schema.keys.insert(count, snapshot, transaction) { target in
            var at = target
            for key in group.keys where group.isAppended(Int(key.ordinal)) {
                let ordinal = Int(key.ordinal)
                key.key.store(to: at)
                at.storeBytes(
                    of: group.positions[ordinal].bigEndian, toByteOffset: Hash128.byteCount,
                    as: UInt64.self)
                group.body(ordinal).store(to: at + Hash128.byteCount + 8)
                at += Hash128.byteCount + LogSchema.keyValueBytes
            }
        }
    }

    private func putBindings(
        _ bindings: [Hash128: UInt64], _ snapshot: HashIndex.Snapshot,
        _ transaction: borrowing WriteTransaction
    ) throws {
        try schema.subjects.insert(bindings.count, snapshot, transaction) { target in
            var at = target
            for (identifier, subject) in bindings.sorted(by: { $0.key < $1.key }) {
                identifier.store(to: at)
                at.storeBytes(
                    of: subject.bigEndian, toByteOffset: Hash128.byteCount, as: UInt64.self)
                at += Hash128.byteCount + LogSchema.subjectValueBytes
            }
        }
    }

    private func outcomes(
        _ group: CommitGroup, _ transaction: borrowing WriteTransaction
    ) throws -> [[AppendOutcome]] {
        var ordinal = 0
        return try group.batches.map { batch in
            try batch.leaves.map { leaf in
                defer { ordinal += 1 }
                switch group.decisions[ordinal] {
                case .append:
                    return .appended(Receipt(position: group.positions[ordinal], leafHash: leaf))
                case .existing(let position, let matches):
                    guard matches else { return .conflict(position) }
                    return .duplicate(
                        Receipt(
                            position: position,
                            leafHash: try schema.leafHash(position, transaction)))
                case .repeats(let first, let matches):
                    let position = group.positions[first]
                    return matches
                        ? .duplicate(Receipt(position: position, leafHash: group.leaf(first)))
                        : .conflict(position)
                case .bound(let subject):
                    return .subjectBound(subject)
                case .overtaken(let position):
                    return .overtaken(by: position)
                }
            }
        }
    }
}
