import Presentation

/// Writes results to standard output and notices to standard error.
struct Printer {
    let format: OutputFormat
    let style = TerminalStyle.detected(for: .standardOutput)
    let width: Int

    init(_ format: OutputFormat) {
        self.format = format
        width = Terminal.columns(of: .standardOutput) ?? 80
    }

    func line(_ text: String = "") { _ = Terminal.write(text + "\n", to: .standardOutput) }

    func json(_ value: JSONValue) { line(value.serialized(pretty: true)) }

    func csv(_ header: [String], _ rows: [[String]]) {
        let writer = CSVWriter(escapesControls: Terminal.isTerminal(.standardOutput))
        _ = Terminal.write(
            writer.document(header: header, rows: rows), to: .standardOutput)
    }

    func table(_ table: Table) {
        _ = Terminal.write(table.render(width: width, style: style), to: .standardOutput)
    }

    func heading(_ text: String) { line(style.paint(text, .strong)) }

    /// A side remark, in as many lines as the terminal makes necessary.
    func muted(_ text: String) {
        let lines =
            DisplayWidth.of(text) <= width ? [text] : ResponseStory.wrap(text, width)
        for text in lines { line(style.paint(text, .muted)) }
    }

    static func notice(_ text: String) {
        let style = TerminalStyle.detected(for: .standardError)
        _ = Terminal.write(
            style.paint(TerminalText.sanitized(text), .warning) + "\n", to: .standardError)
    }
}
