import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger

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
        return try ReviewCommand.intents(intent)
    }

    func validate() throws { _ = try intents() }

    func run() throws {
        let actor = try actor.resolved()
        let outcome = try Session.open(options, by: self.actor).decide(
            ReviewRegistry.Decision(
                npsClass, sentiment: sentiment?.rawValue, intents: try intents(),
                rationale: rationale, settles: settle),
            on: ResponseName(response, source: source), by: actor)
        let printer = Printer(options)
        guard printer.format == .table else { return printer.record(outcome.fields) }
        printer.line(
            outcome.isRecorded
                ? "Recorded: the text of response \(outcome.response) says \(npsClass.name)"
                : "You decided so before: nothing is recorded")
        if outcome.isStated {
            printer.muted(
                "It has a stated score, which counts: the decision counts under --basis inferred")
        }
    }
}
