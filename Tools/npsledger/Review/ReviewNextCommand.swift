import ArgumentParser
import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

/// `review next`: one text after the other, on the terminal.
struct ReviewNextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next",
        abstract: "Read one text after the other, and decide with a key.",
        usage: "npsledger review [next] [options]",
        discussion: """
            The stated score, what the model reads, why the text is asked about and what others \
            say are not shown: who knows them tends to agree. `review show` tells them afterwards.

            A decision is recorded with the next one, or when you leave; until then u takes it \
            back. Space and b show more of a long text. Control-C leaves as q does.

            EXAMPLES
              npsledger review
              npsledger review next --actor ann
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions

    func run() throws {
        let actor = try actor.resolved()
        let open = try Session.open(options, by: self.actor)
        let texts = try open.textsToReview(by: actor.name, in: .reviewers)
        guard let keys = KeyTerminal() else {
            throw CommandFailure(
                ExitStatus.usage,
                "review next needs a terminal to read keys from and to show texts on; without one "
                    + "use `npsledger review export` and `import`, or `review decide`")
        }
        defer { keys.restore() }
        var reading = ReviewReading(
            ReviewRound(open, texts, by: actor), terminal: keys)
        let signal = try reading.run()
        keys.restore()
        if reading.round.recorded > 0 { try open.refreshAll() }
        show(reading.round, Printer(options))
        if let signal {
            Session.close()
            keys.die(of: signal)
        }
    }

    private func show(_ outcome: ReviewRound, _ printer: Printer) {
        guard printer.format == .table else {
            printer.record([
                ("recorded", .integer(outcome.recorded)), ("skipped", .integer(outcome.skipped)),
                ("left", .integer(outcome.left)),
            ])
            return
        }
        printer.line(
            "Recorded \(Formatted.count(outcome.recorded, of: "decision")); "
                + "\(Formatted.count(outcome.left, of: "text")) left")
    }
}
