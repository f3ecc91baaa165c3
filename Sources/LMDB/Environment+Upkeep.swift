import CLMDB
import Glibc

extension Environment {
    /// Writes a consistent copy of the environment while it is in use, durable on return.
    ///
    /// The directory is made where it is missing and must hold no data file (`fileExists`). A
    /// compacting copy leaves free pages out; the other is faster and stops the writer for a
    /// moment. What was copied is taken away again on failure. Not inside a transaction.
    public func copy(to directory: String, compacting: Bool) throws {
        let operation: StaticString = "copy"
        try DataDirectory.create(directory, mode: configuration.directoryMode)
        var attempt = 0
        while true {
            switch gate.enter(.copy) {
            case .closed: throw closedFailure(operation)
            case .nested:
                throw failure(
                    EDEADLK, operation, detail: "this thread is inside a transaction already")
            case .admitted: break
            }
            let generation = opened.generation
            var status = MDB_PANIC
            if let raw = unsafe opened.raw {
                let flags = compacting ? MDB_CP_COMPACT : 0
                status = unsafe mdb_env_copy2(raw, directory, UInt32(flags))
            }
            gate.leave(.copy)
            if status == MDB_SUCCESS { break }
            if status == EEXIST {
                throw LMDBError(status: status, operation: "\(operation)", path: directory)
            }
            try DataDirectory.removeDataFile(directory)
            attempt += 1
            try recover(from: status, operation, generation: generation, attempt: attempt)
        }
        try DataDirectory.finishCopy(directory, mode: configuration.fileMode)
    }

    /// Brings everything committed to the device; needed only without full durability.
    public func sync() throws {
        let status = unsafe try withRaw("sync") { raw in unsafe mdb_env_sync(raw, 1) }
        guard status == MDB_SUCCESS else { throw failure(status, "sync") }
    }

    /// Frees the reader slots of processes that died; answers how many. Done at open as well.
    @discardableResult
    public func reapDeadReaders() throws(LMDBError) -> Int {
        var dead: Int32 = 0
        let status = unsafe try withRaw("reap dead readers") { raw in
            unsafe mdb_reader_check(raw, &dead)
        }
        guard status == MDB_SUCCESS else { throw failure(status, "reap dead readers") }
        return Int(dead)
    }

    private func withRaw(
        _ operation: StaticString, _ body: (OpaquePointer) -> Int32
    ) throws(LMDBError) -> Int32 {
        guard case .admitted = gate.enter(.upkeep) else { throw closedFailure(operation) }
        defer { gate.leave(.upkeep) }
        guard let raw = unsafe opened.raw else { return MDB_PANIC }
        return unsafe body(raw)
    }
}

extension Environment {
    /// Whether the calling thread has a transaction open: then it must not wait for another thread that
    /// writes, which could be waiting for this transaction to end so that the map can grow.
    public var isInsideTransaction: Bool { gate.isInside }

    /// What an environment takes up and who reads it.
    public struct Statistics: Sendable, Equatable {
        /// The size of the map in this process, in bytes.
        public var mapSizeBytes = 0
        /// Bytes in use: every page up to the last one ever used, free ones included.
        public var usedBytes = 0
        /// Reader slots taken by all processes, those at rest included.
        public var readers = 0
        /// The oldest snapshot a reader of any process holds; nil when nobody reads.
        public var oldestReaderTransactionID: Int?
        /// The number of the last committed write transaction.
        public var lastTransactionID = 0

        /// Nothing: what a closed environment answers.
        public init() {}
    }

    /// Sizes and readers now; all zero when the environment is closed.
    public var statistics: Statistics {
        guard case .admitted = gate.enter(.upkeep) else { return Statistics() }
        defer { gate.leave(.upkeep) }
        guard let raw = unsafe opened.raw else { return Statistics() }
        var information = unsafe MDB_envinfo()
        var pages = MDB_stat()
        guard unsafe mdb_env_info(raw, &information) == MDB_SUCCESS,
            unsafe mdb_env_stat(raw, &pages) == MDB_SUCCESS
        else { return Statistics() }
        var statistics = Statistics()
        statistics.mapSizeBytes = unsafe information.me_mapsize
        statistics.usedBytes = unsafe (information.me_last_pgno + 1) * Int(pages.ms_psize)
        statistics.lastTransactionID = unsafe information.me_last_txnid
        unsafe countReaders(raw, into: &statistics)
        return statistics
    }

    /// Reads LMDB's list of readers: a heading, then process, thread and snapshot or `-` a line.
    private func countReaders(_ raw: OpaquePointer, into statistics: inout Statistics) {
        var lines: [String] = []
        unsafe withUnsafeMutablePointer(to: &lines) { pointer in
            _ = unsafe mdb_reader_list(
                raw,
                { message, context in
                    guard let message = unsafe message, let context = unsafe context else {
                        return -1
                    }
                    unsafe context.assumingMemoryBound(to: [String].self).pointee.append(
                        String(cString: message))
                    return 0
                }, pointer)
        }
        for line in lines {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 3, Int(words[0]) != nil else { continue }
            statistics.readers += 1
            guard let snapshot = Int(words[2]) else { continue }
            let oldest = statistics.oldestReaderTransactionID ?? snapshot
            statistics.oldestReaderTransactionID = min(oldest, snapshot)
        }
    }
}

extension Environment {
    /// Opens an environment whose content can be made again: one that is found damaged is thrown
    /// away and begun anew.
    ///
    /// - Parameter damage: looks for what LMDB does not find when it opens a file, and says what is
    ///   wrong; nil where nothing is. It may throw `LMDBError` as well.
    /// - Returns: with it what was wrong with the one thrown away; nil where it was sound.
    /// - Throws: `LMDBError`; a refusal where a damaged file cannot be removed.
    public static func disposable(
        path: String, configuration: Configuration,
        damage: (Environment) throws -> String? = { _ in nil }
    ) throws -> (environment: Environment, discardedDamage: String?) {
        let found: String
        do {
            let environment = try Environment(path: path, configuration: configuration)
            do {
                guard let damage = try damage(environment) else { return (environment, nil) }
                environment.close()
                found = damage
            } catch {
                environment.close()
                throw error
            }
        } catch let error as LMDBError {
            let damages: Set<LMDBError.Code> = [
                .corrupted, .pageNotFound, .invalidFile, .versionMismatch,
            ]
            guard damages.contains(error.code) else { throw error }
            found = error.detail
        }
        for file in ["data.mdb", "lock.mdb"] {
            guard unsafe unlink("\(path)/\(file)") == 0 || errno == ENOENT else {
                throw LMDBError(
                    status: errno, operation: "remove damaged file", path: path, detail: found)
            }
        }
        return (try Environment(path: path, configuration: configuration), found)
    }
}
