import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerVault
import NPSBySegmentProjection
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
            back. Control-C leaves as q does.

            EXAMPLES
              npsledger review
              npsledger review next --actor ann
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions

    func run() throws {
        let actor = try actor.resolved()
        let session = try Session.open(options, by: self.actor)
        defer { session.ledger.close() }
        let desk = try ReviewDesk(session)
        let person = Review.person(actor.name)
        let reader = SealedReader(session.ledger, sealed: false)
        var items: [ReviewDesk.Item] = []
        var texts: [Position: String] = [:]
        for item in desk.items where item.reviewCase.openRequest(to: person) != nil {
            // What is erased cannot be read any more.
            guard let text = try reader.open(item.text.event)?.text else { continue }
            texts[item.response] = text
            items.append(item)
        }
        if let problem = reader.problem {
            throw CommandFailure(
                ExitStatus.notPermitted, "the texts cannot be opened: \(problem)")
        }
        // An order of each reviewer's own, that does not tell why a text is asked about, and in
        // which two reviewers seldom meet.
        let salt = person.utf8.reduce(UInt64(0)) { ReviewSampling.hash($0, Position($1)) }
        items.sort {
            let (one, other) = (
                ReviewSampling.hash(salt, $0.response), ReviewSampling.hash(salt, $1.response)
            )
            return (one, $0.response) < (other, $1.response)
        }
        guard let keys = KeyTerminal() else {
            throw CommandFailure(
                ExitStatus.usage,
                "review next needs a terminal to read keys from and to show texts on; without one "
                    + "use `npsledger review export` and `import`, or `review decide`")
        }
        defer { keys.restore() }
        var reading = ReviewReading(
            session, actor, items: items, texts: texts, terminal: keys)
        let outcome = try reading.run()
        keys.restore()
        if outcome.recorded > 0 { try session.settle() }
        show(outcome, Printer(options))
        if let signal = outcome.signal {
            session.ledger.close()
            keys.die(of: signal)
        }
    }

    private func show(_ outcome: ReviewReading.Outcome, _ printer: Printer) {
        guard printer.format == .table else {
            printer.record([
                ("recorded", .integer(outcome.recorded)), ("skipped", .integer(outcome.skipped)),
                ("left", .integer(outcome.left)),
            ])
            return
        }
        printer.line(
            "Recorded \(Formatted.count(outcome.recorded)) "
                + (outcome.recorded == 1 ? "decision; " : "decisions; ")
                + "\(Formatted.count(outcome.left)) "
                + (outcome.left == 1 ? "text left" : "texts left"))
    }
}
