/// Writes rows as comma-separated values (RFC 4180), a line at a time.
///
/// A field is quoted when it holds the separator, a quotation mark or a line break; lines end with
/// CR LF. Nothing else changes: what a respondent wrote is what the file holds.
///
/// That faithfulness has a price. A spreadsheet runs a field that begins with `=`, `+`, `-` or `@`
/// as a formula, so that a comment can act on the reader's machine ("formula injection"). Set
/// ``guardsFormulas`` for files meant for spreadsheets; leave it off for files another program
/// reads. Set ``escapesControls`` when the rows go to a terminal.
public struct CSVWriter: Sendable {
    /// What stands between two fields: a comma, or for example a tab or a semicolon.
    public var separator: Character

    /// Whether fields a spreadsheet would run as a formula get an apostrophe in front.
    ///
    /// Numbers such as `-12.5` are left alone. Reading such a file back gives the apostrophe too.
    public var guardsFormulas: Bool

    /// Whether control characters are written as visible escapes (see ``TerminalText``).
    ///
    /// Line breaks and tabs inside a field are kept.
    public var escapesControls: Bool

    /// A writer; by default commas, and no change to any field.
    public init(
        separator: Character = ",", guardsFormulas: Bool = false, escapesControls: Bool = false
    ) {
        self.separator = separator
        self.guardsFormulas = guardsFormulas
        self.escapesControls = escapesControls
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
        if guardsFormulas && Self.looksLikeFormula(value) { value = "'" + value }
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

    private static func looksLikeFormula(_ value: String) -> Bool {
        switch value.unicodeScalars.first {
        case "=", "@", "\t", "\r", "\n": return true
        case "+", "-": return !JSONValue.isNumber(String(value.dropFirst()))
        default: return false
        }
    }
}
