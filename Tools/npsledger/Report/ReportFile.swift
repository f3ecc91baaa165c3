import NPSLedger
import Presentation
import Reports

extension ReportFile {
    /// What stands for standard output in the place of a file's name.
    static let standardOutput = "-"

    /// Writes a report to a file or to standard output.
    static func write(_ text: String, to path: String, holdsPersonalData: Bool) throws {
        guard path == standardOutput else {
            return try store(text, at: path, holdsPersonalData: holdsPersonalData)
        }
        // What a respondent wrote can steer a terminal; a program is given the file as it is.
        Printer.write(
            Terminal.isTerminal(.standardOutput)
                ? TerminalText.sanitized(text, lineBreaks: .kept) : text)
    }

    /// Refuses a file that would be lost by a report, which an option names.
    static func check(
        _ path: String, of option: String, isOutside ledger: LedgerPaths,
        inputs: [String?] = []
    ) throws {
        guard !path.isEmpty else {
            throw CommandFailure(ExitStatus.usage, "\(option) takes the name of a file, or -")
        }
        if path != standardOutput { try check(path, isOutside: ledger, inputs: inputs) }
    }
}
