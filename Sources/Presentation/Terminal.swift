#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process's own terminal: whether there is one, how wide it is, and writing to it.
public enum Terminal {
    /// A standard stream of the process.
    public enum Stream: Int32, Sendable {
        /// Where results go.
        case standardOutput = 1
        /// Where progress and notices go.
        case standardError = 2
    }

    /// Whether a person sees the stream, and the terminal can move its cursor.
    public static func isTerminal(_ stream: Stream) -> Bool {
        isatty(stream.rawValue) == 1
    }

    /// The terminal's width in columns; nil if the stream is not a terminal.
    ///
    /// A positive `COLUMNS` in the environment goes before what the terminal says. Where output
    /// goes to a file or a pipe, render with width `.max`: nothing should be cut there.
    public static func columns(of stream: Stream) -> Int? {
        guard isTerminal(stream) else { return nil }
        if let text = environment("COLUMNS"), let columns = Int(text), columns > 0 {
            return columns
        }
        var size = winsize()
        guard ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return 80
        }
        return Int(size.ws_col)
    }

    /// How many rows are visible, if the stream is a terminal that says so.
    public static func rows(of stream: Stream) -> Int? {
        var size = winsize()
        guard isTerminal(stream), ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0,
            size.ws_row > 0
        else { return nil }
        return Int(size.ws_row)
    }

    /// A variable of the process's environment.
    public static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        return String(cString: value)
    }

    /// Writes all of the text, past interruptions and short writes.
    ///
    /// - Returns: False if the stream is closed or broken; a reader that went away (`head`) is no
    ///   reason to stop the work.
    @discardableResult
    public static func write(_ text: String, to stream: Stream) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var start = 0
            while start < bytes.count {
                let rest = UnsafeBufferPointer(rebasing: bytes[start...])
                #if canImport(Glibc)
                    let count = Glibc.write(stream.rawValue, rest.baseAddress, rest.count)
                #elseif canImport(Musl)
                    let count = Musl.write(stream.rawValue, rest.baseAddress, rest.count)
                #elseif canImport(Darwin)
                    let count = Darwin.write(stream.rawValue, rest.baseAddress, rest.count)
                #endif
                if count > 0 {
                    start += count
                } else if count == 0 || errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}

/// How output looks: in colour or plain, with line-drawing characters or in ASCII.
///
/// Code names what a text means (``Role``), never a colour. Colour is never the only carrier of a
/// meaning: a sign, a word or a place says the same.
public struct TerminalStyle: Sendable, Hashable {
    /// What a text means to its reader.
    public enum Role: Sendable, Hashable, CaseIterable {
        /// Nothing in particular.
        case plain
        /// Something went well, or up.
        case good
        /// Something is wrong, or went down.
        case bad
        /// Background, such as units and rules.
        case muted
        /// What to read first, such as headings and totals.
        case strong
        /// Something to look at before going on.
        case warning

        /// The parameters of the "select graphic rendition" sequence (ECMA-48, 8.3.117).
        var parameters: String? {
            switch self {
            case .plain: nil
            case .good: "32"
            case .bad: "31"
            case .muted: "2"
            case .strong: "1"
            case .warning: "33"
            }
        }
    }

    /// Whether ``paint(_:_:)`` adds colour.
    public var usesColor: Bool

    /// Whether rules, bars and sparklines use characters beyond ASCII.
    public var usesUnicode: Bool

    /// A style with both choices made.
    public init(usesColor: Bool, usesUnicode: Bool) {
        self.usesColor = usesColor
        self.usesUnicode = usesUnicode
    }

    /// No colour, with Unicode.
    public static let plain = TerminalStyle(usesColor: false, usesUnicode: true)

    /// No colour, and nothing but ASCII of our own.
    public static let ascii = TerminalStyle(usesColor: false, usesUnicode: false)

    /// The style for a stream of this process.
    public static func detected(for stream: Terminal.Stream) -> TerminalStyle {
        detected(isTerminal: Terminal.isTerminal(stream), environment: Terminal.environment)
    }

    /// The style that the conventions ask for.
    ///
    /// Colour: off when `NO_COLOR` is set and not empty; else on when `CLICOLOR_FORCE` is set and
    /// neither empty nor `0`; else on for a terminal whose `TERM` is set and not `dumb`.
    /// Unicode: when the first non-empty of `LC_ALL`, `LC_CTYPE` and `LANG` names UTF-8, as POSIX
    /// has it.
    public static func detected(
        isTerminal: Bool, environment: (String) -> String?
    ) -> TerminalStyle {
        func value(_ name: String) -> String { environment(name) ?? "" }
        let color: Bool
        if !value("NO_COLOR").isEmpty {
            color = false
        } else if !["", "0"].contains(value("CLICOLOR_FORCE")) {
            color = true
        } else {
            color = isTerminal && !["", "dumb"].contains(value("TERM"))
        }
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(value).first { !$0.isEmpty } ?? ""
        let charset = locale.lowercased().split(separator: ".").dropFirst().first ?? ""
        let unicode = charset.hasPrefix("utf-8") || charset.hasPrefix("utf8")
        return TerminalStyle(usesColor: color, usesUnicode: unicode)
    }

    /// The text in the colour of its role; unchanged without colour.
    ///
    /// The text must be safe already (see ``TerminalText``).
    public func paint(_ text: String, _ role: Role) -> String {
        guard usesColor, !text.isEmpty, let parameters = role.parameters else { return text }
        return "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
    }

    /// A text with the characters beyond ASCII that this program writes spelled in ASCII, where that
    /// is asked for; letters of somebody's words stay.
    public func spelled(_ text: String) -> String {
        guard !usesUnicode, !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        return text.reduce(into: "") { $0 += Self.spelling[$1] ?? String($1) }
    }

    private static let spelling: [Character: String] = [
        "…": "..", "–": "-", "—": "-", "−": "-", "“": "\"", "”": "\"", "‘": "'", "’": "'",
        "→": "->", "↓": "(down)", "≥": ">=", "≤": "<=", "±": "+/-", "×": "x", "·": "|", "●": "*",
        "✓": "ok",
        "✗": "x", "─": "-", "│": "|",
    ]

    /// What marks a cut text.
    var ellipsis: String { usesUnicode ? "…" : "..." }

    /// What a horizontal rule is made of.
    var rule: String { usesUnicode ? "─" : "-" }
}
