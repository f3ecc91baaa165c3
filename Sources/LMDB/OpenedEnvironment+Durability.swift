import CLMDB
import Glibc
import Synchronization

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
