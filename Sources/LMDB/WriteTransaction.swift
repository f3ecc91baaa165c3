import CLMDB

/// The one transaction that may change an environment; all of it is committed, or none.
///
/// It sees its own changes. It belongs to the thread that began it.
public struct WriteTransaction: ~Copyable, ReadableTransaction {
    /// What the transaction stands on.
    public let handle: TransactionHandle

    // Not inlined: Swift 6.3 crashes when it optimises the making of a struct that cannot be
    // copied from a reference that its caller keeps.
    @inline(never)
    init(handle: consuming TransactionHandle) {
        self.handle = handle
    }
}

extension WriteTransaction {
    /// Stores a value under an integer key, replacing what was there.
    ///
    /// With `append` the key must lie above every other (`keyExists` otherwise), which is faster
    /// and fills pages completely. A cursor then stays at the end of the database.
    public func put(
        _ database: Database, _ key: UInt64, _ value: RawSpan, append: Bool = false
    ) throws(LMDBError) {
        unsafe try value.withUnsafeBytes { (bytes) throws(LMDBError) in
            unsafe try put(database, key, bytes, append: append)
        }
    }

    /// Stores a value under an integer key, replacing what was there; see the first overload.
    public func put(
        _ database: Database, _ key: UInt64, _ value: [UInt8], append: Bool = false
    ) throws(LMDBError) {
        unsafe try put(database, key, value.span.bytes, append: append)
    }

    /// Stores a value under an integer key, replacing what was there; see the first overload.
    public func put(
        _ database: Database, _ key: UInt64, _ value: UnsafeRawBufferPointer,
        append: Bool = false
    ) throws(LMDBError) {
        precondition(database.kind == .integerKeys, "the database has bytes keys")
        var content = unsafe MDB_val(value)
        unsafe try store(database, key, &content, flags: append ? MDB_APPEND : 0)
    }

    /// Stores a value under a bytes key, replacing what was there.
    ///
    /// With `append` the key must sort after every other (`keyExists` otherwise).
    public func put(
        _ database: Database, bytes key: RawSpan, _ value: RawSpan, append: Bool = false
    ) throws(LMDBError) {
        precondition(database.kind == .bytes, "the database has integer keys")
        unsafe try key.withUnsafeBytes { (keyBytes) throws(LMDBError) in
            unsafe try value.withUnsafeBytes { (valueBytes) throws(LMDBError) in
                var name = unsafe MDB_val(keyBytes)
                var content = unsafe MDB_val(valueBytes)
                unsafe try store(database, &name, &content, flags: append ? MDB_APPEND : 0)
            }
        }
    }

    /// Stores a value under a bytes key, replacing what was there; see the first overload.
    public func put(
        _ database: Database, bytes key: [UInt8], _ value: RawSpan, append: Bool = false
    ) throws(LMDBError) {
        unsafe try put(database, bytes: key.span.bytes, value, append: append)
    }

    /// Stores a value under a bytes key, replacing what was there; see the first overload.
    public func put(
        _ database: Database, bytes key: [UInt8], _ value: [UInt8], append: Bool = false
    ) throws(LMDBError) {
        unsafe try put(database, bytes: key.span.bytes, value.span.bytes, append: append)
    }

    /// Makes room for a value of `count` bytes and lets `fill` write it in place.
    ///
    /// `fill` must write every byte: what it leaves out is whatever the page held before.
    @inlinable
    public func reserve(
        _ database: Database, _ key: UInt64, count: Int, append: Bool,
        _ fill: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(LMDBError) {
        unsafe fill(try room(database, key, count: count, append: append))
    }

    /// Makes room for a value of `count` bytes under a bytes key and lets `fill` write it in place;
    /// see the first overload.
    public func reserve(
        _ database: Database, bytes key: RawSpan, count: Int,
        _ fill: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(LMDBError) {
        precondition(database.kind == .bytes, "the database has integer keys")
        precondition(count >= 0, "a value has no negative size")
        unsafe try key.withUnsafeBytes { (keyBytes) throws(LMDBError) in
            var name = unsafe MDB_val(keyBytes)
            var content = unsafe MDB_val(mv_size: count, mv_data: nil)
            unsafe try store(database, &name, &content, flags: MDB_RESERVE)
            unsafe fill(UnsafeMutableRawBufferPointer(start: content.mv_data, count: count))
        }
    }

    @usableFromInline
    func room(
        _ database: Database, _ key: UInt64, count: Int, append: Bool
    ) throws(LMDBError) -> UnsafeMutableRawBufferPointer {
        precondition(database.kind == .integerKeys, "the database has bytes keys")
        precondition(count >= 0, "a value has no negative size")
        var content = unsafe MDB_val(mv_size: count, mv_data: nil)
        let flags = MDB_RESERVE | (append ? MDB_APPEND : 0)
        unsafe try store(database, key, &content, flags: flags)
        return unsafe UnsafeMutableRawBufferPointer(start: content.mv_data, count: count)
    }

    private func store(
        _ database: Database, _ key: UInt64, _ content: inout MDB_val, flags: Int32
    ) throws(LMDBError) {
        var key = key
        unsafe try withUnsafeMutableBytes(of: &key) { (bytes) throws(LMDBError) in
            var name = unsafe MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
            unsafe try store(database, &name, &content, flags: flags)
        }
    }

    private func store(
        _ database: Database, _ name: inout MDB_val, _ content: inout MDB_val, flags: Int32
    ) throws(LMDBError) {
        let status: Int32
        if flags & MDB_APPEND != 0 {
            let cursor = unsafe try handle.appendCursor(database.identifier)
            status = unsafe mdb_cursor_put(cursor, &name, &content, UInt32(flags))
        } else {
            handle.dropAppendCursor(database.identifier)
            status = unsafe mdb_put(
                handle.transaction, database.identifier, &name, &content, UInt32(flags))
        }
        guard status == MDB_SUCCESS else { throw handle.failure(status, "put") }
    }
}

extension MDB_val {
    /// The bytes of a key or value; LMDB reads them and does not write there.
    init(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.init(
            mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }
}

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
