import LMDB
import LedgerCore
import LedgerProof
import LedgerStore
import Synchronization

/// One projection's kept state, and its folding forward from the log.
///
/// State and position commit in one transaction of an environment of the projection's own, so its
/// folder can be deleted at any time. Two builds stand side by side: the live one, and the one
/// being rebuilt or kept from before; a swap changes a pointer.
public final class ProjectionStore<P: Projection>: Sendable {
    /// Positions of the log that a thread reads at a time. Long enough that starting a read costs
    /// nothing, short enough that spans read ahead by each thread take a few megabytes.
    public static var spanPositions: Int { 65_536 }
    /// Events applied between two commits; it bounds memory and what is redone after a crash. Each
    /// commit waits for the disk, and the last chunk of a state is written again with each.
    public static var commitEvents: Int { 500_000 }

    /// Where the state is kept, and its tables, which have the same numbers wherever that is.
    let place: Mutex<StatePlace>
    let tables: StateTables
    let blocks = StateBlocks(projection: P.descriptor.id)
    let commitEvents: Int
    let spanPositions: Position
    /// Whether it goes on in a scratch folder where the directory cannot be written.
    let movesWhenUnwritable: Bool

    var environment: Environment { place.withLock { $0.environment } }
    /// What was wrong with a file that was thrown away when this was opened; nil where none was.
    public var discardedDamage: String? { place.withLock { $0.discardedDamage } }
    /// The scratch folder in which the state is kept, as long as this is open, and why; nil where it
    /// is kept in its directory.
    public var scratch: (path: String, reason: String)? {
        place.withLock { place in place.scratch.map { ($0.path, place.reason) } }
    }

    /// Opens the projection's environment in `directory`, creating it where there is none.
    ///
    /// - Parameters:
    ///   - commitEvents: events applied between two commits.
    ///   - spanPositions: positions of the log that one thread reads at a time, at most. The state
    ///     depends on neither.
    ///   - discardsDamage: whether to look at every page and every key, and to throw the file away
    ///     where one is damaged. Without it only what opening needs is looked at.
    ///   - movesWhenUnwritable: whether to go on in a scratch folder, on a copy, where the directory
    ///     or its disk cannot be written; `scratch` says so.
    public init(
        directory: String, commitEvents: Int = ProjectionStore.commitEvents,
        spanPositions: Int = ProjectionStore.spanPositions, discardsDamage: Bool = false,
        movesWhenUnwritable: Bool = false
    ) throws {
        precondition(commitEvents > 0, "a commit applies at least one event")
        precondition(spanPositions > 0, "a span has at least one position")
        self.commitEvents = commitEvents
        self.spanPositions = Position(min(spanPositions, commitEvents))
        self.movesWhenUnwritable = movesWhenUnwritable
        do {
            let place = try StatePlace(
                directory: directory, looksForDamage: discardsDamage, moves: movesWhenUnwritable)
            tables = place.tables
            self.place = Mutex(place)
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    /// The live build; before the first fold it is of this version, at position 0.
    public func live() throws -> BuildRecord {
        try transact { transaction in try record(try liveIndex(transaction), transaction) }
    }

    /// The other build: kept from before the last swap, or unfinished; nil where there is none.
    public func other() throws -> BuildRecord? {
        try transact { transaction in
            let index = 1 - (try liveIndex(transaction))
            let key = StateTables.buildKey(index)
            guard let bytes = try transaction.value(tables.meta, bytes: key) else { return nil }
            return (try? BuildRecord(decoding: bytes)) ?? BuildRecord(version: 0)
        }
    }

    func liveIndex(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> Int {
        let key = StateTables.liveKey
        guard let live = StateTables.live(try transaction.value(tables.meta, bytes: key)) else {
            throw DamagedBlock(projection: P.descriptor.id, key: key)
        }
        return live
    }

    func record(
        _ index: Int, _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> BuildRecord {
        let key = StateTables.buildKey(index)
        guard let bytes = try transaction.value(tables.meta, bytes: key) else {
            return BuildRecord(version: P.descriptor.version)
        }
        // A record this program cannot read is one of another layout: 0 is no version of any.
        return (try? BuildRecord(decoding: bytes)) ?? BuildRecord(version: 0)
    }

    func transact<R>(_ body: (borrowing ReadTransaction) throws -> R) throws -> R {
        do {
            return try environment.read(body)
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    /// Calls `body` with the live state and how far it has come.
    public func read<R>(_ body: (LMDBState, BuildRecord) throws -> R) throws -> R {
        try transact { transaction in
            let index = try liveIndex(transaction)
            return try body(state(index, transaction), try record(index, transaction))
        }
    }

    func state(
        _ index: Int, _ transaction: borrowing some ReadableTransaction & ~Copyable,
        keys: KeySum = KeySum()
    ) -> LMDBState {
        LMDBState(transaction, tables.builds[index], blocks, keys: keys)
    }

    /// Folds the live state forward to the log's end, or to `limit`.
    ///
    /// A state of another layout, or of another log, is left as it is: a new one is folded beside
    /// it, then takes its place.
    /// - Parameters:
    ///   - threads: how many read the log; the state does not depend on it.
    ///   - progress: called after each commit with position and target; what it throws ends the fold.
    @discardableResult
    public func catchUp(
        with log: EventLog, to limit: Position? = nil, threads: Int = 1,
        progress: ((Position, Position) throws -> Void)? = nil
    ) throws -> BuildRecord {
        do {
            return try catchUpInPlace(with: log, to: limit, threads: threads, progress: progress)
        } catch let error as LedgerError where StatePlace.isRefusal(error) && movesWhenUnwritable {
            // A full disk is found when something is written, which a question must not need.
            try move(because: StatePlace.unwritable(environment.path, error.message))
            return try catchUp(with: log, to: limit, threads: threads, progress: progress)
        } catch let witness as Witness where scratch == nil {
            try move(because: "\(witness)", leavesWitness: true)
            return try catchUp(with: log, to: limit, threads: threads, progress: progress)
        }
    }

    /// A sound state of entries that the log does not have, or no longer.
    ///
    /// Nothing else shows that a log was cut, or put in another's place: folded anew, it would be gone.
    /// It stays until somebody asks for a rebuild.
    struct Witness: Error, CustomStringConvertible {
        let seen: Position
        let size: Position

        var description: String {
            (seen > size
                ? "it was folded from \(seen) events, and the log has \(size)"
                : "it was folded from other events than the log has")
                + ": the log was cut, restored from an older backup, or exchanged. Hold it against a "
                + "root noted elsewhere or a backup; then a rebuild folds the state anew"
        }
    }

    /// Nil where a record says nothing of the log: it is of it, or of another layout.
    func witness(_ record: BuildRecord, against log: EventLog) throws -> Witness? {
        guard record.version == P.descriptor.version, record.layout == BuildRecord.layoutNewest,
            record.projection == P.descriptor.id, try !isOf(log, record)
        else { return nil }
        return Witness(seen: record.position, size: try log.head().size)
    }

    private func catchUpInPlace(
        with log: EventLog, to limit: Position?, threads: Int,
        progress: ((Position, Position) throws -> Void)?
    ) throws -> BuildRecord {
        while true {
            let (index, current) = try transact { transaction in
                let index = try liveIndex(transaction)
                return (index, try record(index, transaction))
            }
            if try !isOf(log, current) {
                if movesWhenUnwritable, scratch == nil,
                    let witness = try witness(current, against: log)
                {
                    throw witness
                }
                return try replace(index, log, to: limit, threads: threads, progress)
            }
            let reached = try fold(index, log, to: limit, threads: threads, progress)
            // Another process may have swapped before anything was folded here: then it is the kept
            // build that has come this far, and readers would be shown less than was promised.
            if try transact({ transaction in try liveIndex(transaction) }) == index {
                return reached
            }
        }
    }

    static func bigEndian(_ position: Position) -> [UInt8] {
        withUnsafeBytes(of: position.bigEndian) { [UInt8]($0) }
    }

    func clear(_ index: Int, _ transaction: borrowing WriteTransaction) throws {
        try transaction.removeAll(tables.builds[index])
        try transaction.removeAll(tables.quarantines[index])
        try transaction.delete(tables.meta, bytes: StateTables.buildKey(index))
    }

    /// Events in quarantine, by position, with the reason.
    public func quarantine() throws -> [PoisonEvent] {
        try transact { transaction in
            let index = try liveIndex(transaction)
            // Older layouts kept no checksum behind a reason.
            let isChecked = try record(index, transaction).layout == BuildRecord.layoutNewest
            var found: [PoisonEvent] = []
            try transaction.forEach(tables.quarantines[index], fromBytes: []) { key, value in
                let position = key.withUnsafeBytes {
                    $0.count == 8 ? UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) : 0
                }
                let reason = try key.withUnsafeBytes { key in
                    try value.withUnsafeBytes { value in
                        let content = isChecked ? try blocks.content(of: value, under: key) : value
                        return String(decoding: content, as: UTF8.self)
                    }
                }
                found.append(PoisonEvent(position: position, reason: reason))
                return true
            }
            return found
        }
    }

    /// Positions of the events in quarantine that stand before `end`, in log order.
    public func quarantined(before end: Position) throws -> [Position] {
        try transact { transaction in
            let index = try liveIndex(transaction)
            guard try record(index, transaction).poisoned > 0 else { return [] }
            var found: [Position] = []
            try transaction.forEach(tables.quarantines[index], fromBytes: []) { key, _ in
                let position = key.withUnsafeBytes {
                    $0.count == 8 ? UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) : 0
                }
                guard position < end else { return false }
                found.append(position)
                return true
            }
            return found
        }
    }

    /// Bytes in use by both builds.
    public var usedBytes: Int { environment.statistics.usedBytes }

    /// Closes the environment.
    public func close() { environment.close() }
}

extension ProjectionStore {
    /// Why the live state needs a rebuild; nil where it does not.
    ///
    /// - Parameter checksPages: whether to look at every page of the file first. Without it only
    ///   the record of the build is read.
    public func rebuildReason(
        with log: EventLog, checksPages: Bool = true
    ) throws -> RebuildReason? {
        if checksPages, let damage = try pageDamage() { return .damaged(damage) }
        let record = try live()
        guard record.version == P.descriptor.version else {
            return .version(kept: record.version, wanted: P.descriptor.version)
        }
        guard record.layout == BuildRecord.layoutNewest else { return .unchecked }
        if let witness = try witness(record, against: log) { return .witness("\(witness)") }
        return try isOf(log, record) ? nil : .anotherLog
    }
}
