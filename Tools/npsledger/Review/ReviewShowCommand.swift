import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

/// `review show`: what was asked and decided about one response.
struct ReviewShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "What was asked and decided about one response.",
        usage: "npsledger review show RESPONSE [options]",
        discussion: """
            What others decided, what the model reads and why it was asked is shown to those who \
            have decided themselves, or are not asked to.

            EXAMPLE
              npsledger review show r-4711
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: ActorOptions

    @Argument(help: "The source's id of the response, or its position in the log.")
    var response: String

    @Option(name: .long, help: "The source, where an id exists in several.")
    var source: String?

    func run() throws {
        let actor = try actor.resolved()
        let story = try Session.open(options).review(
            of: ResponseName(response, source: source), seenBy: actor.name)
        let printer = Printer(options)
        guard printer.format == .table else { return printer.record(story.fields) }
        story.show(printer)
        if let problem = story.sealedBecause { printer.muted("Texts are not shown: \(problem)") }
    }
}

extension ReviewStory {
    fileprivate func show(_ printer: Printer) {
        printer.heading("Response \(response): \(state.rawValue)")
        if let text {
            for line in TerminalText.wrapped("“\(text)”", printer.width - 4) {
                printer.line("    " + line)
            }
        }
        for asked in requests {
            printer.muted(
                "\(asked.position)  asked by \(asked.actor)"
                    + (asked.request.map { ": " + EventDetail.reason($0) } ?? "")
                    + (asked.wantsSecond ? ", by two people" : ""))
        }
        for decision in decisions {
            let review = decision.review
            let words =
                "\(review.position)  \(review.reviewer): "
                + (review.decided.settles ? "settles " : "") + review.decided.decision.name
                + (decision.rationale.map { " — \($0)" } ?? "")
            for line in TerminalText.wrapped(words, printer.width) { printer.line(line) }
        }
        if isBlind {
            printer.muted(
                "Why it is asked, what others say and what the model reads is shown once you have "
                    + "decided")
            return
        }
        if let reading, let model = reading.model, let read = reading.npsClass {
            printer.muted(
                "model \(model) reads \(read.name), \(EventDetail.share(reading.confidence))")
        }
        if let standing {
            printer.line(
                "What counts: \(standing.decided.decision.name), "
                    + (standing.decided.settles
                        ? "as \(standing.reviewer) settled it"
                        : isDisputed
                            ? "the latest; it is disputed, and nobody has settled it" : "decided"))
        }
    }
}
