import AnswerEncoding
import ArgumentParser
import LedgerOperations
import LedgerQueries
import Presentation

/// `classify`: classify what a model has not read.
struct ClassifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify", abstract: "Have a model classify the texts it has not read.",
        usage: "npsledger classify [--model VERSION] [--limit N] [options]",
        discussion: """
            Without --model, the active version reads, and so do those that shadow. Classifications are \
            recorded; which model counts does not change. A text in a language that the version has \
            not learnt (`model show` names those it has) is left unread, and that is recorded too. \
            With --as-of it reads texts as they were then, also those that were replaced since, so \
            that a score of then can be restated.

            EXAMPLE
              npsledger classify --model 2
              npsledger classify --model 2 --as-of 2026-03-03
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var clock: ClockOptions
    @OptionGroup var moment: MomentOptions

    @Option(name: .long, help: "The model version (else the active one and those that shadow).")
    var model: UInt32?

    @Option(name: .long, help: "At most so many texts; a model outside this process costs.")
    var limit: Int?

    func run() throws {
        let answer = try Session.open(options, by: clock).classify(
            ClassificationRequest(model: model, limit: limit, asOf: try moment.moment()))
        answer.show(Printer(options))
    }
}

extension ClassificationAnswer {
    func show(_ printer: Printer) {
        printer.show(json, csv: csv) {
            printer.line(read.sentence)
            for shadow in shadows { printer.line(shadow.sentence + ", in the shadow") }
        }
    }
}

extension TextsClassified {
    var sentence: String {
        "Model \(model) classified \(Formatted.count(classified, of: "text"))"
            + (erased > 0 ? "; \(Formatted.count(erased)) are erased and stay unread" : "")
            + (unlearnt.isEmpty
                ? ""
                : "; left unread, in languages it has not learnt: \(UnlearntLanguages.list(unlearnt))")
            + (refused.isEmpty
                ? ""
                : "; its program \(TextsLeft.words(refused)); `npsledger classify --model \(model)` "
                    + "asks again")
    }
}
