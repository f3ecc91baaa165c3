/// A word or a bracket of Swift code; other punctuation carries no rule and is left out.
struct SwiftToken: Sendable, Equatable {
    let text: String
    /// From 1.
    let line: Int
    /// How many braces, brackets and parentheses are open around it.
    let depth: Int

    /// The tokens of blanked code, in order; an attribute or a directive is one word with its mark.
    static func tokens(of code: SwiftCode) -> [SwiftToken] {
        var tokens: [SwiftToken] = []
        var line = 1
        var depth = 0
        var index = 0
        let bytes = code.bytes
        while index < bytes.count {
            let byte = bytes[index]
            let start = index
            index += 1
            switch byte {
            case UInt8(ascii: "\n"): line += 1
            case UInt8(ascii: "{"), UInt8(ascii: "("), UInt8(ascii: "["):
                tokens.append(.init(text: character(byte), line: line, depth: depth))
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: "]"):
                depth -= 1
                tokens.append(.init(text: character(byte), line: line, depth: depth))
            case UInt8(ascii: "."), UInt8(ascii: "="), UInt8(ascii: "`"):
                tokens.append(.init(text: character(byte), line: line, depth: depth))
            case UInt8(ascii: "@"), UInt8(ascii: "#"),
                _ where SwiftCode.isWord(byte):
                while index < bytes.count && SwiftCode.isWord(bytes[index]) { index += 1 }
                let text = String(decoding: bytes[start..<index], as: UTF8.self)
                tokens.append(.init(text: text, line: line, depth: depth))
            default: break
            }
        }
        return tokens
    }

    private static func character(_ byte: UInt8) -> String { String(Unicode.Scalar(byte)) }
}
