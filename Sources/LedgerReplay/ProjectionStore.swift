import Glibc
import LMDB
import LedgerCore
import LedgerProof
import LedgerStore

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

    let environment: Environment
    /// What was wrong with a file that was thrown away when this was opened; nil where none was.
    public let discardedDamage: String?
    let builds: [Database]
    let quarantines: [Database]
    let meta: Database
    let commitEvents: Int
    let spanPositions: Position

    static var liveKey: [UInt8] { [UInt8]("live".utf8) }
    static func buildKey(_ index: Int) -> [UInt8] { [UInt8]("build.\(index)".utf8) }

    /// Opens the projection's environment in `directory`, creating it where there is none.
    ///
    /// - Parameters:
    ///   - commitEvents: events applied between two commits.
    ///   - spanPositions: positions of the log that one thread reads at a time, at most. The state
    ///     depends on neither.
    ///   - discardsDamage: whether to look at every page, and to throw the file away where one is
    ///     damaged. Without it only what opening needs is looked at.
    public init(
        directory: String, commitEvents: Int = ProjectionStore.commitEvents,
        spanPositions: Int = ProjectionStore.spanPositions, discardsDamage: Bool = false
    ) throws {
        precondition(commitEvents > 0, "a commit applies at least one event")
        precondition(spanPositions > 0, "a span has at least one position")
        self.commitEvents = commitEvents
        self.spanPositions = Position(min(spanPositions, commitEvents))
        var configuration = Environment.Configuration()
        configuration.mapSizeBytes = 1 << 30
        // A state that does not open is thrown away, but one that opens must be what it says: an
        // unsynced file may hold old pages under a new position after a power cut. Losing the last
        // commit is harmless: its events are folded again.
        configuration.durability = .allButLast
        do {
            // Nothing is lost with a damaged one: the log has everything, and folds it again.
            let (environment, damage) = try Environment.disposable(
                path: directory, configuration: configuration, checksPages: discardsDamage)
            self.environment = environment
            discardedDamage = damage
            meta = try Self.table("meta", environment)
            builds = try (0..<2).map { try Self.table("state.\($0)", environment) }
            quarantines = try (0..<2).map { try Self.table("quarantine.\($0)", environment) }
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    private static func table(_ name: String, _ environment: Environment) throws -> Database {
        guard let table = try environment.database(name, .bytes) else {
            throw LedgerError(.corrupt, "\(environment.path) has no table \(name): delete it")
        }
        return table
    }

    /// The live build; before the first fold it is of this version, at position 0.
    public func live() throws -> BuildRecord {
        try transact { transaction in try record(try liveIndex(transaction), transaction) }
    }

    /// The other build: kept from before the last swap, or unfinished; nil where there is none.
    public func other() throws -> BuildRecord? {
        try transact { transaction in
            let index = 1 - (try liveIndex(transaction))
            guard let bytes = try transaction.value(meta, bytes: Self.buildKey(index)) else {
                return nil
            }
            return (try? BuildRecord(decoding: bytes)) ?? BuildRecord(version: 0)
        }
    }

    func liveIndex(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> Int {
        try transaction.value(meta, bytes: Self.liveKey)?.first == 1 ? 1 : 0
    }

    func record(
        _ index: Int, _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> BuildRecord {
        guard let bytes = try transaction.value(meta, bytes: Self.buildKey(index)) else {
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
            return try body(
                LMDBState(transaction, builds[index]), try record(index, transaction))
        }
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
        while true {
            let (index, current) = try transact { transaction in
                let index = try liveIndex(transaction)
                return (index, try record(index, transaction))
            }
            if try !isOf(log, current) {
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
        try transaction.removeAll(builds[index])
        try transaction.removeAll(quarantines[index])
        try transaction.delete(meta, bytes: Self.buildKey(index))
    }

    /// Events in quarantine, by position, with the reason.
    public func quarantine() throws -> [PoisonEvent] {
        try transact { transaction in
            var found: [PoisonEvent] = []
            let table = quarantines[try liveIndex(transaction)]
            try transaction.forEach(table, fromBytes: []) { key, value in
                let position = key.withUnsafeBytes {
                    $0.count == 8 ? UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) : 0
                }
                let reason = value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                found.append(PoisonEvent(position: position, reason: reason))
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
