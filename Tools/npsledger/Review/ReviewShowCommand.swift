import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerQueries
import LedgerVault
import NPSBySegmentProjection
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
        let session = try Session.open(options)
        defer { session.ledger.close() }
        let position = try ResponseArgument.find(response, source: source, in: session.ledger)
        let desk = try ReviewDesk(session, others: [position])
        let item = try desk.require(position, response)
        let person = Review.person(actor.name)
        let isBlind = item.reviewCase.openRequest(to: person) != nil
        let shown = item.reviewCase.decisions.filter { !isBlind || $0.person == person }
        let reader = SealedReader(session.ledger, sealed: false)
        let told = try shown.map { ($0, try reader.open($0.position)?.reason) }
        let text = try reader.open(item.text.event)?.text
        let printer = Printer(options)
        if printer.format == .table {
            show(desk, item, told, text, isBlind: isBlind, printer)
            if let problem = reader.problem { printer.muted("Texts are not shown: \(problem)") }
        } else {
            printer.record(json(desk, item, told, text, isBlind: isBlind))
        }
    }

    private func json(
        _ desk: ReviewDesk, _ item: ReviewDesk.Item, _ told: [(Review, String?)], _ text: String?,
        isBlind: Bool
    ) -> [(String, JSONValue)] {
        [
            ("response", .integer(item.response)), ("textEvent", .integer(item.text.event)),
            ("text", .optional(text)), ("state", .string(item.reviewCase.state.rawValue)),
            ("wanted", .integer(item.reviewCase.wanted)), ("blind", .bool(isBlind)),
            (
                "model",
                isBlind
                    ? .null
                    : [
                        "version": .optional(desk.model),
                        "class": .optional(item.text.likeliest?.name),
                    ]
            ),
            (
                "class",
                .optional(isBlind ? nil : item.reviewCase.standing?.decided.decision.name)
            ),
            (
                "requests",
                .array(
                    item.reviewCase.requests.map { requested in
                        [
                            "position": .integer(requested.position),
                            "reason": isBlind
                                ? .null : .string(requested.request.reason.rawValue),
                            "second": .bool(requested.request.wantsSecond),
                            "actor": .string(requested.actor),
                            "recordedAt": .string(Timestamp.format(requested.recordedAt)),
                        ]
                    })
            ),
            (
                "decisions",
                .array(
                    told.map { review, rationale in
                        [
                            "position": .integer(review.position),
                            "reviewer": .string(review.reviewer),
                            "class": .string(review.decided.decision.name),
                            "settles": .bool(review.decided.settles),
                            "rationale": .optional(rationale),
                            "recordedAt": .string(Timestamp.format(review.recordedAt)),
                        ]
                    })
            ),
        ]
    }

    private func show(
        _ desk: ReviewDesk, _ item: ReviewDesk.Item, _ told: [(Review, String?)], _ text: String?,
        isBlind: Bool, _ printer: Printer
    ) {
        printer.heading("Response \(item.response): \(item.reviewCase.state.rawValue)")
        if let text {
            for line in TerminalText.wrapped("“\(text)”", printer.width - 4) {
                printer.line("    " + line)
            }
        }
        for requested in item.reviewCase.requests {
            printer.muted(
                "\(requested.position)  asked by \(requested.actor)"
                    + (isBlind ? "" : ": " + ReviewCommand.words(requested.request))
                    + (requested.request.wantsSecond ? ", by two people" : ""))
        }
        for (review, rationale) in told {
            let words =
                "\(review.position)  \(review.reviewer): "
                + (review.decided.settles ? "settles " : "") + review.decided.decision.name
                + (rationale.map { " — \($0)" } ?? "")
            for line in TerminalText.wrapped(words, printer.width) { printer.line(line) }
        }
        if isBlind {
            printer.muted(
                "Why it is asked, what others say and what the model reads is shown once you have "
                    + "decided")
            return
        }
        if let model = desk.model, let read = item.text.likeliest {
            printer.muted(
                "model \(model) reads \(read.name), \(EventDetail.share(item.text.confidence))")
        }
        if let standing = item.reviewCase.standing {
            printer.line(
                "What counts: \(standing.decided.decision.name), "
                    + (standing.decided.settles
                        ? "as \(standing.reviewer) settled it"
                        : item.reviewCase.isDisputed
                            ? "the latest; it is disputed, and nobody has settled it" : "decided"))
        }
    }
}
