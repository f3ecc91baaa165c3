import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

/// `init`: a new ledger.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Create a ledger.",
        usage: "npsledger init --origin NAME [options]",
        discussion: """
            Makes the directory, a master key beside it (DIR.key, or $NPSLEDGER_KEY_FILE), and \
            the first events: the ledger opened, the embedded model registered and activated as \
            version 1, the standard thresholds (passive from 7, promoter from 9).

            Keep the master key apart from the directory: without it, texts stay sealed.

            EXAMPLE
              npsledger init --origin example.com/nps --ledger ./nps
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions

    @Option(
        name: .long,
        help: "The ledger's name in checkpoints, such as example.com/nps (no spaces, no +).")
    var origin: String

    func run() throws {
        let answer = try OpenLedger.bootstrap(
            BootstrapRequest(
                at: options.paths, origin: origin, actor: try actor.resolved(),
                acceptsClock: actor.clock.acceptClock), observer: TerminalObserver())
        let printer = Printer(options)
        guard options.format == .table else { return printer.record(answer.fields) }
        printer.line(
            (answer.isCompleted ? "Completed the ledger" : "Created the ledger")
                + " \(origin) in \(answer.paths.directory)")
        printer.line(
            "  model 1      \(answer.model.registration.kind), \(answer.model.digest.prefix(16))…")
        printer.line("  thresholds 1 passive from 7, promoter from 9")
        printer.line("  master key   \(answer.paths.masterKey)")
        printer.muted("Keep the master key apart from the directory; texts are sealed with it.")
    }
}
