import LMDB
import LedgerCore
import LedgerFixtures
import LedgerStore

@testable import LedgerReplay

/// A log with a diary folded from it, and what tests do to the two.
final class DiaryLedger {
    typealias Store = ProjectionStore<Diary<First>>

    let scratch: Scratch
    let log: EventLog
    private(set) var store: Store
    private var next = 0

    init(responses: Int = 0, commitEvents: Int = 37) throws {
        scratch = try Scratch()
        log = try EventLog(testing: scratch("log"))
        store = try Store(directory: scratch("state"), commitEvents: commitEvents)
        try append(responses)
    }

    deinit {
        store.close()
        log.close()
    }

    var size: Position {
        get throws { try log.head().size }
    }

    /// Appends responses, and folds them.
    func append(_ count: Int) throws {
        guard count > 0 else { return }
        _ = try log.append(EventBatch(responses: next..<(next + count)))
        next += count
        try store.catchUp(with: log)
    }

    func commit() throws -> CommitmentOutcome {
        try store.catchUp(with: log)
        return try store.commit(to: log, actor: .system, occurredAt: TestClock.start)
    }

    /// Appends a commitment that nobody's state led to.
    func forge(upTo: Position, version: UInt32 = 1, id: String = "diary") throws -> Position {
        var batch = EventBatch()
        try batch.append(
            EventDraft(
                ProjectionCommitted(
                    projection: id, projectionVersion: version, upTo: upTo,
                    digest: [UInt8](repeating: 7, count: 32)),
                occurredAt: TestClock.start, actor: .system),
            key: .commitment(of: id, version: version, upTo: upTo))
        let outcome = try log.append(batch)[0]
        try store.catchUp(with: log)
        return outcome.receipt?.position ?? .max
    }

    /// Changes a build behind the program's back, as somebody would who knows how it is stored.
    func tamper(
        _ key: [UInt8], _ value: [UInt8]?, isKept: Bool = false
    ) throws {
        let live = try store.transact { try store.liveIndex($0) }
        try store.environment.write { transaction in
            let index = isKept ? 1 - live : live
            let build = store.tables.builds[index]
            if let value {
                try transaction.put(build, bytes: key, StoredBlock.bytes(value, under: key))
            } else {
                try transaction.delete(build, bytes: key)
            }
            var record = try store.record(index, transaction)
            record.keys = try KeySum(
                in: [build, store.tables.quarantines[index]], transaction)
            try transaction.put(
                store.tables.meta, bytes: StateTables.buildKey(index), record.bytes)
        }
    }

    func verify() throws -> ProjectionVerification { try store.verify(with: log) }

    /// Closes the store, changes what is on the disk, and opens it again.
    func reopen(discardsDamage: Bool = false, _ change: () throws -> Void = {}) throws {
        store.close()
        try change()
        store = try Store(
            directory: scratch("state"), commitEvents: 37, discardsDamage: discardsDamage)
    }
}
