/// A whole JSON text in memory: for the columns of a first line, not for rows.
enum JSONValue: Hashable {
    case null
    case boolean(Bool)
    /// As it is spelled.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// In the order of the text.
    case object([Member])

    struct Member: Hashable {
        var key: String
        var value: JSONValue
    }

    /// Parses a text that holds one value and nothing else; nil where it is not valid.
    init?(parsing bytes: [UInt8]) {
        let value = bytes.withUnsafeBufferPointer { bytes -> JSONValue? in
            guard UTF8Check.isValid(bytes) else { return nil }
            var cursor = JSONCursor(bytes)
            cursor.skipBlanks()
            guard let value = Self.parse(&cursor, depth: 0) else { return nil }
            cursor.skipBlanks()
            return cursor.isAtEnd ? value : nil
        }
        guard let value else { return nil }
        self = value
    }

    private static func parse(_ cursor: inout JSONCursor, depth: Int) -> JSONValue? {
        switch cursor.peek {
        case UInt8(ascii: "\""):
            guard let token = cursor.string() else { return nil }
            return text(token, cursor).map(JSONValue.string)
        case UInt8(ascii: "{"):
            var members: [Member] = []
            let isValid = cursor.members(depth: depth) { cursor, key in
                guard let name = text(key, cursor), let value = parse(&cursor, depth: depth + 1)
                else { return false }
                members.append(Member(key: name, value: value))
                return true
            }
            return isValid ? .object(members) : nil
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            let isValid = cursor.elements(depth: depth) { cursor, _ in
                guard let value = parse(&cursor, depth: depth + 1) else { return false }
                elements.append(value)
                return true
            }
            return isValid ? .array(elements) : nil
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            guard let token = cursor.literal() else { return nil }
            switch cursor.bytes[token.start] {
            case UInt8(ascii: "t"): return .boolean(true)
            case UInt8(ascii: "f"): return .boolean(false)
            default: return .null
            }
        default:
            guard let token = cursor.number() else { return nil }
            return .number(UnsafeBufferPointer(rebasing: cursor.bytes[token.range]).text)
        }
    }

    static func text(_ token: JSONCursor.Token, _ cursor: JSONCursor) -> String? {
        var isWhole = true
        let text = String(unsafeUninitializedCapacity: max(1, token.range.count)) { output in
            guard let base = output.baseAddress, let count = cursor.unescape(token, into: base)
            else {
                isWhole = false
                return 0
            }
            return count
        }
        return isWhole ? text : nil
    }

    /// `text` as a JSON string, quotes included, with the escapes that RFC 8259 demands.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// The dotted paths of the scalars in an object, in the order of the text, at most `limit`.
    func paths(limit: Int) -> [String] {
        var paths: [String] = []
        collectPaths(prefix: "", limit: limit, into: &paths)
        return paths
    }

    private func collectPaths(prefix: String, limit: Int, into paths: inout [String]) {
        func descend(_ name: String, _ value: JSONValue) {
            let path = prefix.isEmpty ? name : prefix + "." + name
            value.collectPaths(prefix: path, limit: limit, into: &paths)
        }
        switch self {
        case .object(let members):
            for member in members where paths.count < limit { descend(member.key, member.value) }
        case .array(let elements):
            for (index, element) in elements.enumerated() where paths.count < limit {
                descend(String(index), element)
            }
        default:
            if !prefix.isEmpty, paths.count < limit { paths.append(prefix) }
        }
    }
}
