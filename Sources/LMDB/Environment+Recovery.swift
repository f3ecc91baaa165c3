import CLMDB
import Glibc
import Synchronization

extension Environment {
    /// How often a transaction that could not begin is begun again after a remedy.
    private static let attemptsMax = 16

    /// The map doubles up to this size and grows by it from there on.
    static let mapStepBytes = 1 << 36

    /// Makes the map at least so large, up to the configured limit.
    ///
    /// Waits for this process's open transactions. Other processes follow by themselves.
    /// Throws `mapFull` beyond the limit and `lockHeld` inside a transaction.
    public func grow(toAtLeast bytes: Int) throws {
        guard bytes <= configuration.mapSizeMaxBytes else {
            throw failure(
                MDB_MAP_FULL, "grow",
                detail: "\(bytes) bytes are beyond the limit of "
                    + "\(configuration.mapSizeMaxBytes)")
        }
        try exclusively("grow") { () throws(LMDBError) in
            if bytes > opened.mapSizeBytes { try resize(to: bytes, "grow") }
        }
    }

    /// Grows a map that was full at a size, unless another thread has grown it since.
    func growWhenFull(beyond fullBytes: Int) throws(LMDBError) {
        try exclusively("grow") { () throws(LMDBError) in
            let current = opened.mapSizeBytes
            if current > fullBytes { return }
            let step = min(max(current, 1), Self.mapStepBytes)
            let next = min(current + step, configuration.mapSizeMaxBytes)
            guard next > current else {
                throw failure(
                    MDB_MAP_FULL, "grow",
                    detail: "the map is full at its limit of "
                        + "\(configuration.mapSizeMaxBytes) bytes")
            }
            try resize(to: next, "grow")
        }
    }

    /// Does what lets a transaction that failed to begin succeed; throws when nothing does.
    func recover(
        from status: Int32, _ operation: StaticString, generation: Int, attempt: Int
    ) throws(LMDBError) {
        guard attempt < Self.attemptsMax else { throw failure(status, operation) }
        switch status {
        case MDB_MAP_RESIZED:
            try exclusively(operation, orElse: status) { () throws(LMDBError) in
                try resize(to: 0, operation)
            }
        case MDB_READERS_FULL:
            let reaped = try reapDeadReaders()
            if reaped == 0 { throw failure(status, operation) }
        case MDB_PANIC:
            try exclusively(operation, orElse: status) { () throws(LMDBError) in
                if opened.generation == generation { try reopen() }
            }
        case EINTR:
            return
        default:
            throw failure(status, operation)
        }
    }

    private func resize(to bytes: Int, _ operation: StaticString) throws(LMDBError) {
        let status = opened.setMapSize(bytes)
        if status == MDB_SUCCESS { return }
        // The old map is gone; without opening again every later access would fail.
        try reopen()
        throw failure(status, operation, detail: "the map of \(bytes) bytes was refused")
    }

    /// Closes and opens LMDB's environment, which is the only way out of its fatal state.
    ///
    /// It enters that state when a meta page could not be written. Databases keep their numbers,
    /// because LMDB gives them in the order of opening.
    private func reopen() throws(LMDBError) {
        for reader in gate.takeIdleReaders() { unsafe mdb_txn_abort(reader.transaction) }
        opened.close()
        try opened.open(path: path, configuration: configuration)
        let known = databases.withLock { $0.values.sorted { $0.identifier < $1.identifier } }
        do throws(LMDBError) {
            for database in known { try opened.reopen(database, path: path) }
        } catch {
            opened.close()
            throw error
        }
    }

    /// Runs `body` while no transaction of this process is open.
    ///
    /// Inside a transaction of this thread that cannot be: then the error has status `orElse`.
    func exclusively<R>(
        _ operation: StaticString, orElse nestedStatus: Int32 = EDEADLK,
        _ body: () throws(LMDBError) -> R
    ) throws(LMDBError) -> R {
        switch gate.enterExclusive() {
        case .closed: throw closedFailure(operation)
        case .nested:
            throw failure(
                nestedStatus, operation, detail: "this thread is inside a transaction already")
        case .admitted: break
        }
        defer { gate.leaveExclusive() }
        return try body()
    }
}
