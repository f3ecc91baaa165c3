import LMDB
import LedgerCore

/// A projection's state in one LMDB database, within one transaction.
///
/// It must not outlive the closure of the transaction it was made from.
public final class LMDBState: StateWriter {
    private let handle: TransactionHandle
    private let database: Database

    init(_ transaction: borrowing some ReadableTransaction & ~Copyable, _ database: Database) {
        handle = transaction.handle
        self.database = database
    }

    /// The value in place.
    public func withValue<R>(
        _ key: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        let transaction = ReadTransaction(unsafeReusing: handle)
        guard let value = try transaction.unsafeValue(database, bytes: key.span.bytes) else {
            return nil
        }
        return try body(value)
    }

    /// The values in place: the map does not move while the transaction lasts.
    public func withValues<R>(
        _ keys: [[UInt8]], _ body: ([UnsafeRawBufferPointer?]) throws -> R
    ) throws -> R {
        let transaction = ReadTransaction(unsafeReusing: handle)
        return try body(
            try keys.map { try transaction.unsafeValue(database, bytes: $0.span.bytes) })
    }

    /// Pairs by key order.
    public func scan(
        prefix: [UInt8],
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        let transaction = ReadTransaction(unsafeReusing: handle)
        try transaction.forEach(database, fromBytes: prefix) { key, value in
            try key.withUnsafeBytes { name in
                guard name.starts(with: prefix) else { return false }
                return try value.withUnsafeBytes { try body(name, $0) }
            }
        }
    }

    /// Sets a value.
    public func put(_ key: [UInt8], _ value: [UInt8]) throws {
        try WriteTransaction(unsafeReusing: handle).put(database, bytes: key, value)
    }

    /// Removes a value.
    public func remove(_ key: [UInt8]) throws {
        try WriteTransaction(unsafeReusing: handle).delete(database, bytes: key)
    }
}
