import CLMDB
import Glibc
import Synchronization

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
