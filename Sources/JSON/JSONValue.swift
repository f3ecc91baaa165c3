/// A JSON value (RFC 8259) that keeps the order of its object members.
///
/// Output is built from these and serialized once, so that every verb's JSON is escaped by the
/// same code and member order is what the author wrote, never a dictionary's.
public enum JSONValue: Sendable {
    /// The literal `null`.
    case null
    /// The literal `true` or `false`.
    case bool(Bool)
    /// A whole number; written in full, without an exponent.
    case int(Int64)
    /// A real number; the shortest digits that read back as the same value, without an exponent.
    ///
    /// NaN and the infinities have no JSON form and are written as `null`; −0 is written as `0`.
    case number(Double)
    /// A number given by its digits, such as `"12.50"`, written as it stands.
    ///
    /// Text that is not a JSON number is written as a string, so that the document stays valid.
    case decimal(String)
    /// A text.
    case string(String)
    /// A list of values.
    case array([JSONValue])
    /// Members in the order in which they are written; the caller keeps names unique.
    case object([(String, JSONValue)])
}

extension JSONValue {
    /// A whole number from any integer; one that does not fit 64 signed bits keeps its digits.
    public static func integer(_ value: some BinaryInteger) -> JSONValue {
        if let small = Int64(exactly: value) { return .int(small) }
        return .decimal(String(value))
    }

    /// The string if there is one, else `null`.
    public static func optional(_ text: String?) -> JSONValue {
        guard let text else { return .null }
        return .string(text)
    }

    /// The number if there is one, else `null`.
    public static func optional(_ value: Double?) -> JSONValue {
        guard let value else { return .null }
        return .number(value)
    }

    /// The whole number if there is one, else `null`.
    public static func optional(_ value: (some BinaryInteger)?) -> JSONValue {
        guard let value else { return .null }
        return .integer(value)
    }
}

extension JSONValue: Equatable {
    /// Whether both write the same document; members of objects compare in order.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.decimal(let a), .decimal(let b)): a == b
        case (.string(let a), .string(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a.elementsEqual(b) { $0.0 == $1.0 && $0.1 == $1.1 }
        default: false
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral {
    /// The literal `null`.
    public init(nilLiteral: ()) { self = .null }
}

extension JSONValue: ExpressibleByBooleanLiteral {
    /// The literal `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .int(value) }
}

extension JSONValue: ExpressibleByFloatLiteral {
    /// A real number.
    public init(floatLiteral value: Double) { self = .number(value) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
    /// A list of values.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// Members in the order of the literal.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements) }
}

extension JSONValue {
    /// The JSON document, in UTF-8 text without a final line break.
    ///
    /// - Parameter pretty: Two spaces of indentation and one member a line; otherwise the value
    ///   stands on one line without spaces, as JSON Lines wants it.
    ///
    /// Control characters, line separators and bidirectional overrides are written as `\u`
    /// escapes, so that a document printed to a terminal cannot steer it.
    public func serialized(pretty: Bool = false) -> String {
        serialized(pretty: pretty, escapes: .terminal)
    }

    /// The JSON document with escapes of another kind: what is hashed or recorded keeps those that
    /// it always had.
    package func serialized(pretty: Bool = false, escapes: JSONText.Escapes) -> String {
        var text = ""
        Writer(pretty: pretty, escapes: escapes).append(self, to: &text, depth: 0)
        return text
    }

    /// The same with the members of every object in the order of their names' bytes: the form of
    /// which digests are taken.
    package var canonical: JSONValue {
        switch self {
        case .array(let values): .array(values.map(\.canonical))
        case .object(let members):
            .object(
                members.map { ($0.0, $0.1.canonical) }
                    .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) })
        default: self
        }
    }
}

/// How a document is laid out and escaped.
private struct Writer {
    let pretty: Bool
    let escapes: JSONText.Escapes

    func append(_ value: JSONValue, to text: inout String, depth: Int) {
        switch value {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .int(let value): text += String(value)
        case .number(let value): text += JSONText.shortest(value) ?? "null"
        case .decimal(let digits):
            if JSONText.isNumber(digits) {
                text += digits
            } else {
                quote(digits, to: &text)
            }
        case .string(let value): quote(value, to: &text)
        case .array(let values):
            appendList(values, "[", "]", to: &text, depth: depth) {
                append($1, to: &$0, depth: depth + 1)
            }
        case .object(let members):
            appendList(members, "{", "}", to: &text, depth: depth) {
                quote($1.0, to: &$0)
                $0 += pretty ? ": " : ":"
                append($1.1, to: &$0, depth: depth + 1)
            }
        }
    }

    private func quote(_ value: String, to text: inout String) {
        JSONText.append(value, to: &text, escapes: escapes)
    }

    private func appendList<Item>(
        _ items: [Item], _ opening: String, _ closing: String, to text: inout String,
        depth: Int, each: (inout String, Item) -> Void
    ) {
        text += opening
        for (index, item) in items.enumerated() {
            if index > 0 { text += "," }
            if pretty { appendLineBreak(depth: depth + 1, to: &text) }
            each(&text, item)
        }
        if pretty && !items.isEmpty { appendLineBreak(depth: depth, to: &text) }
        text += closing
    }

    private func appendLineBreak(depth: Int, to text: inout String) {
        text += "\n"
        for _ in 0..<depth { text += "  " }
    }
}
