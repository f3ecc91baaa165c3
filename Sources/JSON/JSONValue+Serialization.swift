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
