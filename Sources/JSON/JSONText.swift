/// Strings and numbers as JSON has them.
package enum JSONText {
    /// Which scalars of a string are written as escapes, besides the quote and the backslash.
    package enum Escapes: Sendable {
        /// What RFC 8259 demands: controls below U+0020.
        case demanded
        /// Also the controls above U+007E and the two separators, which end a line for some readers
        /// of lines.
        case lines
        /// Also what can steer a terminal or reorder a line of it, and short escapes for backspace
        /// and form feed: for documents that are printed.
        case terminal
    }

    /// `text` with its quotes.
    package static func quoted(_ text: String, escapes: Escapes = .demanded) -> String {
        var result = ""
        append(text, to: &result, escapes: escapes)
        return result
    }

    /// Writes a string; plain ASCII, which most text is, is copied in one go.
    static func append(_ value: String, to text: inout String, escapes: Escapes) {
        text += "\""
        let plain = value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        if plain {
            text += value
        } else {
            for scalar in value.unicodeScalars { append(scalar, to: &text, escapes) }
        }
        text += "\""
    }

    private static func append(
        _ scalar: Unicode.Scalar, to text: inout String, _ escapes: Escapes
    ) {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case "\u{8}" where escapes == .terminal: text += "\\b"
        case "\u{C}" where escapes == .terminal: text += "\\f"
        case _ where isEscaped(scalar, escapes):
            // Every such scalar lies in the basic plane, so that one escape is enough.
            let digits = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        default: text.unicodeScalars.append(scalar)
        }
    }

    private static func isEscaped(_ scalar: Unicode.Scalar, _ escapes: Escapes) -> Bool {
        switch escapes {
        case .demanded: scalar.value < 0x20
        case .lines:
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                || (0x2028...0x2029).contains(scalar.value)
        case .terminal: steersTerminal(scalar)
        }
    }

    /// Whether a scalar can steer a terminal or reorder a line.
    ///
    /// C0 and C1 controls, delete, the line and paragraph separators, the bidirectional controls
    /// and the interlinear annotations.
    package static func steersTerminal(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E: false
        case 0...0x1F, 0x7F...0x9F: true
        case 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x206F: true
        case 0xFFF9...0xFFFB: true
        default: false
        }
    }

    /// The shortest decimal digits that read back as the same number; nil if it is not finite.
    ///
    /// Never an exponent, no trailing `.0`, and no negative zero.
    package static func shortest(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        if value == 0 { return "0" }
        let text = value.magnitude.description
        let parts = text.split(separator: "e")
        var exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
        let decimals = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = String(decimals[0])
        if decimals.count == 2 && decimals[1] != "0" {
            digits += decimals[1]
            exponent -= decimals[1].utf8.count
        }
        let sign = value < 0 ? "-" : ""
        if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
        let missing = 1 - exponent - digits.utf8.count
        if missing > 0 { digits = String(repeating: "0", count: missing) + digits }
        return sign + digits.dropLast(-exponent) + "." + digits.suffix(-exponent)
    }

    /// Whether the text is a number by the grammar of RFC 8259, section 6.
    package static func isNumber(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var cursor = JSONCursor(bytes)
            return cursor.number() != nil && cursor.isAtEnd
        }
    }
}
