/// A state in memory, for folds that are thrown away and for tests.
public final class MemoryState: StateWriter {
    /// The pairs.
    public private(set) var pairs: [[UInt8]: [UInt8]] = [:]

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
        let keys = pairs.keys.filter { $0.starts(with: prefix) }
            .sorted { $0.lexicographicallyPrecedes($1) }
        for key in keys {
            guard let value = pairs[key] else { continue }
            let goesOn = try key.withUnsafeBytes { name in
                try value.withUnsafeBytes { try body(name, $0) }
            }
            if !goesOn { return }
        }
    }

    /// Sets a value.
    public func put(_ key: [UInt8], _ value: [UInt8]) { pairs[key] = value }

    /// Removes a value.
    public func remove(_ key: [UInt8]) { pairs[key] = nil }
}
