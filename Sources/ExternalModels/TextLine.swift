import JSON

/// One line that a program is given.
public struct TextLine: Hashable, Sendable {
    /// Tells the texts of one run apart, and nothing else.
    public let id: Int
    /// The text.
    public let text: String

    /// A line.
    public init(id: Int, text: String) {
        self.id = id
        self.text = text
    }

    /// Reads a line; nil where it is none of this protocol.
    public init?(parsing bytes: [UInt8]) {
        guard let tree = try? JSONTree(parsing: bytes), case .object(let members) = tree.value,
            members.count == 2, members[0].name == "id", members[1].name == "text",
            case .number(let number) = members[0].value.value, let id = Int(number),
            case .string(let text) = members[1].value.value
        else { return nil }
        self.init(id: id, text: text)
    }

    /// The line with its end.
    public var bytes: [UInt8] {
        let line: JSONValue = .object([("id", .integer(id)), ("text", .string(text))])
        return Array((line.serialized(escapes: .lines) + "\n").utf8)
    }
}
