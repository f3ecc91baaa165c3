/// Where a projection keeps its state: ordered byte keys to byte values.
///
/// A projection sees only this, so the same code folds into memory and into LMDB.
public protocol StateReader {
    /// Calls `body` with the value in place, or returns nil where there is none.
    func withValue<R>(
        _ key: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R?
    /// Calls `body` with the values of several keys, nil where there is none. Until it returns they
    /// may be read from several threads at once.
    func withValues<R>(
        _ keys: [[UInt8]], _ body: ([UnsafeRawBufferPointer?]) throws -> R
    ) throws -> R
    /// Calls `body` with each pair whose key starts with `prefix`, in key order, until it is false.
    func scan(
        prefix: [UInt8],
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws
}

extension StateReader {
    /// An owned copy of a value.
    public func value(_ key: [UInt8]) throws -> [UInt8]? {
        try withValue(key) { [UInt8]($0) }
    }

    /// Calls `body` with copies, for a store whose values may move.
    public func withValues<R>(
        _ keys: [[UInt8]], _ body: ([UnsafeRawBufferPointer?]) throws -> R
    ) throws -> R {
        var copies: [UnsafeMutableRawBufferPointer?] = []
        defer { for copy in copies { copy?.deallocate() } }
        for key in keys {
            copies.append(
                try withValue(key) { value in
                    let copy = UnsafeMutableRawBufferPointer.allocate(
                        byteCount: value.count, alignment: 8)
                    copy.copyMemory(from: value)
                    return copy
                })
        }
        return try body(copies.map { $0.map { UnsafeRawBufferPointer($0) } })
    }
}
