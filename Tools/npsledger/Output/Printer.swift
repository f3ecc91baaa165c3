import Foundation
import JSON
import Presentation
import Synchronization

/// Writes results to standard output and notices to standard error.
struct Printer {
    let format: OutputFormat
    let style = TerminalStyle.detected(for: .standardOutput)
    let width: Int
    private let guardsFormulas: Bool

    /// The system's error number of the first result that could not be written; 0 where all were.
    private static let failure = Atomic<Int32>(0)

    init(_ options: LedgerOptions) {
        self.init(format: options.format, guardsFormulas: options.guardFormulas)
    }

    /// For what has nothing to do with a ledger.
    init(format: OutputFormat, guardsFormulas: Bool = true) {
        self.format = format
        self.guardsFormulas = guardsFormulas
        width = Terminal.columns(of: .standardOutput) ?? 80
    }

    /// Writes results as they stand, and remembers a failure.
    ///
    /// - Returns: False where nothing more can be written.
    @discardableResult
    static func write(_ text: String) -> Bool {
        written.store(true, ordering: .relaxed)
        guard !Terminal.write(text, to: .standardOutput) else { return true }
        // Read before anything else is called: the next call may set it anew.
        let number = errno
        _ = failure.compareExchange(
            expected: 0, desired: number == 0 ? EIO : number, ordering: .relaxed)
        return false
    }

    private static let written = Atomic(false)

    /// Whether anything was written, so that what it belongs to cannot be begun again.
    static var hasWritten: Bool { written.load(ordering: .relaxed) }

    /// Whether a result could not be written.
    static var hasFailed: Bool { failure.load(ordering: .relaxed) != 0 }

    /// Fails where a result could not be written. A reader that went away (`head`) had what it
    /// wanted.
    static func checkWritten() throws {
        let number = failure.load(ordering: .relaxed)
        guard number != 0, number != EPIPE else { return }
        throw CommandFailure(
            ExitStatus.inputOutput,
            "the results could not be written to standard output ("
                + String(cString: strerror(number))
                + "). What the command recorded stands: look (`npsledger audit`) before it is given "
                + "again")
    }

    /// An answer in the format that is asked for; people get what `table` writes.
    ///
    /// - Parameter omitted: rows beyond a limit, of which CSV has no place to tell.
    func show(
        _ json: @autoclosure () -> JSONValue,
        csv: @autoclosure () -> (header: [String], rows: [[String]]), omitted: Int = 0,
        table: () throws -> Void
    ) rethrows {
        switch format {
        case .json: self.json(json())
        case .csv: self.csv(csv())
        case .table: try table()
        }
        guard omitted > 0, format != .json else { return }
        let words = Formatted.count(omitted, of: "more row") + "; --limit shows more"
        if format == .csv { Self.notice(words) } else { muted(words) }
    }

    /// A line for people.
    func line(_ text: String = "") { Self.write(style.spelled(text) + "\n") }

    func json(_ value: JSONValue) { Self.write(value.serialized(pretty: true) + "\n") }

    func csv(_ header: [String], _ rows: [[String]]) {
        let writer = CSVWriter(
            guardsFormulas: guardsFormulas,
            escapesControls: Terminal.isTerminal(.standardOutput))
        Self.write(writer.document(header: header, rows: rows))
    }

    /// One record for programs: an object, or for CSV a header and one row with what is nested as
    /// compact JSON.
    func record(_ fields: [(String, JSONValue)]) {
        guard format == .csv else { return json(.object(fields)) }
        csv(
            fields.map(\.0),
            [
                fields.map { _, value in
                    switch value {
                    case .null: ""
                    case .string(let text): text
                    default: value.serialized()
                    }
                }
            ])
    }

    func table(_ table: Table) {
        Self.write(table.render(width: width, style: style))
    }

    func heading(_ text: String) { line(style.paint(text, .strong)) }

    /// A side remark, in as many lines as the terminal makes necessary.
    func muted(_ sentences: [String]) { for sentence in sentences { muted(sentence) } }

    func muted(_ text: String) {
        let text = PlaceOptions.addressed(text)
        let lines =
            DisplayWidth.of(text) <= width ? [text] : TerminalText.wrapped(text, width)
        for text in lines { line(style.paint(text, .muted)) }
    }

    static func notice(_ text: String) {
        let style = TerminalStyle.detected(for: .standardError)
        let text = style.spelled(TerminalText.sanitized(PlaceOptions.addressed(text)))
        let width = Terminal.columns(of: .standardError) ?? 80
        let lines = DisplayWidth.of(text) <= width ? [text] : TerminalText.wrapped(text, width)
        for line in lines {
            _ = Terminal.write(style.paint(line, .warning) + "\n", to: .standardError)
        }
    }
}

extension Printer {
    func csv(_ table: (header: [String], rows: [[String]])) { csv(table.header, table.rows) }

    /// Something that is wrong, with a mark in front.
    func problem(_ text: String) {
        let text = PlaceOptions.addressed(text)
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
