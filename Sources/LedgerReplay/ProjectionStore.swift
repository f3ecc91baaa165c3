import Crypto
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
    /// Events applied between two commits; it bounds memory and what is redone after a crash.
    public static var commitEvents: Int { 200_000 }

    private let environment: Environment
    private let builds: [Database]
    private let quarantines: [Database]
    private let meta: Database

    private static var liveKey: [UInt8] { [UInt8]("live".utf8) }
    private static func buildKey(_ index: Int) -> [UInt8] { [UInt8]("build.\(index)".utf8) }

    /// Opens the projection's environment in `directory`, creating it where there is none.
    public init(directory: String) throws {
        var configuration = Environment.Configuration()
        configuration.mapSizeBytes = 1 << 30
        // What is lost in a power cut is replayed; a state that does not open is thrown away.
        configuration.durability = .none
        do {
            let environment = try Self.open(directory, configuration)
            self.environment = environment
            meta = try Self.table("meta", environment)
            builds = try (0..<2).map { try Self.table("state.\($0)", environment) }
            quarantines = try (0..<2).map { try Self.table("quarantine.\($0)", environment) }
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    private static func open(
        _ directory: String, _ configuration: Environment.Configuration
    ) throws -> Environment {
        do {
            return try Environment(path: directory, configuration: configuration)
        } catch {
            let damage: Set<LMDBError.Code> = [.corrupted, .pageNotFound, .invalidFile]
            guard damage.contains(error.code) else { throw error }
            // Nothing is lost with it: the log has everything, and folds it again.
            for file in ["data.mdb", "lock.mdb"] { unlink("\(directory)/\(file)") }
            return try Environment(path: directory, configuration: configuration)
        }
    }

    private static func table(_ name: String, _ environment: Environment) throws -> Database {
        guard let table = try environment.database(name, .bytes) else {
            throw LedgerError(.corrupt, "\(environment.path) has no table \(name): delete it")
        }
        return table
    }

    /// The live build; its version and position are zero before the first fold.
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

    private func liveIndex(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> Int {
        try transaction.value(meta, bytes: Self.liveKey)?.first == 1 ? 1 : 0
    }

    private func record(
        _ index: Int, _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> BuildRecord {
        guard let bytes = try transaction.value(meta, bytes: Self.buildKey(index)) else {
            return BuildRecord(version: P.descriptor.version)
        }
        // A record this program cannot read is one of another layout: 0 is no version of any.
        return (try? BuildRecord(decoding: bytes)) ?? BuildRecord(version: 0)
    }

    private func transact<R>(_ body: (borrowing ReadTransaction) throws -> R) throws -> R {
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

    /// Folds the live build forward to the log's end, or to `limit`.
    ///
    /// A state of another layout, or of another log, is emptied and folded from the start.
    /// - Parameter progress: called after each commit with position and target.
    @discardableResult
    public func catchUp(
        with log: EventLog, to limit: Position? = nil,
        progress: ((Position, Position) -> Void)? = nil
    ) throws -> BuildRecord {
        let index = try transact { transaction in try liveIndex(transaction) }
        return try fold(index, log, to: limit, progress)
    }

    private func fold(
        _ index: Int, _ log: EventLog, to limit: Position?,
        _ progress: ((Position, Position) -> Void)?
    ) throws -> BuildRecord {
        let target = min(limit ?? .max, try log.head().size)
        var kept: (projection: P, position: Position)?
        while true {
            let current = try transact { transaction in try self.record(index, transaction) }
            if try isOf(log, current), current.position >= target { return current }
            let (projection, record) = try commit(index, log, target, kept)
            kept = (projection, record.position)
            progress?(record.position, target)
        }
    }

    /// Whether a build can be folded on: it has this program's layout and comes from this log.
    private func isOf(_ log: EventLog, _ record: BuildRecord) throws -> Bool {
        guard record.version == P.descriptor.version else { return false }
        guard record.position > 0 else { return true }
        guard record.position <= (try log.head().size) else { return false }
        return try log.leafHash(at: record.position - 1).bytes == record.lastLeaf
    }

    private func commit(
        _ index: Int, _ log: EventLog, _ target: Position,
        _ kept: (projection: P, position: Position)?
    ) throws -> (P, BuildRecord) {
        do {
            return try environment.write { transaction in
                var record = try self.record(index, transaction)
                if !(try isOf(log, record)) {
                    try clear(index, transaction)
                    record = BuildRecord(version: P.descriptor.version)
                }
                // Another process may have folded meanwhile: memory is good only where we left it.
                var projection = kept?.position == record.position ? kept?.projection ?? P() : P()
                let state = LMDBState(transaction, builds[index])
                var applied = 0
                let from = record.position
                var poisoned: [PoisonEvent] = []
                var last = from
                let next = try log.forEachEvent(
                    in: from..<target, named: P.descriptor.consumes
                ) { event in
                    do {
                        try projection.apply(event, to: state)
                    } catch let poison as PoisonEvent {
                        poisoned.append(poison)
                    }
                    applied += 1
                    last = event.position + 1
                    return applied < Self.commitEvents
                }
                record.position = applied < Self.commitEvents ? next : last
                try projection.flush(to: state)
                for poison in poisoned {
                    try transaction.put(
                        quarantines[index], bytes: Self.bigEndian(poison.position),
                        [UInt8](poison.reason.utf8))
                }
                record.poisoned += UInt64(poisoned.count)
                record.lastLeaf =
                    record.position > 0 ? try log.leafHash(at: record.position - 1).bytes : []
                try transaction.put(meta, bytes: Self.buildKey(index), record.bytes)
                return (projection, record)
            }
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    private static func bigEndian(_ position: Position) -> [UInt8] {
        withUnsafeBytes(of: position.bigEndian) { [UInt8]($0) }
    }

    private func clear(_ index: Int, _ transaction: borrowing WriteTransaction) throws {
        try transaction.removeAll(builds[index])
        try transaction.removeAll(quarantines[index])
        try transaction.delete(meta, bytes: Self.buildKey(index))
    }

    /// Builds the state anew beside the live one, compares the two at the same position, and makes
    /// the new one live. The build that was live is kept; the live one is not touched meanwhile.
    ///
    /// - Returns: both digests; where they differ, the old build was wrong and is no longer live.
    public func rebuild(
        from log: EventLog, progress: ((Position, Position) -> Void)? = nil
    ) throws -> (old: [UInt8]?, new: [UInt8]) {
        do {
            let fresh = 1 - (try transact { transaction in try liveIndex(transaction) })
            try environment.write { transaction in try clear(fresh, transaction) }
            _ = try fold(fresh, log, to: nil, progress)
            // Both must have come equally far to be compared; appends may have gone on.
            let target = try log.head().size
            _ = try fold(fresh, log, to: target, nil)
            let wasBuilt = try live().version == P.descriptor.version && live().position > 0
            if wasBuilt { _ = try fold(1 - fresh, log, to: target, nil) }
            let new = try digest(fresh)
            let old = wasBuilt ? try digest(1 - fresh) : nil
            try environment.write { transaction in
                try transaction.put(meta, bytes: Self.liveKey, [UInt8(fresh)])
            }
            return (old, new)
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    /// Folds the log into memory up to the live build's position and gives that state's digest:
    /// equal to `digest()` unless the kept state was changed or folded wrongly.
    public func digestOfReplay(
        of log: EventLog, progress: ((Position, Position) -> Void)? = nil
    ) throws -> [UInt8] {
        let target = try live().position
        let state = MemoryState()
        var projection = P()
        var applied = 0
        try log.forEachEvent(in: 0..<target, named: P.descriptor.consumes) { event in
            do {
                try projection.apply(event, to: state)
            } catch is PoisonEvent {
                // It is in the kept state's quarantine as well.
            }
            applied += 1
            if applied.isMultiple(of: Self.commitEvents) { try projection.flush(to: state) }
            if applied & 0xFFFF == 0 { progress?(event.position, target) }
            return true
        }
        try projection.flush(to: state)
        progress?(target, target)
        return try StateDigest.compute(state)
    }

    /// SHA-256 over the live state's pairs in key order, each with its lengths.
    public func digest() throws -> [UInt8] {
        try digest(try transact { transaction in try liveIndex(transaction) })
    }

    private func digest(_ index: Int) throws -> [UInt8] {
        try transact { transaction in
            try StateDigest.compute(LMDBState(transaction, builds[index]))
        }
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
