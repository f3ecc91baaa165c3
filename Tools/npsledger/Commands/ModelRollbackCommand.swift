import ArgumentParser
import LedgerCore
import LedgerOperations
import LedgerQueries
import Presentation
import ProcessStart

/// `model rollback`
struct ModelRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Go back to the version that counted before.",
        usage: """
            npsledger model rollback [--to VERSION] --reason WHY [options]
            npsledger model rollback [--to VERSION] --dry-run [--by DIM,…] [options]
            """,
        discussion: """
            Nothing is deleted: the rollback is an event that names what it takes back and why. \
            `nps --as-of` still shows what was reported in between. A dry run says what would \
            change in each segment and how long it would take, and writes nothing.

            EXAMPLES
              npsledger model rollback --dry-run --by region
              npsledger model rollback --reason "EMEA moved without cause"
            """)
    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions

    @Option(
        name: .long,
        help: "Why; recorded with the act, sealed, and shown by `audit`.")
    var reason: String?

    @Option(name: .long, help: "The version to go back to (else the one before).")
    var to: UInt32?

    @Flag(name: .long, help: "Show what it would change, and write nothing.")
    var dryRun = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Dry run: group by these dimensions (else by each that has few values).",
            valueName: "dim,…"))
    var by: String?

    @Option(name: .long, help: "Dry run: stated, inferred or blended (default: blended).")
    var basis: Lens.Basis?

    func validate() throws {
        try ReasonText.check(reason)
        guard dryRun || reason != nil else {
            throw ValidationError("Say why with --reason, or try it with --dry-run.")
        }
        guard dryRun || by == nil && basis == nil else {
            throw ValidationError("--by and --basis belong to --dry-run.")
        }
        _ = try SelectionOptions.dimensions(by)
    }

    func run() throws {
        let actor = try actor.resolved()
        let session = try Session.open(options, by: self.actor)
        let printer = Printer(options)
        if dryRun {
            let rehearsal = try session.rehearseRollback(
                RehearsalRequest(
                    to: to, begun: ProcessStart.startedAt,
                    by: try by.map { try SelectionOptions.dimensions($0) },
                    basis: basis ?? .blended))
            return rehearsal.show(printer)
        }
        guard let reason else { throw ValidationError("Say why with --reason.") }
        let effect = try session.rollBack(
            RollbackRequest(
                to: to, begun: ProcessStart.startedAt, actor: actor, reason: reason))
        effect.show("rolled back to", printer)
    }
}
