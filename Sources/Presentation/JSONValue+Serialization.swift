extension JSONValue {
    /// The JSON document, in UTF-8 text without a final line break.
    ///
    /// - Parameter pretty: Two spaces of indentation and one member a line; otherwise the value
    ///   stands on one line without spaces, as JSON Lines wants it.
    ///
    /// Control characters, line separators and bidirectional overrides are written as `\u`
    /// escapes, so that a document printed to a terminal cannot steer it.
    public func serialized(pretty: Bool = false) -> String {
        var text = ""
        append(to: &text, pretty: pretty, depth: 0)
        return text
    }

    private func append(to text: inout String, pretty: Bool, depth: Int) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .int(let value): text += String(value)
        case .number(let value): text += Formatted.shortest(value) ?? "null"
        case .decimal(let digits):
            if Self.isNumber(digits) {
                text += digits
            } else {
                Self.appendQuoted(digits, to: &text)
            }
        case .string(let value): Self.appendQuoted(value, to: &text)
        case .array(let values):
            Self.appendList(values, "[", "]", to: &text, pretty: pretty, depth: depth) {
                $1.append(to: &$0, pretty: pretty, depth: depth + 1)
            }
        case .object(let members):
            Self.appendList(members, "{", "}", to: &text, pretty: pretty, depth: depth) {
                Self.appendQuoted($1.0, to: &$0)
                $0 += pretty ? ": " : ":"
                $1.1.append(to: &$0, pretty: pretty, depth: depth + 1)
            }
        }
    }

    private static func appendList<Item>(
        _ items: [Item], _ opening: String, _ closing: String, to text: inout String,
        pretty: Bool, depth: Int, each: (inout String, Item) -> Void
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

    private static func appendLineBreak(depth: Int, to text: inout String) {
        text += "\n"
        for _ in 0..<depth { text += "  " }
    }

    /// Writes a JSON string; plain ASCII, which most text is, is copied in one go.
    private static func appendQuoted(_ value: String, to text: inout String) {
        text += "\""
        let plain = value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        if plain {
            text += value
        } else {
            for scalar in value.unicodeScalars { appendEscaped(scalar, to: &text) }
        }
        text += "\""
    }

    private static func appendEscaped(_ scalar: Unicode.Scalar, to text: inout String) {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case "\u{8}": text += "\\b"
        case "\u{C}": text += "\\f"
        case _ where TerminalText.isUnsafe(scalar):
            // Every unsafe scalar lies in the basic plane, so that one escape is enough.
            let digits = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        default: text.unicodeScalars.append(scalar)
        }
    }

    /// Whether the text is a number by the grammar of RFC 8259, section 6.
    static func isNumber(_ text: String) -> Bool {
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let whole = dropDigits(&rest)
        guard let first = whole.first, first != UInt8(ascii: "0") || whole.count == 1 else {
            return false
        }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            if dropDigits(&rest).isEmpty { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
                rest = rest.dropFirst()
            }
            if dropDigits(&rest).isEmpty { return false }
        }
        return rest.isEmpty
    }

    private static func dropDigits(
        _ rest: inout Substring.UTF8View
    ) -> Substring.UTF8View {
        let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        rest = rest[digits.endIndex...]
        return digits
    }
}
