import AnswerEncoding
import ArgumentParser
import LedgerOperations
import LedgerQueries
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
        let open = try Session.open(options)
        defer { open.close() }
        show(try open.swapBack(projection), Printer(options))
    }

    private func show(_ outcome: SwapBackOutcome, _ printer: Printer) {
        guard printer.format == .table else { return printer.record(outcome.fields) }
        let digest = outcome.live.digest.map { Hex.encode($0).prefix(16) } ?? ""
        printer.line(
            "swapped \(projection): the kept build is live, at position "
                + Formatted.count(outcome.live.position)
                + printer.style.paint("  \(digest)…", .muted))
        let former =
            "the one that was live is kept, at position " + Formatted.count(outcome.kept.position)
        guard let isEqual = outcome.isEqual else { return printer.line(former) }
        printer.line(
            "\(former); the two are "
                + printer.style.paint(isEqual ? "equal" : "different", isEqual ? .good : .bad))
        if !isEqual {
            Printer.notice(
                "one of the two is not what the log gives: npsledger projection verify "
                    + projection)
        }
    }
}
