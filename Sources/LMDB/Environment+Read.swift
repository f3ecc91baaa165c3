import CLMDB
import Glibc

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
