import CLMDB
import Glibc
import Synchronization

extension Environment {
    /// Runs `body` on a snapshot of what is committed now.
    ///
    /// Reads may nest and may run inside a write, where they see what was committed before it.
    /// Keep them short: growing the map waits for them, and old snapshots keep old pages.
    /// Throws what `body` throws, and `LMDBError`.
    @available(*, noasync)
    public func read<R>(_ body: (borrowing ReadTransaction) throws -> R) throws -> R {
        let handle = try beginRead()
        defer { endRead(handle) }
        let result = Result { () throws -> R in try body(ReadTransaction(handle: handle)) }
        try requireUntouched(handle)
        return try result.get()
    }

    /// Throws `snapshotLost` where pages of a snapshot may have been used again, because writers see
    /// no slot of its reader.
    ///
    /// A writer that knows of no reader uses pages again that the commit before the last one freed
    /// (mdb_find_oldest). So those of snapshot T stay as they are until T + 1 is followed by T + 2.
    private func requireUntouched(_ handle: TransactionHandle) throws(LMDBError) {
        guard let raw = unsafe opened.raw,
            unsafe Self.lastCommit(raw) > UInt64(mdb_txn_id(handle.transaction)) + 1
        else { return }
        if !opened.isUnlocked { guard try opened.writerLock.isReplaced() else { return } }
        let lockFile = DataDirectory.lockFileName
        throw LMDBError(
            code: .snapshotLost, status: EAGAIN, operation: "read", path: path,
            detail: "somebody wrote over what was being read, and "
                + (opened.isUnlocked
                    ? "no reader's slot could be taken, because \(lockFile) may not be written"
                    : "could not know of it, because \(lockFile) was taken away meanwhile"))
    }

    func beginRead() throws(LMDBError) -> TransactionHandle {
        let operation: StaticString = "begin read"
        var attempt = 0
        while true {
            guard case .admitted(let idle) = gate.enter(.read) else {
                throw closedFailure(operation)
            }
            let generation = opened.generation
            var status: Int32
            if let idle {
                status = unsafe mdb_txn_renew(idle.transaction)
                if status == MDB_SUCCESS {
                    idle.begin()
                    return idle
                }
                unsafe mdb_txn_abort(idle.transaction)
            } else if let raw = unsafe opened.raw {
                var transaction: OpaquePointer?
                status = unsafe mdb_txn_begin(raw, nil, UInt32(MDB_RDONLY), &transaction)
                if status == MDB_SUCCESS, let transaction = unsafe transaction {
                    return unsafe TransactionHandle(
                        transaction: transaction, path: path, mapSizeBytes: opened.mapSizeBytes)
                }
            } else {
                status = MDB_PANIC
            }
            gate.leave(.read)
            attempt += 1
            try recover(from: status, operation, generation: generation, attempt: attempt)
        }
    }

    func endRead(_ handle: TransactionHandle) {
        // Reset keeps the reader's slot, so that the next read needs no lock of LMDB's.
        unsafe mdb_txn_reset(handle.transaction)
        gate.leave(.read, keeping: handle)
    }
}

extension Environment {
    /// Runs `body` in the write transaction, commits when it returns, aborts when it throws.
    ///
    /// Waits while another thread or process writes, and throws `writerBusy` where that takes longer
    /// than the configuration allows. Throws `lockReplaced` where lock.mdb is no longer the one that
    /// was opened: then others know nothing of this process. When the map is full, in the body or in the
    /// commit, the transaction is aborted, the map grown and `body` run again: it must be
    /// repeatable. On this thread no transaction of the environment may be open (`lockHeld`).
    /// After a failed commit (`diskFull`, `inputOutput`) nothing of it is kept, and the
    /// environment stays usable. Throws what `body` throws, and `LMDBError`.
    @available(*, noasync)
    public func write<R>(_ body: (borrowing WriteTransaction) throws -> R) throws -> R {
        while true {
            let handle = try beginWrite()
            switch try attempt(handle, body) {
            case .committed(let result): return result
            case .mapFull: try growWhenFull(beyond: handle.mapSizeBytes)
            }
        }
    }

    private enum Outcome<R> {
        case committed(R)
        case mapFull
    }

    private func attempt<R>(
        _ handle: TransactionHandle, _ body: (borrowing WriteTransaction) throws -> R
    ) throws -> Outcome<R> {
        defer {
            opened.writerLock.unlock()
            gate.leave(.write)
        }
        let result: R
        do {
            result = try body(WriteTransaction(handle: handle))
        } catch {
            handle.dropAppendCursors()
            unsafe mdb_txn_abort(handle.transaction)
            // The body may have wrapped the error; what counts is what LMDB said.
            if handle.spoiledBy?.code == .mapFull { return .mapFull }
            throw error
        }
        handle.dropAppendCursors()
        if let cause = handle.spoiledBy {
            unsafe mdb_txn_abort(handle.transaction)
            if cause.code == .mapFull { return .mapFull }
            throw cause
        }
        let status = unsafe mdb_txn_commit(handle.transaction)
        switch status {
        case MDB_SUCCESS: return .committed(result)
        case MDB_MAP_FULL: return .mapFull
        default:
            OpenedEnvironment.noteFailedCommit(path)
            throw failure(DataDirectory.cause(of: status, in: path), "commit")
        }
    }

    private func beginWrite() throws(LMDBError) -> TransactionHandle {
        let operation: StaticString = "begin write"
        if configuration.readOnly {
            throw failure(EACCES, operation, detail: "the environment is open read only")
        }
        var attempt = 0
        while true {
            switch gate.enter(.write) {
            case .closed: throw closedFailure(operation)
            case .nested:
                throw failure(
                    EDEADLK, operation, detail: "this thread is inside a transaction already")
            case .admitted: break
            }
            let generation = opened.generation
            let (handle, status) = try beginLocked()
            if let handle { return handle }
            attempt += 1
            try recover(from: status, operation, generation: generation, attempt: attempt)
        }
    }

    /// One attempt. Without a handle nothing is held.
    private func beginLocked() throws(LMDBError) -> (TransactionHandle?, Int32) {
        guard let raw = unsafe opened.raw else {
            gate.leave(.write)
            return (nil, MDB_PANIC)
        }
        do throws(LMDBError) {
            try opened.writerLock.lock(
                patience: configuration.writerPatience,
                commits: { unsafe Self.lastCommit(raw) },
                isWaiting: { Self.tellOfWaiting(path) })
        } catch {
            gate.leave(.write)
            throw error
        }
        var transaction: OpaquePointer?
        let status = unsafe mdb_txn_begin(raw, nil, 0, &transaction)
        guard status == MDB_SUCCESS, let transaction = unsafe transaction else {
            opened.writerLock.unlock()
            gate.leave(.write)
            return (nil, status)
        }
        do throws(LMDBError) {
            // LMDB takes the last commit's number from the lock file; the data file must say the same.
            guard try !opened.writerLock.isReplaced(),
                unsafe mdb_txn_id(transaction) == Self.lastCommit(raw) + 1
            else {
                throw LMDBError(
                    code: .lockReplaced, status: EBUSY, operation: "begin write", path: path,
                    detail: "\(DataDirectory.lockFileName) was taken away while processes used it")
            }
        } catch {
            unsafe mdb_txn_abort(transaction)
            opened.writerLock.unlock()
            gate.leave(.write)
            throw error
        }
        return (
            unsafe TransactionHandle(
                transaction: transaction, path: path, mapSizeBytes: opened.mapSizeBytes),
            status
        )
    }

    /// The number of the newest commit in the data file.
    static func lastCommit(_ raw: OpaquePointer) -> UInt64 {
        var information = unsafe MDB_envinfo()
        _ = unsafe mdb_env_info(raw, &information)
        return UInt64(unsafe information.me_last_txnid)
    }
}

extension Environment {
    /// How long a write waits for another process before it says so.
    static let waitNoticedAfter = Duration.seconds(2)

    private static let waitingListener = Mutex<(@Sendable (String) -> Void)?>(nil)

    /// Has `listener` called, with the directory, when a write has waited for another process for two
    /// seconds. One for the whole process.
    public static func onWaitingForWriter(_ listener: (@Sendable (String) -> Void)?) {
        waitingListener.withLock { $0 = listener }
    }

    private static func tellOfWaiting(_ path: String) {
        waitingListener.withLock { $0 }?(path)
    }
}
