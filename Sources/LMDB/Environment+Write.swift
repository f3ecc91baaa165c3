import CLMDB
import Glibc

extension Environment {
    /// Runs `body` in the write transaction, commits when it returns, aborts when it throws.
    ///
    /// Waits while another thread or process writes. When the map is full, in the body or in the
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
        defer { gate.leave(.write) }
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
            var status = MDB_PANIC
            if let raw = unsafe opened.raw {
                var transaction: OpaquePointer?
                status = unsafe mdb_txn_begin(raw, nil, 0, &transaction)
                if status == MDB_SUCCESS, let transaction = unsafe transaction {
                    return unsafe TransactionHandle(
                        transaction: transaction, path: path, mapSizeBytes: opened.mapSizeBytes)
                }
            }
            gate.leave(.write)
            attempt += 1
            try recover(from: status, operation, generation: generation, attempt: attempt)
        }
    }
}
