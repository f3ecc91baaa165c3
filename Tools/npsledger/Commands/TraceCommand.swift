import AnswerEncoding
import ArgumentParser
import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

/// `trace`: one response's whole story.
struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "One response: every event about it, and what it counts as.",
        usage: "npsledger trace RESPONSE [--source NAME] [options]",
        discussion: """
            RESPONSE is the source's id or a log position. Texts are shown where the master key \
            opens them.

            EXAMPLES
              npsledger trace 83120
              npsledger trace r-4711 --source web --as-of 2026-03-03
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var lens: LensOptions
    @OptionGroup var completeness: CompletenessOptions

    @Argument(help: "The source's id of the response, or its position in the log.")
    var response: String

    @Option(name: .long, help: "The source, where an id exists in several.")
    var source: String?

    @Flag(name: .long, help: "Leave sealed texts closed.")
    var sealed = false

    func run() throws {
        let story = try Session.open(options).trace(
            TraceRequest(
                ResponseName(response, source: source), lens: try lens.request(),
                opensTexts: !sealed))
        let printer = Printer(options)
        printer.show(story.json, csv: story.csv) {
            story.show(printer)
            story.verdict.show(story.promotionSentences, printer)
        }
        try completeness.check(story.verdict.frame.incomplete)
    }
}

extension ResponseStory {
    fileprivate func show(_ printer: Printer) {
        let title = "Response \(response.id) of \(response.source), position \(position)"
        for line in TerminalText.wrapped(title, printer.width) { printer.heading(line) }
        printer.line(
            isTimeStated
                ? "  answered \(Timestamp.format(steps[0].event.occurredAt))"
                : "  answered: the source does not say; counts as of its import")
        for (dimension, value) in response.segments.sorted(by: { $0.key < $1.key }) {
            for line in TerminalText.wrapped("\(dimension): \(value)", printer.width - 2) {
                printer.line("  " + line)
            }
        }
        for step in steps { step.show(printer) }
        printer.line()
        if let sealedBecause { printer.muted("Texts are not shown: \(sealedBecause)") }
    }
}

extension ResponseStory.Step {
    fileprivate func show(_ printer: Printer) {
        printer.line()
        let title = "\(event.position)  \(event.name.rawValue)"
        let author =
            "\(Timestamp.format(event.recordedAt)) by " + TerminalText.sanitized(event.actor)
        let strong = printer.style.paint(title, .strong)
        if title.count + 2 + DisplayWidth.of(author) <= printer.width {
            printer.line(strong + "  " + printer.style.paint(author, .muted))
        } else {
            printer.line(strong)
            printer.muted("    " + DisplayWidth.truncated(author, to: printer.width - 4))
        }
        if let clock = event.clock {
            printer.line("    at \(Timestamp.format(clock)) by the clock")
        }
        for line in TerminalText.wrapped(event.sentence, printer.width - 4) {
            printer.line("    " + line)
        }
        if let text { printer.wrapped("“\(text)”", indent: 4) }
        if let reason { printer.wrapped("because “\(reason)”", indent: 4) }
        if let sourceRow {
            let text = TerminalText.sanitized(sourceRow)
            printer.muted("    row  " + DisplayWidth.truncated(text, to: printer.width - 9))
        }
        printer.muted("    leaf \(leafHash)")
    }
}

extension ResponseVerdict {
    fileprivate func show(_ promotion: [String], _ printer: Printer) {
        let role: TerminalStyle.Role =
            switch npsClass {
            case .promoter?: .good
            case .detractor?: .bad
            default: .strong
            }
        printer.line(
            "Counts as " + printer.style.paint(npsClass?.name ?? "nothing", role)
                + ": \(because)")
        for sentence in promotion { printer.wrapped(sentence, indent: 2) }
        if isContradiction {
            printer.line(
                printer.style.paint("Score and text contradict each other.", .warning))
        }
        printer.muted(sentence)
    }
}
