import Crypto
import LMDB
import LedgerCore
import LedgerStore

/// A projection's state in one LMDB database, within one transaction.
///
/// Behind each value stands a checksum of its key and itself, which is checked before anybody sees
/// the value: LMDB keeps none, and a bit that a disk has changed would be a wrong score.
///
/// It must not outlive the closure of the transaction it was made from.
public final class LMDBState: StateWriter {
    private let handle: TransactionHandle
    private let database: Database
    private let blocks: StateBlocks
    /// The keys as of the last `put` or `remove`, for whoever writes the build's record.
    private(set) var keys: KeySum

    /// - Parameter keys: those that stand there; who only reads has no need of them.
    init(
        _ transaction: borrowing some ReadableTransaction & ~Copyable, _ database: Database,
        _ blocks: StateBlocks, keys: KeySum = KeySum()
    ) {
        self.keys = keys
        handle = transaction.handle
        self.database = database
        self.blocks = blocks
    }

    /// The value in place.
    ///
    /// - Throws: `DamagedBlock` where it is not what was put.
    public func withValue<R>(
        _ key: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        let transaction = ReadTransaction(unsafeReusing: handle)
        guard let stored = try transaction.unsafeValue(database, bytes: key.span.bytes) else {
            return nil
        }
        return try body(try key.withUnsafeBytes { try blocks.content(of: stored, under: $0) })
    }

    /// The values in place: the map does not move while the transaction lasts.
    ///
    /// - Throws: `DamagedBlock` where one is not what was put.
    public func withValues<R>(
        _ keys: [[UInt8]], _ body: ([UnsafeRawBufferPointer?]) throws -> R
    ) throws -> R {
        let transaction = ReadTransaction(unsafeReusing: handle)
        return try body(
            try keys.map { key in
                guard let stored = try transaction.unsafeValue(database, bytes: key.span.bytes)
                else { return nil }
                return try key.withUnsafeBytes { try blocks.content(of: stored, under: $0) }
            })
    }

    /// Pairs by key order.
    ///
    /// - Throws: `DamagedBlock` at the first value that is not what was put.
    public func scan(
        prefix: [UInt8],
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        let transaction = ReadTransaction(unsafeReusing: handle)
        try transaction.forEach(database, fromBytes: prefix) { key, value in
            try key.withUnsafeBytes { name in
                guard name.starts(with: prefix) else { return false }
                return try value.withUnsafeBytes { stored in
                    try body(name, try blocks.content(of: stored, under: name))
                }
            }
        }
    }

    /// Sets a value.
    public func put(_ key: [UInt8], _ value: [UInt8]) throws {
        let transaction = WriteTransaction(unsafeReusing: handle)
        if try transaction.unsafeValue(database, bytes: key.span.bytes) == nil {
            key.withUnsafeBytes { keys.add($0) }
        }
        try transaction.reserve(
            database, bytes: key.span.bytes, count: value.count + StateBlocks.checksumBytes
        ) { target in
            key.withUnsafeBytes { name in
                value.withUnsafeBytes { StateBlocks.fill(target, $0, under: name) }
            }
        }
    }

    /// Removes a value.
    public func remove(_ key: [UInt8]) throws {
        if try WriteTransaction(unsafeReusing: handle).delete(database, bytes: key) {
            key.withUnsafeBytes { keys.remove($0) }
        }
    }
}

/// The digest of a projection's state.
public enum StateDigest {
    /// SHA-256 over all pairs in key order: length of key and of value (8 bytes each, big-endian),
    /// then both.
    public static func compute(_ state: some StateReader) throws -> [UInt8] {
        var hash = SHA256()
        try state.scan(prefix: []) { key, value in
            withUnsafeBytes(
                of: (UInt64(key.count).bigEndian, UInt64(value.count).bigEndian)
            ) { hash.update(bufferPointer: $0) }
            hash.update(bufferPointer: key)
            hash.update(bufferPointer: value)
            return true
        }
        return [UInt8](hash.finalize())
    }
}
