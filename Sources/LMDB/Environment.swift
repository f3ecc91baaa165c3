import CLMDB
import Glibc
import Synchronization

/// An LMDB environment: one directory with one data file, open once in this process.
///
/// Other processes may have it open too. Readers see snapshots and never wait for the writer;
/// there is one writer at a time among all processes.
public final class Environment: Sendable {
    /// The directory.
    public let path: String
    /// How it was opened.
    public let configuration: Configuration

    let gate = TransactionGate()
    let opened: OpenedEnvironment
    let databases = Mutex<[String: Database]>([:])
    /// Held while a database is opened: LMDB forbids two transactions that do.
    let opening = Mutex<Void>(())
    private let identity: OpenDirectories.Identity

    /// Opens the environment in a directory, making both where the configuration says so.
    ///
    /// Dead readers are reaped. Errors: `standardStreamClosed`, before anything is opened, while
    /// descriptor 0, 1 or 2 is closed; `lockHeld` when this process has it open already;
    /// `noSuchFile`, `permissionDenied`, `diskFull`, `invalidFile` for a file that is not
    /// LMDB's, `corrupted` for one that has lost pages, `versionMismatch`.
    public init(path: String, configuration: Configuration = Configuration()) throws(LMDBError) {
        if configuration.createsDirectory && !configuration.readOnly {
            try DataDirectory.create(path, mode: configuration.directoryMode)
        }
        let identity = try OpenDirectories.claim(path)
        do throws(LMDBError) {
            opened = try OpenedEnvironment(path: path, configuration: configuration)
        } catch {
            OpenDirectories.release(identity)
            throw error
        }
        self.path = path
        self.configuration = configuration
        self.identity = identity
        // Not worth failing an open for: a slot that cannot be reaped now is reaped later.
        _ = try? reapDeadReaders()
    }

    deinit {
        close()
    }

    /// Ends the use of the environment, once every open transaction has ended.
    ///
    /// Whatever comes later throws `closed`. Closing twice does nothing. Never call it inside a
    /// transaction.
    public func close() {
        switch gate.enterExclusive() {
        case .closed: return
        case .nested: preconditionFailure("close() inside a transaction of the environment")
        case .admitted: break
        }
        for reader in gate.takeIdleReaders() { unsafe mdb_txn_abort(reader.transaction) }
        opened.close()
        OpenDirectories.release(identity)
        gate.leaveExclusive(closing: true)
    }

    func failure(
        _ status: Int32, _ operation: StaticString, detail: String? = nil
    ) -> LMDBError {
        LMDBError(status: status, operation: "\(operation)", path: path, detail: detail)
    }

    func closedFailure(_ operation: StaticString) -> LMDBError {
        failure(EBADF, operation, detail: "the environment is closed")
    }
}

extension Environment {
    /// Opens an environment for writing, or for reading where it cannot be written and `reads` says
    /// so.
    ///
    /// - Returns: with it what refused to open it for writing; nil where nothing did.
    public static func open(
        path: String, configuration: Configuration, readsWhenUnwritable reads: Bool
    ) throws(LMDBError) -> (environment: Environment, refusal: LMDBError?) {
        do throws(LMDBError) {
            return (try Environment(path: path, configuration: configuration), nil)
        } catch {
            guard reads, error.isRefusal else { throw error }
            var configuration = configuration
            configuration.readOnly = true
            return (try Environment(path: path, configuration: configuration), error)
        }
    }
}

extension Environment {
    /// How an environment is opened.
    public struct Configuration: Sendable {
        /// How much a commit survives.
        public enum Durability: Sendable, Hashable {
            /// A commit is on the device when it returns.
            case full
            /// A power cut may undo the last commit and leaves the environment whole
            /// (MDB_NOMETASYNC): half the waiting of `full`, for what can be caught up again.
            case allButLast
            /// The system writes when it likes (MDB_NOSYNC); a power cut may leave the
            /// environment unreadable. For what can be thrown away and built again.
            case none
        }

        /// The map's size at open, rounded up to pages; a larger one on disk wins.
        public var mapSizeBytes = 1 << 30
        /// Up to where the map may grow; address space, not memory or disk.
        public var mapSizeMaxBytes = 1 << 44
        /// How many databases can be opened.
        public var maxDatabases = 16
        /// How many readers all processes may have together; set by the first that opens.
        public var maxReaders = 510
        /// Whether writing is refused.
        public var readOnly = false
        /// Whether a missing directory is made; never when read only.
        public var createsDirectory = true
        /// How much a commit survives.
        public var durability = Durability.full
        /// How long another process may write without a commit before a write here gives up.
        public var writerPatience = Duration.seconds(30)
        /// The mode of a directory that is made, before the process's mask.
        public var directoryMode: UInt32 = 0o700
        /// The mode of files that are made, before the process's mask.
        public var fileMode: UInt32 = 0o600

        /// The defaults: 1 GiB that grows, durable, writable.
        public init() {}
    }
}

extension Environment {
    /// Looks at every page in use, by reading the file and not through the map.
    ///
    /// LMDB keeps no checksums: what is found is damage to the structure, which would make a
    /// transaction fail or kill the process, and not a changed byte within a value. Others may
    /// write meanwhile. Throws `corrupted` with the first page that no LMDB can have written.
    public func checkPages() throws {
        let path = "\(self.path)/\(DataDirectory.dataFileName)"
        // The snapshot keeps the pages of this and every later one from being used again.
        try read { _ in
            let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw LMDBError(status: errno, operation: "open", path: path)
            }
            defer { _ = Glibc.close(descriptor) }
            let file = DataFile(path: path, descriptor: descriptor)
            guard let meta = try file.meta() else { return }
            var check = try PageCheck(file, meta)
            try check.run(.everything)
        }
    }
}

/// One named table of an environment: a number for LMDB, with the kind of its keys.
///
/// Valid for the life of the `Environment` that returned it, and only with its transactions.
public struct Database: Sendable, Hashable {
    /// How the keys of a database look and sort.
    public enum Kind: Sendable, Hashable {
        /// `UInt64`, sorted by value (MDB_INTEGERKEY); stored in the machine's byte order.
        case integerKeys
        /// 1 to 511 bytes, sorted as unsigned bytes, a prefix before what it begins.
        case bytes
    }

    /// The name it was opened under.
    public let name: String
    /// The kind of its keys.
    public let kind: Kind

    @usableFromInline let identifier: UInt32
}

extension Environment {
    /// Opens a database by name, and makes it where it is absent and `creates` says so.
    ///
    /// Nil when it is absent and not to be made, or the environment is read only. Throws
    /// `kindMismatch` when it exists with the other kind of keys, `databasesFull`, and inside a
    /// transaction `lockHeld`, unless it was opened before.
    public func database(
        _ name: String, _ kind: Database.Kind, creates: Bool = true
    ) throws -> Database? {
        if let known = databases.withLock({ $0[name] }) { return try checked(known, kind) }
        // Waiting for another thread's opening here could wait for this thread's transaction.
        guard !gate.isInside else {
            throw failure(
                EDEADLK, "open database", detail: "this thread is inside a transaction")
        }
        return try opening.withLock { _ throws -> Database? in
            if let known = databases.withLock({ $0[name] }) { return try checked(known, kind) }
            if let found = try openExisting(name) { return try checked(found, kind) }
            if configuration.readOnly || !creates { return nil }
            return try checked(try create(name, kind), kind)
        }
    }

    private func checked(
        _ database: Database, _ kind: Database.Kind
    ) throws(LMDBError) -> Database {
        guard database.kind == kind else {
            throw failure(
                MDB_INCOMPATIBLE, "open database",
                detail: "\(database.name) has the other kind of keys")
        }
        return database
    }

    private func openExisting(_ name: String) throws(LMDBError) -> Database? {
        let operation: StaticString = "open database"
        var attempt = 0
        while true {
            guard case .admitted = gate.enter(.upkeep) else { throw closedFailure(operation) }
            let generation = opened.generation
            var database: Database?
            let status = openExisting(name, &database)
            gate.leave(.upkeep)
            if status == MDB_SUCCESS { return database }
            if status == MDB_NOTFOUND { return nil }
            attempt += 1
            try recover(from: status, operation, generation: generation, attempt: attempt)
        }
    }

    /// One attempt, in a transaction of its own: LMDB keeps the number only after its commit.
    private func openExisting(_ name: String, _ database: inout Database?) -> Int32 {
        guard let raw = unsafe opened.raw else { return MDB_PANIC }
        var begun: OpaquePointer?
        var status = unsafe mdb_txn_begin(raw, nil, UInt32(MDB_RDONLY), &begun)
        guard status == MDB_SUCCESS, let transaction = unsafe begun else { return status }
        var identifier: MDB_dbi = 0
        var flags: UInt32 = 0
        status = unsafe mdb_dbi_open(transaction, name, 0, &identifier)
        if status == MDB_SUCCESS {
            status = unsafe mdb_dbi_flags(transaction, identifier, &flags)
        }
        guard status == MDB_SUCCESS else {
            unsafe mdb_txn_abort(transaction)
            return status
        }
        status = unsafe mdb_txn_commit(transaction)
        if status == MDB_SUCCESS { database = note(name, identifier, flags) }
        return status
    }

    private func create(_ name: String, _ kind: Database.Kind) throws -> Database {
        let wanted = MDB_CREATE | (kind == .integerKeys ? MDB_INTEGERKEY : 0)
        var identifier: MDB_dbi = 0
        var flags: UInt32 = 0
        try write { transaction in
            let handle = transaction.handle
            var status = unsafe mdb_dbi_open(
                handle.transaction, name, UInt32(wanted), &identifier)
            if status == MDB_SUCCESS {
                status = unsafe mdb_dbi_flags(handle.transaction, identifier, &flags)
            }
            guard status == MDB_SUCCESS else { throw handle.failure(status, "create database") }
        }
        return note(name, identifier, flags)
    }

    private func note(_ name: String, _ identifier: MDB_dbi, _ flags: UInt32) -> Database {
        let kind: Database.Kind = flags & UInt32(MDB_INTEGERKEY) != 0 ? .integerKeys : .bytes
        let database = Database(name: name, kind: kind, identifier: identifier)
        databases.withLock { $0[name] = database }
        return database
    }
}
