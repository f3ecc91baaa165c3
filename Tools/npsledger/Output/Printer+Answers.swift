import Presentation

extension Printer {
    func csv(_ table: (header: [String], rows: [[String]])) { csv(table.header, table.rows) }

    /// Something that is wrong, with a mark in front.
    func problem(_ text: String) {
        for (index, line) in TerminalText.wrapped(text, width - 2).enumerated() {
            self.line((index == 0 ? style.paint("✗ ", .bad) : "  ") + TerminalText.sanitized(line))
        }
    }

    /// Lines of somebody's words.
    func wrapped(_ text: String, indent: Int) {
        let margin = String(repeating: " ", count: indent)
        for line in TerminalText.wrapped(text, width - indent) {
            self.line(margin + TerminalText.sanitized(line))
        }
    }
}
