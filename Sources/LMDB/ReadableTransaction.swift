import CLMDB

/// A transaction that can be read from: what `ReadTransaction` and `WriteTransaction` share.
///
/// Both are bound to the closure they are handed to. A function that reads from either takes
/// `borrowing some ReadableTransaction & ~Copyable`.
public protocol ReadableTransaction: ~Copyable {
    /// What the transaction stands on.
    var handle: TransactionHandle { get }
}

extension ReadableTransaction where Self: ~Copyable {
    /// Hands the value of an integer key to `body`, in place; nil when the key is absent.
    @inlinable
    public func withValue<R>(
        _ database: Database, _ key: UInt64, _ body: (RawSpan) throws -> R
    ) throws -> R? {
        guard let value = unsafe try unsafeValue(database, key) else { return nil }
        return unsafe try body(value.bytes)
    }

    /// Hands the value of a bytes key to `body`, in place; nil when the key is absent.
    @inlinable
    public func withValue<R>(
        _ database: Database, bytes key: RawSpan, _ body: (RawSpan) throws -> R
    ) throws -> R? {
        guard let value = unsafe try unsafeValue(database, bytes: key) else { return nil }
        return unsafe try body(value.bytes)
    }

    /// Hands the value of a bytes key to `body`, in place; nil when the key is absent.
    @inlinable
    public func withValue<R>(
        _ database: Database, bytes key: [UInt8], _ body: (RawSpan) throws -> R
    ) throws -> R? {
        unsafe try withValue(database, bytes: key.span.bytes, body)
    }

    /// A copy of the value of an integer key; nil when the key is absent.
    public func value(_ database: Database, _ key: UInt64) throws -> [UInt8]? {
        guard let value = unsafe try unsafeValue(database, key) else { return nil }
        return unsafe [UInt8](value)
    }

    /// A copy of the value of a bytes key; nil when the key is absent.
    public func value(_ database: Database, bytes key: RawSpan) throws -> [UInt8]? {
        guard let value = unsafe try unsafeValue(database, bytes: key) else { return nil }
        return unsafe [UInt8](value)
    }

    /// A copy of the value of a bytes key; nil when the key is absent.
    public func value(_ database: Database, bytes key: [UInt8]) throws -> [UInt8]? {
        unsafe try value(database, bytes: key.span.bytes)
    }

    /// Where the value of an integer key lies in the map; nil when the key is absent.
    ///
    /// Unsafe: valid until the transaction ends, in a write transaction until its next change.
    @inlinable
    public func unsafeValue(
        _ database: Database, _ key: UInt64
    ) throws(LMDBError) -> UnsafeRawBufferPointer? {
        precondition(database.kind == .integerKeys, "the database has bytes keys")
        var key = key
        return unsafe try withUnsafeMutableBytes(of: &key) {
            (bytes) throws(LMDBError) -> UnsafeRawBufferPointer? in
            unsafe try lookUp(
                database, MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress))
        }
    }

    /// Where the value of a bytes key lies in the map; nil when the key is absent.
    ///
    /// Unsafe: valid until the transaction ends, in a write transaction until its next change.
    @inlinable
    public func unsafeValue(
        _ database: Database, bytes key: RawSpan
    ) throws(LMDBError) -> UnsafeRawBufferPointer? {
        precondition(database.kind == .bytes, "the database has integer keys")
        return unsafe try key.withUnsafeBytes {
            (bytes) throws(LMDBError) -> UnsafeRawBufferPointer? in
            unsafe try lookUp(
                database,
                MDB_val(
                    mv_size: bytes.count,
                    mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress)))
        }
    }

    @inlinable
    func lookUp(
        _ database: Database, _ key: MDB_val
    ) throws(LMDBError) -> UnsafeRawBufferPointer? {
        var key = unsafe key
        var value = unsafe MDB_val()
        let status = unsafe mdb_get(handle.transaction, database.identifier, &key, &value)
        if status == MDB_SUCCESS {
            return unsafe UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
        }
        if status == MDB_NOTFOUND { return nil }
        throw handle.failure(status, "get")
    }

    /// How many keys the database holds; LMDB keeps the number, nothing is scanned.
    public func count(_ database: Database) throws(LMDBError) -> Int {
        var statistics = MDB_stat()
        let status = unsafe mdb_stat(handle.transaction, database.identifier, &statistics)
        guard status == MDB_SUCCESS else { throw handle.failure(status, "count") }
        return statistics.ms_entries
    }

    /// The lowest integer key; nil when the database is empty.
    public func first(_ database: Database) throws(LMDBError) -> UInt64? {
        try edge(database, MDB_FIRST, "first")
    }

    /// The highest integer key; nil when the database is empty.
    public func last(_ database: Database) throws(LMDBError) -> UInt64? {
        try edge(database, MDB_LAST, "last")
    }

    private func edge(
        _ database: Database, _ end: MDB_cursor_op, _ operation: StaticString
    ) throws(LMDBError) -> UInt64? {
        precondition(database.kind == .integerKeys, "the database has bytes keys")
        let cursor = unsafe try handle.openCursor(database.identifier)
        defer { unsafe mdb_cursor_close(cursor) }
        var key = unsafe MDB_val()
        var value = unsafe MDB_val()
        let status = unsafe mdb_cursor_get(cursor, &key, &value, end)
        if status == MDB_NOTFOUND { return nil }
        guard status == MDB_SUCCESS else { throw handle.failure(status, operation) }
        guard unsafe key.mv_size == MemoryLayout<UInt64>.size else {
            throw handle.corruption(operation, "a key is not eight bytes")
        }
        return unsafe key.mv_data.loadUnaligned(as: UInt64.self)
    }
}

extension ReadableTransaction where Self: ~Copyable {
    /// Walks the integer keys from `from` up to but not including `to`, values in place.
    ///
    /// `body` answers whether to go on. In a write transaction it must not change this database
    /// while it still reads the span.
    @inlinable
    public func forEach(
        _ database: Database, from: UInt64, to: UInt64,
        _ body: (UInt64, RawSpan) throws -> Bool
    ) throws {
        unsafe try unsafeForEach(database, from: from, to: to) { position, value in
            unsafe try body(position, value.bytes)
        }
    }

    /// Walks the integer keys from `from` up to but not including `to`, values as pointers.
    ///
    /// Unsafe: a pointer is valid until the transaction ends, in a write transaction until its
    /// next change.
    @inlinable
    public func unsafeForEach(
        _ database: Database, from: UInt64, to: UInt64,
        _ body: (UInt64, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        precondition(database.kind == .integerKeys, "the database has bytes keys")
        let cursor = unsafe try handle.openCursor(database.identifier)
        defer { unsafe mdb_cursor_close(cursor) }
        var start = from
        var key = unsafe MDB_val()
        var value = unsafe MDB_val()
        var status = unsafe withUnsafeMutableBytes(of: &start) { bytes in
            unsafe key = MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
            return unsafe mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE)
        }
        while status == MDB_SUCCESS {
            guard unsafe key.mv_size == MemoryLayout<UInt64>.size else {
                throw handle.corruption("scan", "a key is not eight bytes")
            }
            let position = unsafe key.mv_data.loadUnaligned(as: UInt64.self)
            if position >= to { return }
            let bytes = unsafe UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
            // One ahead of what `body` reads: a decoder goes from byte to byte, and would wait for
            // memory at every line of every value.
            status = unsafe mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
            if status == MDB_SUCCESS { unsafe clmdb_prefetch(value) }
            guard unsafe try body(position, bytes) else { return }
        }
        if status != MDB_NOTFOUND { throw handle.failure(status, "scan") }
    }

    /// Walks the bytes keys from the first that is not below `fromBytes`, in place.
    ///
    /// An empty `fromBytes` begins at the first key. `body` answers whether to go on. In a write
    /// transaction it must not change this database while it still reads the spans.
    @inlinable
    public func forEach(
        _ database: Database, fromBytes: [UInt8],
        _ body: (RawSpan, RawSpan) throws -> Bool
    ) throws {
        precondition(database.kind == .bytes, "the database has integer keys")
        let cursor = unsafe try handle.openCursor(database.identifier)
        defer { unsafe mdb_cursor_close(cursor) }
        var key = unsafe MDB_val()
        var value = unsafe MDB_val()
        var status = unsafe fromBytes.withUnsafeBytes { bytes in
            unsafe key = MDB_val(
                mv_size: bytes.count,
                mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            let start = unsafe bytes.isEmpty ? MDB_FIRST : MDB_SET_RANGE
            return unsafe mdb_cursor_get(cursor, &key, &value, start)
        }
        while status == MDB_SUCCESS {
            let name = unsafe UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size)
            let bytes = unsafe UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
            // One ahead of what `body` reads, as above.
            status = unsafe mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
            if status == MDB_SUCCESS { unsafe clmdb_prefetch(value) }
            guard unsafe try body(name.bytes, bytes.bytes) else { return }
        }
        if status != MDB_NOTFOUND { throw handle.failure(status, "scan") }
    }
}

/// A snapshot of an environment: it sees what was committed when it began, and nothing later.
///
/// It pins the pages it can see, so that the file grows while it stays open: keep it short.
public struct ReadTransaction: ~Copyable, ReadableTransaction {
    /// What the transaction stands on.
    public let handle: TransactionHandle

    // Not inlined: Swift 6.3 crashes when it optimises the making of a struct that cannot be
    // copied from a reference that its caller keeps.
    @inline(never)
    init(handle: consuming TransactionHandle) {
        self.handle = handle
    }
}
