import JSON

/// Text from outside, made safe to print: what a respondent typed cannot steer the terminal.
///
/// A survey comment may hold escape sequences (which recolour the screen, move the cursor, set the
/// window title or answer the shell) and bidirectional overrides (which show text in another order
/// than it is stored). Both are shown as visible escapes such as `\x1b` and `\u{202e}`. Letters,
/// marks and emoji of every script pass unchanged. Escapes are for reading, not for reading back:
/// a backslash the respondent typed is not doubled.
public struct TerminalText: Sendable, Hashable, CustomStringConvertible {
    /// What becomes of line breaks and tabs.
    public enum LineBreaks: Sendable {
        /// Shown as `\n`, `\r` and `\t`.
        case escaped
        /// Line feeds and tabs stay; a carriage return, which could overprint a line, stays only
        /// in front of a line feed.
        case kept
        /// Each run becomes one space, as a table cell wants it.
        case spaces
    }

    /// The safe text.
    public let description: String

    /// Makes untrusted text safe.
    public init(untrusted text: String, lineBreaks: LineBreaks = .escaped) {
        description = Self.sanitized(text, lineBreaks: lineBreaks)
    }

    /// The text with everything that could steer a terminal shown as a visible escape.
    public static func sanitized(_ text: String, lineBreaks: LineBreaks = .escaped) -> String {
        // Most comments are printable ASCII: one pass over the bytes, and no copy.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var result = ""
        result.reserveCapacity(text.utf8.count + 16)
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        var endsInReplacedBreak = false
        while index < scalars.endIndex {
            let scalar = scalars[index]
            index = scalars.index(after: index)
            guard isUnsafe(scalar) else {
                result.unicodeScalars.append(scalar)
                endsInReplacedBreak = false
                continue
            }
            let isBreak = scalar == "\n" || scalar == "\r" || scalar == "\t"
            switch lineBreaks {
            case .spaces where isBreak:
                if !endsInReplacedBreak { result += " " }
                endsInReplacedBreak = true
                continue
            case .kept where scalar == "\n" || scalar == "\t":
                result.unicodeScalars.append(scalar)
            case .kept where scalar == "\r" && index < scalars.endIndex && scalars[index] == "\n":
                result.unicodeScalars.append(scalar)
            default:
                result += visibleEscape(scalar)
            }
            endsInReplacedBreak = false
        }
        return result
    }

    /// Whether a scalar can steer a terminal or reorder a line.
    ///
    /// C0 and C1 controls, delete, the line and paragraph separators, the bidirectional controls
    /// of UAX #9, the deprecated format characters and the interlinear annotations.
    static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool { JSONText.steersTerminal(scalar) }

    private static func visibleEscape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            let digits = String(scalar.value, radix: 16)
            if scalar.value > 0xFF { return "\\u{" + digits + "}" }
            return "\\x" + (digits.count == 1 ? "0" : "") + digits
        }
    }
}

extension TerminalText {
    /// Untrusted text in lines of at most `width` columns: broken at spaces, and within words that
    /// are longer; newlines of a comment become spaces.
    public static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var columns = 0
        let shown = sanitized(text, lineBreaks: .spaces)
        for word in shown.split(whereSeparator: { $0.isWhitespace }) {
            let length = DisplayWidth.of(word)
            if columns > 0, columns + 1 + length > width {
                lines.append(line)
                (line, columns) = ("", 0)
            } else if columns > 0 {
                line += " "
                columns += 1
            }
            for character in word {
                let length = DisplayWidth.of(character)
                if columns + length > width, columns > 0 {
                    lines.append(line)
                    (line, columns) = ("", 0)
                }
                line.append(character)
                columns += length
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
