/// Walks one JSON text (RFC 8259) without building it.
///
/// Every read answers whether the text is valid; after false the cursor stands where it stopped
/// being so.
struct JSONCursor {
    /// A string's or number's bytes: within the text, or where escapes had to be resolved, at
    /// `unescapedAt` of the caller's scratch.
    struct Token {
        var start: Int
        var end: Int
        var hasEscapes = false

        var range: Range<Int> { start..<end }
    }

    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var index = 0

    /// How deep values may nest: far beyond any export, and far below what the stack bears.
    static let depthMax = 64

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }
    var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func skipBlanks() {
        while index < bytes.count {
            let byte = bytes[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            index += 1
        }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    /// A string at the cursor, its quotes not counted; nil where it is not valid.
    mutating func string() -> Token? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        var token = Token(start: index, end: index)
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                token.end = index
                index += 1
                return token
            }
            if byte < 0x20 { return nil }
            if byte == UInt8(ascii: "\\") {
                token.hasEscapes = true
                index += 1
                guard escape() else { return nil }
            } else {
                index += 1
            }
        }
        return nil
    }

    private mutating func escape() -> Bool {
        guard let letter = peek else { return false }
        index += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard let digit = peek, Self.hexValue(digit) != nil else { return false }
                index += 1
            }
            return true
        default: return false
        }
    }

    /// A number at the cursor, as it is spelled.
    mutating func number() -> Token? {
        let start = index
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard takeDigits() else { return nil }
        }
        if take(UInt8(ascii: ".")) {
            guard takeDigits() else { return nil }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard takeDigits() else { return nil }
        }
        return Token(start: start, end: index)
    }

    private mutating func takeDigits() -> Bool {
        let start = index
        while let byte = peek, byte.isDigit { index += 1 }
        return index > start
    }

    /// One of true, false and null.
    mutating func literal() -> Token? {
        for word in ["true", "false", "null"] as [StaticString] {
            let length = word.utf8CodeUnitCount
            guard bytes.count - index >= length,
                (0..<length).allSatisfy({ bytes[index + $0] == word.utf8Start[$0] })
            else { continue }
            let token = Token(start: index, end: index + length)
            index += length
            return token
        }
        return nil
    }

    /// Passes over one value of any kind; `depth` is that of the value itself.
    mutating func skipValue(depth: Int) -> Bool {
        switch peek {
        case UInt8(ascii: "\""): return string() != nil
        case UInt8(ascii: "{"):
            return members(depth: depth) { cursor, _ in cursor.skipValue(depth: depth + 1) }
        case UInt8(ascii: "["):
            return elements(depth: depth) { cursor, _ in cursor.skipValue(depth: depth + 1) }
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): return literal() != nil
        default: return number() != nil
        }
    }

    /// Walks an object; `visit` must consume the value of the key it is given.
    @inline(__always)
    mutating func members(
        depth: Int, visit: (inout JSONCursor, Token) -> Bool
    ) -> Bool {
        guard depth < Self.depthMax, take(UInt8(ascii: "{")) else { return false }
        skipBlanks()
        if take(UInt8(ascii: "}")) { return true }
        while true {
            skipBlanks()
            guard let key = string() else { return false }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { return false }
            skipBlanks()
            guard visit(&self, key) else { return false }
            skipBlanks()
            if take(UInt8(ascii: "}")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    /// Walks an array; `visit` must consume the element whose position it is given.
    @inline(__always)
    mutating func elements(
        depth: Int, visit: (inout JSONCursor, Int) -> Bool
    ) -> Bool {
        guard depth < Self.depthMax, take(UInt8(ascii: "[")) else { return false }
        skipBlanks()
        if take(UInt8(ascii: "]")) { return true }
        var position = 0
        while true {
            skipBlanks()
            guard visit(&self, position) else { return false }
            position += 1
            skipBlanks()
            if take(UInt8(ascii: "]")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) - 0x61 + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) - 0x41 + 10
        default: nil
        }
    }
}
