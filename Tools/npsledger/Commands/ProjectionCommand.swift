import AnswerEncoding
import ArgumentParser
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

/// `projection`: the states folded from the log.
struct ProjectionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projection", abstract: "The states folded from the log; all disposable.",
        subcommands: [
            ProjectionListCommand.self, Rebuild.self, ProjectionSwapCommand.self,
            ProjectionCommitCommand.self, ProjectionVerifyCommand.self,
        ], defaultSubcommand: ProjectionListCommand.self)

    /// `projection rebuild`
    struct Rebuild: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Build anew beside the live state, compare, and swap.",
            usage: "npsledger projection rebuild [NAME…] [options]",
            discussion: """
                EXAMPLE
                  npsledger projection rebuild nps-by-segment
                """)
        @OptionGroup var options: LedgerOptions
        @Argument(help: "Which (else all).") var projections: [String] = []

        func run() throws {
            let open = try Session.open(options) { id in
                projections.isEmpty || projections.contains(id)
            }
            let outcomes = try open.rebuildProjections(projections)
            show(outcomes, Printer(options))
            if outcomes.contains(where: { $0.result == .different }) {
                throw CommandFailure(
                    ExitStatus.no,
                    "a kept state was not what the log gives; the rebuilt one is live now")
            }
        }

        private func show(_ outcomes: [RebuildOutcome], _ printer: Printer) {
            printer.show(RebuildEncoding.json(outcomes), csv: RebuildEncoding.csv(outcomes)) {
                for outcome in outcomes {
                    let role: TerminalStyle.Role = outcome.result == .different ? .bad : .good
                    let digest = Hex.encode(outcome.digest).prefix(32)
                    printer.line(
                        "rebuilt \(outcome.projection): "
                            + printer.style.paint(outcome.result.rawValue, role)
                            + printer.style.paint("  \(digest)…", .muted))
                }
            }
        }
    }
}
