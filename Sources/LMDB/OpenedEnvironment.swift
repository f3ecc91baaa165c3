import CFaults
import CLMDB
import Glibc
import Synchronization

/// LMDB's environment itself and what goes with one opening of it.
@safe
final class OpenedEnvironment: @unchecked Sendable {
    // SAFETY: everything here changes only while the environment's gate is held exclusively,
    // and is read only by a thread that the gate has let in.

    /// Nil once closed, and when reopening after a panic failed.
    private(set) var raw: OpaquePointer?
    private(set) var mapSizeBytes = 0
    /// How often it was opened, so that two threads that meet one panic reopen once.
    private(set) var generation = 0
    /// Whether its readers have no slots, because the lock file may not be written: a writer does
    /// not know of them, and uses their pages again.
    private(set) var isUnlocked = false
    /// Keeps writers apart where lock.mdb does not.
    let writerLock = WriterLock()

    init(path: String, configuration: Environment.Configuration) throws(LMDBError) {
        unsafe raw = nil
        try open(path: path, configuration: configuration)
    }

    func open(path: String, configuration: Environment.Configuration) throws(LMDBError) {
        // Each time: LMDB is opened again after a fatal failure.
        try StandardDescriptors.requireOpen(for: path)
        let meta = try DataFile.inspect(directory: path)
        if meta == nil && configuration.readOnly { throw Self.nothingToRead(path) }
        isUnlocked = try !DataDirectory.prepareLockFile(path, configuration)
        if isUnlocked { cfaults_reads_without_slot() }
        let isNew = meta == nil
        if isNew && !configuration.readOnly && configuration.durability != .none {
            try DataDirectory.makeDataFile(
                path, mapSizeBytes: Self.roundedToPages(configuration.mapSizeBytes),
                mode: configuration.fileMode)
        }
        let created = unsafe try create(
            path, configuration,
            mapSizeBytes: max(configuration.mapSizeBytes, meta?.mapSizeBytes ?? 0, mapSizeBytes))
        do throws(LMDBError) {
            try unsafe StandardDescriptors.requireBeyond(created, path: path)
        } catch {
            unsafe mdb_env_close(created)
            throw error
        }
        // What LMDB finds contradictory in its pages ends the process; where a program has said how
        // it wants to end, it ends so.
        _ = unsafe mdb_env_set_assert(created) { _, message in
            unsafe cfaults_contradiction(message)
        }
        unsafe raw = created
        generation += 1
        noteMapSize()
        do throws(LMDBError) {
            try writerLock.open(path, writes: !configuration.readOnly)
        } catch {
            close()
            throw error
        }
        try makeVisibleDurable(path, configuration, isReopened: generation > 1)
        // Also where the file is there: who made it may have failed right before this, and a name that
        // was never synced goes with the power.
        guard !configuration.readOnly,
            isNew && configuration.durability != .none
                || configuration.durability == .full
        else { return }
        do throws(LMDBError) {
            try DataDirectory.sync(path)
        } catch {
            close()
            throw error
        }
    }

    /// LMDB's environment, opened as the configuration says.
    private func create(
        _ path: String, _ configuration: Environment.Configuration, mapSizeBytes: Int
    ) throws(LMDBError) -> OpaquePointer {
        var created: OpaquePointer?
        var status = unsafe mdb_env_create(&created)
        guard status == MDB_SUCCESS, let created = unsafe created else {
            throw LMDBError(status: status, operation: "open", path: path)
        }
        status = unsafe mdb_env_set_mapsize(created, Self.roundedToPages(mapSizeBytes))
        if status == MDB_SUCCESS {
            status = unsafe mdb_env_set_maxdbs(created, UInt32(configuration.maxDatabases))
        }
        if status == MDB_SUCCESS {
            status = unsafe mdb_env_set_maxreaders(created, UInt32(configuration.maxReaders))
        }
        if status == MDB_SUCCESS {
            // NOTLS: a reader's slot belongs to its transaction, not to its thread.
            var flags = MDB_NOTLS
            if configuration.readOnly { flags |= MDB_RDONLY }
            if isUnlocked { flags |= MDB_NOLOCK }
            switch configuration.durability {
            case .full: break
            case .allButLast: flags |= MDB_NOMETASYNC
            case .none: flags |= MDB_NOSYNC
            }
            status = unsafe mdb_env_open(created, path, UInt32(flags), configuration.fileMode)
        }
        guard status == MDB_SUCCESS else {
            unsafe mdb_env_close(created)
            throw LMDBError(status: status, operation: "open", path: path)
        }
        return unsafe created
    }

    /// LMDB would take an empty file for a new one, and fail to write its first page.
    private static func nothingToRead(_ path: String) -> LMDBError {
        let file = "\(path)/\(DataDirectory.dataFileName)"
        let isThere = unsafe access(file, F_OK) == 0
        return LMDBError(
            status: isThere ? MDB_INVALID : ENOENT, operation: "open", path: file,
            detail: isThere ? "the file is empty" : nil)
    }

    func close() {
        if let raw = unsafe raw { unsafe mdb_env_close(raw) }
        unsafe raw = nil
        writerLock.close()
    }

    /// Moves the map to a new size; 0 takes over the size on disk.
    ///
    /// LMDB unmaps first. When mapping anew fails nothing is mapped, so the environment is
    /// closed here and must be opened again.
    func setMapSize(_ bytes: Int) -> Int32 {
        guard let current = unsafe raw else { return MDB_PANIC }
        let status = unsafe mdb_env_set_mapsize(current, Self.roundedToPages(bytes))
        if status == MDB_SUCCESS {
            noteMapSize()
        } else {
            close()
        }
        return status
    }

    /// Opens a database again after the environment was; its number must be the one it had.
    func reopen(_ database: Database, path: String) throws(LMDBError) {
        let operation = "reopen database"
        guard let raw = unsafe raw else {
            throw LMDBError(status: MDB_PANIC, operation: operation, path: path)
        }
        var transaction: OpaquePointer?
        var status = unsafe mdb_txn_begin(raw, nil, UInt32(MDB_RDONLY), &transaction)
        guard status == MDB_SUCCESS, let transaction = unsafe transaction else {
            throw LMDBError(status: status, operation: operation, path: path)
        }
        var identifier: MDB_dbi = 0
        status = unsafe mdb_dbi_open(transaction, database.name, 0, &identifier)
        guard status == MDB_SUCCESS, identifier == database.identifier else {
            unsafe mdb_txn_abort(transaction)
            throw LMDBError(
                status: status == MDB_SUCCESS ? MDB_PANIC : status, operation: operation,
                path: path, detail: "\(database.name) did not come back")
        }
        // A commit, although nothing was written: an abort would close the database again.
        status = unsafe mdb_txn_commit(transaction)
        guard status == MDB_SUCCESS else {
            throw LMDBError(status: status, operation: operation, path: path)
        }
    }

    private func noteMapSize() {
        guard let raw = unsafe raw else { return }
        var information = unsafe MDB_envinfo()
        guard unsafe mdb_env_info(raw, &information) == MDB_SUCCESS else { return }
        mapSizeBytes = unsafe information.me_mapsize
    }

    static func roundedToPages(_ bytes: Int) -> Int {
        let page = sysconf(Int32(_SC_PAGESIZE))
        let (sum, overflow) = bytes.addingReportingOverflow(page - 1)
        return (overflow ? bytes : sum) / page * page
    }
}

extension OpenedEnvironment {
    /// Environments whose last meta page may be in memory alone.
    private static let doubtful = Mutex<Set<String>>([])

    /// Sees to it that what the next transaction sees survives a power cut.
    ///
    /// A commit ends with a meta page that is written and synced in one call. Where that fails, or
    /// its process is killed within it, the page can be seen and yet not be on the device: whoever
    /// then finds an event there and answers that it is recorded would promise too much. After a
    /// failure syncing again does not help, for a page that could not be written counts as clean
    /// from then on; it is written again.
    ///
    /// - Parameter isReopened: whether this process has seen a commit fail.
    func makeVisibleDurable(
        _ path: String, _ configuration: Environment.Configuration, isReopened: Bool
    ) throws(LMDBError) {
        guard !configuration.readOnly, configuration.durability == .full,
            let raw = unsafe raw
        else { return }
        let isDoubtful = Self.doubtful.withLock { doubtful in
            if isReopened { doubtful.insert(path) }
            return doubtful.contains(path)
        }
        var status = MDB_SUCCESS
        if isDoubtful { status = unsafe Self.rewriteMetaPages(raw) }
        if status == MDB_SUCCESS {
            repeat { status = unsafe mdb_env_sync(raw, 1) } while status == EINTR
        }
        guard status == MDB_SUCCESS else {
            Self.noteFailedCommit(path)
            close()
            throw LMDBError(
                status: DataDirectory.cause(of: status, in: path), operation: "sync", path: path)
        }
        if isDoubtful { _ = Self.doubtful.withLock { $0.remove(path) } }
    }

    /// Notes that a commit failed: its meta page may be seen, by this process's next opening too,
    /// and not be on the device.
    static func noteFailedCommit(_ path: String) {
        doubtful.withLock { _ = $0.insert(path) }
    }

    /// Writes both meta pages as they are, while nobody else can write.
    private static func rewriteMetaPages(_ raw: OpaquePointer) -> Int32 {
        var transaction: OpaquePointer?
        var status = unsafe mdb_txn_begin(raw, nil, 0, &transaction)
        guard status == MDB_SUCCESS, let transaction = unsafe transaction else { return status }
        defer { unsafe mdb_txn_abort(transaction) }
        var information = MDB_stat()
        var descriptor: Int32 = -1
        status = unsafe mdb_env_stat(raw, &information)
        if status == MDB_SUCCESS { status = unsafe mdb_env_get_fd(raw, &descriptor) }
        guard status == MDB_SUCCESS else { return status }
        var pages = [UInt8](repeating: 0, count: 2 * Int(information.ms_psize))
        return unsafe pages.withUnsafeMutableBytes { bytes in
            guard unsafe pread(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count,
                unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count
            else { return errno == 0 ? EIO : errno }
            return MDB_SUCCESS
        }
    }
}

/// The directories this process has open as environments.
///
/// LMDB's file locks belong to the process: opening a directory twice and closing it once would
/// silently drop the locks of the other.
enum OpenDirectories {
    /// What a directory is, whatever path leads to it.
    struct Identity: Hashable, Sendable {
        let device: UInt64
        let node: UInt64
    }

    private static let identities = Mutex<Set<Identity>>([])

    static func claim(_ path: String) throws(LMDBError) -> Identity {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw LMDBError(status: errno, operation: "open", path: path)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw LMDBError(
                status: ENOTDIR, operation: "open", path: path, detail: "it is not a directory")
        }
        let identity = Identity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))
        guard identities.withLock({ $0.insert(identity).inserted }) else {
            throw LMDBError(
                status: EBUSY, operation: "open", path: path,
                detail: "this process has the environment open already")
        }
        return identity
    }

    static func release(_ identity: Identity) {
        identities.withLock { _ = $0.remove(identity) }
    }
}
