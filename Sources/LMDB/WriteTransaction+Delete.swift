import CLMDB

extension WriteTransaction {
    /// Removes an integer key; answers whether it was there.
    @discardableResult
    public func delete(_ database: Database, _ key: UInt64) throws(LMDBError) -> Bool {
        precondition(database.kind == .integerKeys, "the database has bytes keys")
        var key = key
        return unsafe try withUnsafeBytes(of: &key) { (bytes) throws(LMDBError) -> Bool in
            unsafe try remove(database, MDB_val(bytes))
        }
    }

    /// Removes a bytes key; answers whether it was there.
    @discardableResult
    public func delete(_ database: Database, bytes key: RawSpan) throws(LMDBError) -> Bool {
        precondition(database.kind == .bytes, "the database has integer keys")
        return unsafe try key.withUnsafeBytes { (bytes) throws(LMDBError) -> Bool in
            unsafe try remove(database, MDB_val(bytes))
        }
    }

    /// Removes a bytes key; answers whether it was there.
    @discardableResult
    public func delete(_ database: Database, bytes key: [UInt8]) throws(LMDBError) -> Bool {
        unsafe try delete(database, bytes: key.span.bytes)
    }

    /// Empties the database and keeps it.
    public func removeAll(_ database: Database) throws(LMDBError) {
        handle.dropAppendCursor(database.identifier)
        let status = unsafe mdb_drop(handle.transaction, database.identifier, 0)
        guard status == MDB_SUCCESS else { throw handle.failure(status, "remove all") }
    }

    private func remove(_ database: Database, _ key: MDB_val) throws(LMDBError) -> Bool {
        handle.dropAppendCursor(database.identifier)
        var key = unsafe key
        let status = unsafe mdb_del(handle.transaction, database.identifier, &key, nil)
        if status == MDB_NOTFOUND { return false }
        guard status == MDB_SUCCESS else { throw handle.failure(status, "delete") }
        return true
    }
}
