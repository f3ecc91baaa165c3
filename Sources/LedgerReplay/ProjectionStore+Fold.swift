import LMDB
import LedgerCore
import LedgerProof
import LedgerStore

extension ProjectionStore {
    /// Folds a build forward to the log's end, or to `limit`; it must be of this version and log,
    /// or is emptied first.
    func fold(
        _ index: Int, _ log: EventLog, to limit: Position?, threads: Int = 1,
        _ progress: ((Position, Position) throws -> Void)?
    ) throws -> BuildRecord {
        let target = min(limit ?? .max, try log.head().size)
        var kept: (projection: P, position: Position)?
        while true {
            let current = try transact { transaction in try self.record(index, transaction) }
            let isOurs = try isOf(log, current)
            if isOurs, current.position >= target { return current }
            let start = isOurs ? current.position : 0
            guard start < target else { return try empty(index) }
            let reader = SpanReader<P>(
                log, start..<target, threads: threads, spanPositions: spanPositions)
            defer { reader.stop() }
            // Another process may fold meanwhile: then what was read ahead is of no use.
            while let batch = try batch(reader),
                let record = try commit(index, log, batch, from: kept?.position ?? start, &kept)
            {
                try progress?(record.position, target)
            }
        }
    }

    /// Empties a build of something else, for a log that has nothing to fold.
    private func empty(_ index: Int) throws -> BuildRecord {
        try environment.write { transaction in
            try clear(index, transaction)
            return try record(index, transaction)
        }
    }

    private static var positionsPerEvent: Int { 8 }

    /// Spans that are committed together.
    struct SpanBatch {
        var spans: [SpanReader<P>.ReadSpan] = []
        var end: Position = 0
    }

    /// Reads spans for one commit before its transaction begins: they are applied again where the
    /// map was full, and nobody waits for the lock meanwhile.
    private func batch(_ reader: SpanReader<P>) throws -> SpanBatch? {
        var batch = SpanBatch()
        var events = 0
        var positions = 0
        // Where events are rare, positions bound what is done again after a crash.
        while events < commitEvents, positions < Self.positionsPerEvent * commitEvents,
            let span = try reader.next()
        {
            events += span.eventCount
            positions += Int(spanPositions)
            batch.end = span.end
            batch.spans.append(span)
        }
        return batch.spans.isEmpty ? nil : batch
    }

    /// Whether a build can be folded on: it has this program's layout and comes from this log.
    func isOf(_ log: EventLog, _ record: BuildRecord) throws -> Bool {
        guard record.version == P.descriptor.version, record.layout == BuildRecord.layoutNewest,
            record.projection ?? P.descriptor.id == P.descriptor.id
        else { return false }
        guard record.position > 0 else { return true }
        guard record.position <= (try log.head().size) else { return false }
        return try log.leafHash(at: record.position - 1).bytes == record.lastLeaf
    }

    /// Applies a batch and commits it; nil where the build is no longer where the batch begins.
    private func commit(
        _ index: Int, _ log: EventLog, _ batch: SpanBatch, from start: Position,
        _ kept: inout (projection: P, position: Position)?
    ) throws -> BuildRecord? {
        let before = kept?.projection
        do {
            let done = try environment.write { transaction -> (P, BuildRecord)? in
                var record = try self.record(index, transaction)
                // Where nothing is applied nothing may stand: it would be applied to.
                if try record.position == 0 || !isOf(log, record) {
                    try clear(index, transaction)
                    record = BuildRecord(version: P.descriptor.version)
                }
                guard record.position == start else { return nil }
                var projection = before ?? P()
                let state = state(index, transaction, keys: record.keys)
                var poisons: [PoisonEvent] = []
                for read in batch.spans {
                    let poisoned = try projection.apply(read.span, to: state) + read.poisoned
                    poisons += poisoned
                }
                try projection.flush(to: state)
                record.keys = state.keys
                try put(poisons, index, &record, transaction)
                record.position = batch.end
                record.projection = P.descriptor.id
                record.lastLeaf = try log.leafHash(at: batch.end - 1).bytes
                try transaction.put(
                    tables.meta, bytes: StateTables.buildKey(index), record.bytes)
                return (projection, record)
            }
            kept = done.map { ($0.0, $0.1.position) }
            return done?.1
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    /// Puts events into quarantine.
    private func put(
        _ poisons: [PoisonEvent], _ index: Int, _ record: inout BuildRecord,
        _ transaction: borrowing WriteTransaction
    ) throws {
        for poison in poisons {
            let key = Self.bigEndian(poison.position)
            try transaction.put(
                tables.quarantines[index], bytes: key,
                StateBlocks.stored([UInt8](poison.reason.utf8), under: key))
            key.withUnsafeBytes { record.keys.add($0) }
        }
        record.poisoned += UInt64(poisons.count)
    }
}
