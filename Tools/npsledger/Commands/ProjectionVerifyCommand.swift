import AnswerEncoding
import ArgumentParser
import JSON
import LedgerQueries
import NPSLedger
import Presentation

/// `projection verify`
struct ProjectionVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Replay the log; compare with live states and commitments.",
        usage: "npsledger projection verify [NAME…] [options]",
        discussion: """
            Every commitment of this program's version is held against the replay as it was \
            then. Where a state is not what the log gives, the first event about which they \
            differ is found by halving the log. Exit status 1 names what is wrong.

            EXAMPLE
              npsledger projection verify nps-by-segment
            """)
    @OptionGroup var options: LedgerOptions
    @Argument(help: "Which (else all).") var projections: [String] = []

    func run() throws {
        let reports = try Session.open(options).verifyProjections(projections)
        let printer = Printer(options)
        printer.show(
            ["projections": .array(reports.map(\.json))], csv: ProjectionReport.csv(reports)
        ) {
            let width = reports.map(\.id.count).max() ?? 0
            for report in reports {
                printer.line(report.line(printer.style, width: width))
                for finding in report.findings { printer.problem(finding.problem) }
            }
        }
        let count = reports.reduce(0) { $0 + $1.findings.count }
        if count > 0 {
            throw CommandFailure(
                ExitStatus.no, "\(count) \(count == 1 ? "thing is" : "things are") wrong")
        }
    }
}

extension ProjectionReport {
    /// One line for people; ids take `width` columns.
    func line(_ style: TerminalStyle, width: Int) -> String {
        let digest = digest.map { Hex.encode($0).prefix(16) + "…" } ?? ""
        let verdict = style.paint(result.rawValue, result == .equal ? .good : .bad)
        var commitments: [String] = []
        if matching > 0 {
            commitments.append(
                matching == 1 ? "1 commitment matches" : "\(matching) commitments match")
        }
        if differing > 0 {
            commitments.append(style.paint("\(differing) do not match", .bad))
        }
        if notComparable > 0 { commitments.append("\(notComparable) of another version") }
        let padded = id + String(repeating: " ", count: max(0, width - id.count))
        return [
            "\(padded)  \(verdict)", style.paint(digest, .muted),
            commitments.joined(separator: ", "),
        ]
        .filter { !$0.isEmpty }.joined(separator: "  ")
    }
}
