import CLMDB

/// What a transaction stands on; it offers nothing outside this module.
///
/// A class, so that readers can be kept and renewed without allocating anew.
@safe
public final class TransactionHandle {
    @usableFromInline let transaction: OpaquePointer
    let path: String
    /// The map's size when the transaction began, so that two full writers grow it once.
    let mapSizeBytes: Int
    /// The first failure that spoiled a write transaction.
    private(set) var spoiledBy: LMDBError?
    private var appendCursors: [OpaquePointer?] = unsafe []

    init(transaction: OpaquePointer, path: String, mapSizeBytes: Int) {
        unsafe self.transaction = transaction
        self.path = path
        self.mapSizeBytes = mapSizeBytes
    }

    /// The error for a status, remembered when the transaction cannot go on after it.
    @usableFromInline
    func failure(_ status: Int32, _ operation: StaticString) -> LMDBError {
        let error = LMDBError(
            status: DataDirectory.cause(of: status, in: path), operation: "\(operation)",
            path: path)
        switch status {
        case MDB_NOTFOUND, MDB_KEYEXIST, MDB_BAD_VALSIZE, MDB_BAD_TXN: break
        default: spoiledBy = spoiledBy ?? error
        }
        // After a spoiling failure LMDB answers BAD_TXN to everything; the cause says more.
        return status == MDB_BAD_TXN ? spoiledBy ?? error : error
    }

    /// The error for a tree whose content cannot have been written by this module.
    @usableFromInline
    func corruption(_ operation: StaticString, _ detail: StaticString) -> LMDBError {
        LMDBError(
            status: MDB_CORRUPTED, operation: "\(operation)", path: path, detail: "\(detail)")
    }

    /// Forgets what went wrong in an earlier use; for a reader that is renewed.
    func begin() {
        spoiledBy = nil
    }

    @usableFromInline
    func openCursor(_ identifier: UInt32) throws(LMDBError) -> OpaquePointer {
        var cursor: OpaquePointer?
        let status = unsafe mdb_cursor_open(transaction, identifier, &cursor)
        guard status == MDB_SUCCESS, let cursor = unsafe cursor else {
            throw failure(status, "open cursor")
        }
        return unsafe cursor
    }

    /// The cursor that stays on the last entry of a database between appends.
    ///
    /// It saves making one for every entry, a fifth of the time of an append. LMDB means to keep
    /// open cursors right through every other change; so as not to rest the log's order on that,
    /// any other change of the database drops the cursor first.
    func appendCursor(_ identifier: UInt32) throws(LMDBError) -> OpaquePointer {
        let index = Int(identifier)
        if unsafe index < appendCursors.count, let cursor = unsafe appendCursors[index] {
            return unsafe cursor
        }
        let cursor = unsafe try openCursor(identifier)
        while unsafe appendCursors.count <= index { unsafe appendCursors.append(nil) }
        unsafe appendCursors[index] = cursor
        return unsafe cursor
    }

    func dropAppendCursor(_ identifier: UInt32) {
        let index = Int(identifier)
        guard unsafe index < appendCursors.count, let cursor = unsafe appendCursors[index] else {
            return
        }
        unsafe mdb_cursor_close(cursor)
        unsafe appendCursors[index] = nil
    }

    func dropAppendCursors() {
        for identifier in unsafe appendCursors.indices { dropAppendCursor(UInt32(identifier)) }
    }
}

extension ReadTransaction {
    /// The transaction again, for an adapter that cannot hold it because it cannot be copied.
    ///
    /// Unsafe: the handle must come from a transaction whose closure has not returned.
    public init(unsafeReusing handle: TransactionHandle) { self.init(handle: handle) }
}

extension WriteTransaction {
    /// The transaction again, for an adapter that cannot hold it because it cannot be copied.
    ///
    /// Unsafe: the handle must come from a write transaction whose closure has not returned.
    public init(unsafeReusing handle: TransactionHandle) { self.init(handle: handle) }
}
