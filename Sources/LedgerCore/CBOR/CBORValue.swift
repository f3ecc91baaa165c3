/// A CBOR item as a value: the subset the log uses (no floats, no tags, text keys only).
public enum CBORValue: Hashable, Sendable {
    /// Major type 0.
    case unsigned(UInt64)
    /// Major type 1; the number meant is −1 − the argument.
    case negative(UInt64)
    /// Major type 2.
    case bytes([UInt8])
    /// Major type 3.
    case text(String)
    /// Major type 4.
    case array([CBORValue])
    /// Major type 5 with text keys.
    case map([String: CBORValue])
    /// A boolean.
    case bool(Bool)
    /// The null value.
    case null

    /// A signed integer as the shortest fitting item.
    public static func integer(_ value: Int64) -> CBORValue {
        value >= 0 ? .unsigned(UInt64(value)) : .negative(UInt64(~value))
    }

    /// The deterministic encoding of this value.
    public var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.value(self)
        return writer.bytes
    }

    /// RFC 8949 §4.2.1 orders keys by their encoded bytes: a text key's head carries its length, so
    /// shorter keys come first, then bytewise.
    static func deterministicOrder(
        _ pairs: [String: CBORValue]
    ) -> [(key: String, value: CBORValue)] {
        pairs.sorted { left, right in precedes(left.key, right.key) }
    }

    /// Whether key `left` comes before key `right` in deterministic order.
    public static func precedes(_ left: String, _ right: String) -> Bool {
        let (a, b) = (left.utf8, right.utf8)
        return a.count != b.count ? a.count < b.count : a.lexicographicallyPrecedes(b)
    }

    /// The unsigned integer, or nil for anything else.
    public var unsignedValue: UInt64? {
        if case .unsigned(let value) = self { value } else { nil }
    }

    /// The signed integer, or nil for anything else or out of range.
    public var integerValue: Int64? {
        switch self {
        case .unsigned(let value): Int64(exactly: value)
        case .negative(let value): Int64(exactly: value).map { ~$0 }
        default: nil
        }
    }

    /// The text, or nil for anything else.
    public var textValue: String? {
        if case .text(let value) = self { value } else { nil }
    }

    /// The byte string, or nil for anything else.
    public var bytesValue: [UInt8]? {
        if case .bytes(let value) = self { value } else { nil }
    }

    /// The boolean, or nil for anything else.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The items, or nil for anything else.
    public var arrayValue: [CBORValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The map, or nil for anything else.
    public var mapValue: [String: CBORValue]? {
        if case .map(let value) = self { value } else { nil }
    }
}
