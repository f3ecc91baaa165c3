import CLMDB

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
