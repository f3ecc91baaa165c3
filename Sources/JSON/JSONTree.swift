/// A whole JSON text that knows on which line each value stands: for files that people write and
/// whose faults they have to find.
package struct JSONTree: Hashable, Sendable {
    /// One value.
    package enum Value: Hashable, Sendable {
        case null
        case boolean(Bool)
        /// As it is spelled.
        case number(String)
        case string(String)
        case array([JSONTree])
        /// In the order of the text; a name may stand twice.
        case object([Member])
    }

    /// A name and its value.
    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSONTree

        package init(name: String, value: JSONTree) {
            self.name = name
            self.value = value
        }
    }

    /// Where a text stops being JSON.
    package struct Fault: Error, Hashable {
        /// Counted from 1.
        package let line: Int
    }

    package let value: Value
    /// The line it begins on, counted from 1.
    package let line: Int

    /// Parses a text that holds one value and nothing else; a byte order mark is passed over.
    package init(parsing bytes: [UInt8]) throws(Fault) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
        let result = text.withUnsafeBufferPointer { bytes -> Result<JSONTree, Fault> in
            guard String(validating: bytes, as: UTF8.self) != nil else {
                return .failure(Fault(line: 1))
            }
            var parser = Parser(cursor: JSONCursor(bytes))
            parser.cursor.skipBlanks()
            if let tree = parser.tree(depth: 0) {
                parser.cursor.skipBlanks()
                if parser.cursor.isAtEnd { return .success(tree) }
            }
            return .failure(Fault(line: parser.line))
        }
        self = try result.get()
    }

    /// The value without its lines. A number keeps its digits, unless it is a whole one of 64 bits;
    /// of members of one name all are kept.
    package var json: JSONValue {
        switch value {
        case .null: .null
        case .boolean(let value): .bool(value)
        case .number(let digits):
            if let whole = Int64(digits), String(whole) == digits {
                .int(whole)
            } else {
                .decimal(digits)
            }
        case .string(let text): .string(text)
        case .array(let elements): .array(elements.map(\.json))
        case .object(let members): .object(members.map { ($0.name, $0.value.json) })
        }
    }

    package init(_ value: Value, line: Int) {
        self.value = value
        self.line = line
    }

    /// Builds values on the way of a cursor, and counts its lines.
    private struct Parser {
        var cursor: JSONCursor
        private var counted = 0
        private var lines = 1

        init(cursor: JSONCursor) { self.cursor = cursor }

        /// The line of the cursor.
        var line: Int {
            mutating get {
                while counted < cursor.index {
                    if cursor.bytes[counted] == UInt8(ascii: "\n") { lines += 1 }
                    counted += 1
                }
                return lines
            }
        }

        mutating func tree(depth: Int) -> JSONTree? {
            let line = line
            return value(depth: depth).map { JSONTree($0, line: line) }
        }

        private mutating func value(depth: Int) -> Value? {
            switch cursor.peek {
            case UInt8(ascii: "\""):
                return cursor.string().flatMap { text($0) }.map(Value.string)
            case UInt8(ascii: "{"): return object(depth: depth)
            case UInt8(ascii: "["): return array(depth: depth)
            case UInt8(ascii: "t"): return cursor.literal() == nil ? nil : .boolean(true)
            case UInt8(ascii: "f"): return cursor.literal() == nil ? nil : .boolean(false)
            case UInt8(ascii: "n"): return cursor.literal() == nil ? nil : .null
            default:
                return cursor.number().map { token in
                    .number(String(decoding: cursor.bytes[token.range], as: UTF8.self))
                }
            }
        }

        private mutating func object(depth: Int) -> Value? {
            var members: [Member] = []
            var walker = cursor
            let isValid = walker.members(depth: depth) { inner, key in
                cursor = inner
                defer { inner = cursor }
                guard let name = text(key), let value = tree(depth: depth + 1) else { return false }
                members.append(Member(name: name, value: value))
                return true
            }
            cursor = walker
            return isValid ? .object(members) : nil
        }

        private mutating func array(depth: Int) -> Value? {
            var elements: [JSONTree] = []
            var walker = cursor
            let isValid = walker.elements(depth: depth) { inner, _ in
                cursor = inner
                defer { inner = cursor }
                guard let value = tree(depth: depth + 1) else { return false }
                elements.append(value)
                return true
            }
            cursor = walker
            return isValid ? .array(elements) : nil
        }

        private func text(_ token: JSONCursor.Token) -> String? {
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
    }
}
