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
