import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSBySegmentProjection
import NPSLedger
import Presentation

/// `review decide`: one decision, without a terminal.
struct ReviewDecideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Decide on one response, or settle what others do not agree on.",
        usage: "npsledger review decide RESPONSE --class CLASS [options]",
        discussion: """
            RESPONSE is the source's id or a log position. Who decides again replaces their own \
            decision; of several people's the latest counts, unless somebody who has not decided \
            settles it: that goes before all others.

            EXAMPLES
              npsledger review decide r-4711 --class detractor
              npsledger review decide 83120 --class passive --settle \\
                --rationale "praise for the staff, nothing of the product"
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions

    @Argument(help: "The source's id of the response, or its position in the log.")
    var response: String

    @Option(name: .customLong("class"), help: "What the text says it counts as.")
    var npsClass: NPSClass

    @Option(name: .long, help: "The sentiment of the text.")
    var sentiment: ReviewSentiment?

    @Option(
        name: .long,
        help: "An intent in the text, or none; repeat for more.")
    var intent: [String] = []

    @Option(name: .long, help: "Why; sealed, and shown by `review show`.")
    var rationale: String?

    @Flag(name: .long, help: "Settle what others do not agree on.")
    var settle = false

    @Option(name: .long, help: "The source, where an id exists in several.")
    var source: String?

    private func intents() throws -> [UInt8]? {
        if intent.isEmpty { return nil }
        return intent == ["none"] ? [] : try ReviewCommand.intents(intent)
    }

    func validate() throws { _ = try intents() }

    func run() throws {
        let actor = try actor.resolved()
        let session = try Session.open(options, by: self.actor)
        defer { session.ledger.close() }
        let position = try ResponseArgument.find(response, source: source, in: session.ledger)
        let desk = try ReviewDesk(session, others: [position])
        let item = try desk.require(position, response)
        let decision = ReviewRegistry.Decision(
            npsClass, sentiment: sentiment?.rawValue, intents: try intents(),
            rationale: rationale, settles: settle)
        let recorded = try ReviewRegistry(session.ledger).decide(
            [(item.reviewText, decision)], reviewer: actor, asOf: desk.asOf)
        if recorded > 0 { try session.settle() }
        let printer = Printer(options)
        guard printer.format == .table else {
            printer.record([
                ("response", .integer(position)), ("recorded", .integer(recorded)),
                ("class", .string(npsClass.name)), ("stated", .bool(item.text.row.score != nil)),
            ])
            return
        }
        printer.line(
            recorded > 0
                ? "Recorded: the text of response \(position) says \(npsClass.name)"
                : "You decided so before: nothing is recorded")
        if item.text.row.score != nil {
            printer.muted(
                "It has a stated score, which counts: the decision counts under --basis inferred")
        }
    }
}
