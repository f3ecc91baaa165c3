/// A payload map being taken apart: each accessor names the field it misses.
public struct EventFields: Hashable, Sendable {
    /// The pairs as decoded.
    public var values: [String: CBORValue]

    /// The pairs of a map; any other value has no fields.
    public init(_ value: CBORValue) { values = value.mapValue ?? [:] }

    /// The pairs, ready to be encoded.
    public init(_ values: [String: CBORValue] = [:]) { self.values = values }

    /// A required or optional field of any kind.
    public subscript(_ key: String) -> CBORValue? {
        get { values[key] }
        set { values[key] = newValue }
    }

    private func missing(_ key: String) -> CBORError {
        CBORError(.invalidField, offset: 0, field: key)
    }

    /// A required text.
    public func text(_ key: String) throws(CBORError) -> String {
        guard let value = values[key]?.textValue else { throw missing(key) }
        return value
    }

    /// A required unsigned integer.
    public func unsigned(_ key: String) throws(CBORError) -> UInt64 {
        guard let value = values[key]?.unsignedValue else { throw missing(key) }
        return value
    }

    /// A required integer of the given type.
    public func number<T: FixedWidthInteger>(
        _ key: String, as type: T.Type = T.self
    ) throws(CBORError) -> T {
        // An unsigned value is not taken through Int64: a position may lie beyond it.
        let value: T? =
            switch values[key] {
            case .unsigned(let magnitude): T(exactly: magnitude)
            case .negative(let magnitude): Int64(exactly: magnitude).flatMap { T(exactly: ~$0) }
            default: nil
            }
        guard let value else { throw missing(key) }
        return value
    }

    /// An optional integer: nil where absent, an error where present and of another kind.
    public func optionalNumber<T: FixedWidthInteger>(
        _ key: String, as type: T.Type = T.self
    ) throws(CBORError) -> T? {
        values[key] == nil ? nil : try number(key, as: type)
    }

    /// An optional text: nil where absent, an error where present and of another kind.
    public func optionalText(_ key: String) throws(CBORError) -> String? {
        values[key] == nil ? nil : try text(key)
    }

    /// A boolean that is false where absent.
    public func flag(_ key: String) throws(CBORError) -> Bool {
        guard let value = values[key] else { return false }
        guard let flag = value.boolValue else { throw missing(key) }
        return flag
    }

    /// A required byte string.
    public func bytes(_ key: String) throws(CBORError) -> [UInt8] {
        guard let value = values[key]?.bytesValue else { throw missing(key) }
        return value
    }

    /// A required SHA-256.
    public func digest(_ key: String) throws(CBORError) -> [UInt8] {
        let value = try bytes(key)
        guard value.count == 32 else { throw missing(key) }
        return value
    }

    /// A required array of `count` integers within `range`.
    public func numbers(
        _ key: String, count: Int, in range: ClosedRange<Int64>
    ) throws(CBORError) -> [UInt16] {
        guard let items = values[key]?.arrayValue, items.count == count else {
            throw missing(key)
        }
        var result: [UInt16] = []
        for item in items {
            guard let value = item.integerValue, range.contains(value),
                let small = UInt16(exactly: value)
            else { throw missing(key) }
            result.append(small)
        }
        return result
    }

    /// An optional array of `count` signed integers: nil where absent.
    public func optionalIntegers(_ key: String, count: Int) throws(CBORError) -> [Int64]? {
        guard let value = values[key] else { return nil }
        guard let items = value.arrayValue, items.count == count else { throw missing(key) }
        var result: [Int64] = []
        for item in items {
            guard let number = item.integerValue else { throw missing(key) }
            result.append(number)
        }
        return result
    }

    /// A map of texts to texts, empty where absent.
    public func texts(_ key: String) throws(CBORError) -> [String: String] {
        guard let value = values[key] else { return [:] }
        guard let map = value.mapValue else { throw missing(key) }
        var result: [String: String] = [:]
        for (name, item) in map {
            guard let text = item.textValue else { throw missing(key) }
            result[name] = text
        }
        return result
    }
}
