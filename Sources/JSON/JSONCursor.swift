/// Walks one JSON text (RFC 8259) without building it.
///
/// Every read answers whether the text is valid; after false the cursor stands where it stopped
/// being so. Everything here can be inlined into other modules: rows of an import are read with it.
package struct JSONCursor {
    /// A string's or number's bytes: within the text, or where escapes had to be resolved, at
    /// `unescapedAt` of the caller's scratch.
    package struct Token {
        package var start: Int
        package var end: Int
        package var hasEscapes: Bool

        @inlinable
        package init(start: Int, end: Int, hasEscapes: Bool = false) {
            self.start = start
            self.end = end
            self.hasEscapes = hasEscapes
        }

        @inlinable package var range: Range<Int> { start..<end }
    }

    package let bytes: UnsafeBufferPointer<UInt8>
    /// Where it stands.
    package var index: Int

    /// How deep values may nest: far beyond any export, and far below what the stack bears.
    @inlinable package static var depthMax: Int { 64 }

    @inlinable
    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        index = 0
    }

    @inlinable package var isAtEnd: Bool { index == bytes.count }
    @inlinable package var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    @inlinable
    package mutating func skipBlanks() {
        while index < bytes.count {
            let byte = bytes[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            index += 1
        }
    }

    @inlinable
    package mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    /// A string at the cursor, its quotes not counted; nil where it is not valid.
    @inlinable
    package mutating func string() -> Token? {
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

    @inlinable
    package mutating func escape() -> Bool {
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
    @inlinable
    package mutating func number() -> Token? {
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

    @inlinable
    package mutating func takeDigits() -> Bool {
        let start = index
        while let byte = peek, byte &- UInt8(ascii: "0") < 10 { index += 1 }
        return index > start
    }

    /// One of true, false and null.
    @inlinable
    package mutating func literal() -> Token? {
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
    @inlinable
    package mutating func skipValue(depth: Int) -> Bool {
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
    @inlinable
    @inline(__always)
    package mutating func members(
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
    @inlinable
    @inline(__always)
    package mutating func elements(
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

    @inlinable
    package static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) - 0x61 + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) - 0x41 + 10
        default: nil
        }
    }

    /// Writes the meaning of a string token to `output`, which has room for the token's bytes (no
    /// escape is shorter than what it stands for); answers the count, or nil for half a surrogate
    /// pair, which is no character.
    @inlinable
    package func unescape(_ token: Token, into output: UnsafeMutablePointer<UInt8>) -> Int? {
        var count = 0
        var at = token.start
        while at < token.end {
            let byte = bytes[at]
            at += 1
            guard byte == UInt8(ascii: "\\") else {
                output[count] = byte
                count += 1
                continue
            }
            let letter = bytes[at]
            at += 1
            if letter != UInt8(ascii: "u") {
                output[count] = Self.meaning(of: letter)
                count += 1
                continue
            }
            var scalar = codeUnit(at: at)
            at += 4
            if scalar & 0xFC00 == 0xD800 {
                guard at + 6 <= token.end, bytes[at] == UInt8(ascii: "\\"),
                    bytes[at + 1] == UInt8(ascii: "u")
                else { return nil }
                let low = codeUnit(at: at + 2)
                guard low & 0xFC00 == 0xDC00 else { return nil }
                scalar = 0x1_0000 + (scalar & 0x3FF) << 10 + (low & 0x3FF)
                at += 6
            }
            guard let unicode = Unicode.Scalar(scalar) else { return nil }
            for unit in UTF8.encode(unicode) ?? .init() {
                output[count] = unit
                count += 1
            }
        }
        return count
    }

    @inlinable
    package func codeUnit(at begin: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 4 | (Self.hexValue(bytes[begin + $1]) ?? 0) }
    }

    @inlinable
    package static func meaning(of letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }
}
