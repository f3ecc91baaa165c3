import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
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
        let session = try Session.open(options)
        defer { session.ledger.close() }
        let results = try ProjectionCommand.chosen(projections, session).map { projection in
            try ProjectionReport(projection, session)
        }
        let printer = Printer(options)
        switch options.format {
        case .json: printer.json(["projections": .array(results.map(\.json))])
        case .csv: printer.csv(ProjectionReport.fieldNames, results.map(\.fields))
        case .table:
            let width = results.map(\.id.count).max() ?? 0
            for result in results {
                printer.line(result.line(printer.style, width: width))
                for problem in result.problems { printer.problem(problem) }
            }
        }
        let count = results.reduce(0) { $0 + $1.problems.count }
        if count > 0 {
            throw CommandFailure(
                ExitStatus.no, "\(count) \(count == 1 ? "thing is" : "things are") wrong")
        }
    }
}
