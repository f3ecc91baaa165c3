import JSON

/// Writes rows as comma-separated values (RFC 4180), a line at a time.
///
/// A field is quoted when it holds the separator, a quotation mark or a line break; lines end with
/// CR LF.
///
/// A spreadsheet runs a field that begins with `=`, `+`, `-` or `@` as a formula, so that a
/// respondent's comment can act on the reader's machine ("formula injection"). Nobody can tell which
/// file ends up in a spreadsheet, so such fields get an apostrophe in front unless
/// ``guardsFormulas`` is off, for files another program reads byte by byte. Set ``escapesControls``
/// when the rows go to a terminal.
public struct CSVWriter: Sendable {
    /// What stands between two fields: a comma, or for example a tab or a semicolon.
    public var separator: Character

    /// Whether fields a spreadsheet would run as a formula get an apostrophe in front.
    ///
    /// Numbers such as `-12.5` are left alone. ``unguarded(_:)`` takes the apostrophe away again.
    public var guardsFormulas: Bool

    /// Whether control characters are written as visible escapes (see ``TerminalText``).
    ///
    /// Line breaks and tabs inside a field are kept.
    public var escapesControls: Bool

    /// A writer; by default commas, formulas made harmless, and no other change to any field.
    public init(
        separator: Character = ",", guardsFormulas: Bool = true, escapesControls: Bool = false
    ) {
        self.separator = separator
        self.guardsFormulas = guardsFormulas
        self.escapesControls = escapesControls
    }

    /// The field that no spreadsheet runs as a formula, and ``unguarded(_:)`` gives back as it was.
    public static func guarded(_ field: String) -> String {
        beginsFormula(field.unicodeScalars[...]) && !isSignedNumber(field) ? "'" + field : field
    }

    /// The field that ``guarded(_:)`` was given.
    public static func unguarded(_ field: String) -> String {
        let scalars = field.unicodeScalars
        guard scalars.first == "'", beginsFormula(scalars.dropFirst()) else { return field }
        return String(scalars.dropFirst())
    }

    /// One row with its line end.
    public func line(_ fields: some Sequence<String>) -> String {
        var text = ""
        var count = 0
        for field in fields {
            if count > 0 { text.append(separator) }
            appendField(field, to: &text)
            count += 1
        }
        // A row of one empty field would be a blank line, which readers skip.
        if count == 1 && text.isEmpty { text = "\"\"" }
        return text + "\r\n"
    }

    /// A whole document: the header line, then the rows.
    public func document(header: [String], rows: some Sequence<[String]>) -> String {
        var text = line(header)
        for row in rows { text += line(row) }
        return text
    }

    private func appendField(_ field: String, to text: inout String) {
        var value = field
        if guardsFormulas { value = Self.guarded(value) }
        if escapesControls { value = TerminalText.sanitized(value, lineBreaks: .kept) }
        guard needsQuotes(value) else {
            text += value
            return
        }
        text += "\""
        for scalar in value.unicodeScalars {
            if scalar == "\"" { text += "\"" }
            text.unicodeScalars.append(scalar)
        }
        text += "\""
    }

    /// Compares scalars, since `"\r\n"` is one character and hides both of its halves.
    private func needsQuotes(_ value: String) -> Bool {
        let special = separator.unicodeScalars.first
        return value.unicodeScalars.contains {
            $0 == "\"" || $0 == "\r" || $0 == "\n" || $0 == special
        }
    }

    /// Whether a spreadsheet would run it, or would once an apostrophe in front is taken away: what
    /// already has one gets another, so that taking one away gives back what was there.
    private static func beginsFormula(_ scalars: Substring.UnicodeScalarView) -> Bool {
        switch scalars.first(where: { $0 != "'" }) {
        // Some spreadsheets take the wide forms for the signs.
        case "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠": true
        default: false
        }
    }

    /// Whether it is a sign and a number without one: `--5` is a formula.
    private static func isSignedNumber(_ field: String) -> Bool {
        guard let sign = field.first, sign == "+" || sign == "-" else { return false }
        let rest = field.dropFirst()
        return rest.first != "-" && JSONText.isNumber(String(rest))
    }
}
