import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

/// `review request`: asks people to read texts.
struct ReviewRequestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Ask people to read texts.",
        usage: "npsledger review request [--sample N] [RESPONSE…] [options]",
        discussion: """
            What is open or decided is not asked again, so the same command can be run every \
            day. A sample is drawn at random from all texts that the model has read, whatever \
            was asked about them before: only so does it estimate the model's quality without \
            bias. A RESPONSE that is named is asked about anew, also where it was decided.

            EXAMPLES
              npsledger review request --low-confidence 50 --limit 100
              npsledger review request --against-score --where region=EMEA
              npsledger review request --sample 200 --seed 7 --blind-share 20
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions
    @OptionGroup var selection: SelectionOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Texts whose likeliest class is less likely than this, in percent.",
            valueName: "below"))
    var lowConfidence: Double?

    @Flag(name: .long, help: "Promoters by score and detractors by text, or the reverse.")
    var againstScore = false

    @Option(name: .long, help: ArgumentHelp("This many texts at random.", valueName: "n"))
    var sample: Int?

    @Option(name: .long, help: "Decides what is drawn, and what two people read.")
    var seed: UInt64 = 1

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Share that two people read, neither knowing what the other says.",
            valueName: "percent"))
    var blindShare: Int = 0

    @Option(name: .long, help: "Of those of low confidence at most so many more, the least sure.")
    var limit: Int?

    @Option(name: .long, help: "By what this model version reads, whichever is active.")
    var model: UInt32?

    @Option(name: .long, help: "The source of each RESPONSE, where an id exists in several.")
    var source: String?

    @Flag(name: .long, help: "Say what would be asked, and record nothing.")
    var dryRun = false

    @Argument(help: "Responses by the source's id or the log's position.")
    var responses: [String] = []

    func validate() throws {
        guard lowConfidence != nil || againstScore || sample != nil || !responses.isEmpty else {
            throw ValidationError(
                "Say what to ask about: --low-confidence, --against-score, --sample or a RESPONSE.")
        }
        if let lowConfidence, !(lowConfidence > 0 && lowConfidence <= 100) {
            throw ValidationError("--low-confidence is a percentage above 0, at most 100.")
        }
        if let sample, !(1...ReviewRegistry.requestsMax).contains(sample) {
            throw ValidationError("--sample is 1 to \(ReviewRegistry.requestsMax) texts.")
        }
        guard (0...100).contains(blindShare) else {
            throw ValidationError("--blind-share is a percentage from 0 to 100.")
        }
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1.") }
        guard selection.by == nil else {
            throw ValidationError("--by groups results; select with --where and --from/--to.")
        }
    }

    func run() throws {
        let actor = try actor.resolved()
        var search = ReviewSearch()
        (search.confidenceBelow, search.againstScore) = (lowConfidence, againstScore)
        (search.sample, search.seed, search.blindShare) = (sample, seed, blindShare)
        (search.limit, search.model) = (limit, model)
        search.selection = try selection.request()
        search.responses = responses.map { ResponseName($0, source: source) }
        let outcome = try Session.open(options, by: self.actor).requestReviews(
            search, by: actor, isRehearsal: dryRun)
        let printer = Printer(options)
        guard printer.format == .table else { return printer.record(outcome.fields) }
        show(outcome, printer)
    }

    private func show(_ outcome: ReviewRequestOutcome, _ printer: Printer) {
        let (count, second) = (outcome.requested, outcome.second)
        printer.line(
            "\(dryRun ? "Would ask" : "Asked") about \(Formatted.count(count, of: "text"))"
                + (second > 0 ? ", \(Formatted.count(second)) of them two people" : ""))
        for (number, what) in [
            (outcome.open, "are open already"), (outcome.decided, "are decided already"),
            (outcome.unlearnt, "are in languages that the model has not learnt"),
            (
                outcome.unread - outcome.unlearnt,
                "were not read by the model (npsledger classify)"
            ),
        ] where number > 0 {
            printer.muted("\(Formatted.count(number)) more \(what)")
        }
        if outcome.isRepeated, let round = outcome.sampleRound {
            printer.muted("Seed \(seed) is that of sample \(round): another --seed draws anew")
        } else if let round = outcome.sampleRound {
            printer.muted("Sample \(round), of \(Formatted.count(outcome.population, of: "text"))")
        }
        if count > 0 { printer.muted("Next: npsledger review, or npsledger review export") }
    }
}
