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

/// A state that can be changed.
public protocol StateWriter: StateReader {
    /// Sets a value.
    func put(_ key: [UInt8], _ value: [UInt8]) throws
    /// Removes a value if there is one.
    func remove(_ key: [UInt8]) throws
}

/// A state in memory, for folds that are thrown away and for tests.
public final class MemoryState: StateWriter {
    /// The pairs.
    public private(set) var pairs: [[UInt8]: [UInt8]] = [:]
    /// Keys in order, made when a scan needs them and dropped when the keys change.
    private var ordered: [[UInt8]]?

    /// An empty state.
    public init() {}

    /// The value in place.
    public func withValue<R>(
        _ key: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        guard let value = pairs[key] else { return nil }
        return try value.withUnsafeBytes(body)
    }

    /// Pairs by key order.
    public func scan(
        prefix: [UInt8],
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        let keys = ordered ?? pairs.keys.sorted { $0.lexicographicallyPrecedes($1) }
        ordered = keys
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle].lexicographicallyPrecedes(prefix) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        for key in keys[low...] {
            guard key.starts(with: prefix) else { return }
            guard let value = pairs[key] else { continue }
            let goesOn = try key.withUnsafeBytes { name in
                try value.withUnsafeBytes { try body(name, $0) }
            }
            if !goesOn { return }
        }
    }

    /// Sets a value.
    public func put(_ key: [UInt8], _ value: [UInt8]) {
        if pairs.updateValue(value, forKey: key) == nil { ordered = nil }
    }

    /// Removes a value.
    public func remove(_ key: [UInt8]) {
        if pairs.removeValue(forKey: key) != nil { ordered = nil }
    }
}
