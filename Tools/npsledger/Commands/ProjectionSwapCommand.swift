import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import NPSLedger
import Presentation

/// `projection swap`
struct ProjectionSwapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swap",
        abstract: "Make the kept build live again.",
        usage: "npsledger projection swap NAME [options]",
        discussion: """
            A rebuild keeps the build that was live. It is caught up beside the live one, then \
            takes its place in one commit. Exit status 1 where there is none that can: a rebuild \
            that runs, or was interrupted, has taken the kept build's room.

            EXAMPLE
              npsledger projection swap nps-by-segment
            """)
    @OptionGroup var options: LedgerOptions
    @Argument(help: "Which.") var projection: String

    func run() throws {
        let session = try Session.open(options)
        defer { session.ledger.close() }
        guard let found = try ProjectionCommand.chosen([projection], session).first else { return }
        let bar = ProgressBar("catching up the kept build of \(projection)", unit: "events")
        let outcome = try found.swapBack(
            with: session.ledger.log, threads: Session.threads
        ) { done, total in
            bar.update(done: Int(done), total: Int(total))
        }
        bar.finish()
        let comparison = outcome.formerDigest.map {
            $0 == outcome.liveDigest ? "equal" : "different"
        }
        show(outcome, comparison, Printer(options))
    }

    private func show(_ outcome: SwapOutcome, _ comparison: String?, _ printer: Printer) {
        guard printer.format == .table else {
            func build(_ record: BuildRecord, _ digest: [UInt8]?) -> JSONValue {
                [
                    "version": .integer(record.version), "position": .integer(record.position),
                    "digest": .optional(digest.map { Hex.encode($0) }),
                ]
            }
            printer.record([
                ("id", .string(projection)), ("live", build(outcome.live, outcome.liveDigest)),
                ("kept", build(outcome.former, outcome.formerDigest)),
                ("comparison", .optional(comparison)),
            ])
            return
        }
        printer.line(
            "swapped \(projection): the kept build is live, at position "
                + Formatted.count(outcome.live.position)
                + printer.style.paint("  \(Hex.encode(outcome.liveDigest).prefix(16))…", .muted))
        let former =
            "the one that was live is kept, at position "
            + Formatted.count(outcome.former.position)
        guard let comparison else { return printer.line(former) }
        let role: TerminalStyle.Role = comparison == "equal" ? .good : .bad
        printer.line("\(former); the two are \(printer.style.paint(comparison, role))")
        if comparison != "equal" {
            Printer.notice(
                "one of the two is not what the log gives: npsledger projection verify "
                    + projection)
        }
    }
}
