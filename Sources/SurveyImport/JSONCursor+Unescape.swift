extension JSONCursor {
    /// Writes the meaning of a string token to `output`, which has room for the token's bytes (no
    /// escape is shorter than what it stands for); answers the count, or nil for half a surrogate
    /// pair, which is no character.
    func unescape(_ token: Token, into output: UnsafeMutablePointer<UInt8>) -> Int? {
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

    private func codeUnit(at begin: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 4 | (Self.hexValue(bytes[begin + $1]) ?? 0) }
    }

    private static func meaning(of letter: UInt8) -> UInt8 {
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
