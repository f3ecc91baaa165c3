import AnswerEncoding
import ArgumentParser
import Foundation
import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

/// `review export`: open texts as a file for spreadsheets.
struct ReviewExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the texts you are to read to a file for spreadsheets.",
        usage: "npsledger review export --output FILE.csv [options]",
        discussion: """
            Fill in class (detractor, passive, promoter) and, if you like, sentiment, intents and \
            rationale; `review import` reads them back. Scores, what models read and what others \
            say are not in the file. Fields that a spreadsheet would run begin with '. The file \
            holds personal data: only you can read it, and you are to delete it.

            EXAMPLE
              npsledger review export --output to-read.csv --actor ann
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: ActorOptions

    @Option(name: .long, help: "The file to write, or - for standard output.")
    var output: String

    @Option(name: .long, help: "At most so many texts.")
    var limit: Int?

    func run() throws {
        let actor = try actor.resolved()
        try ReportFile.check(output, isOutside: options.paths, option: "--output")
        guard !FileManager.default.fileExists(atPath: output) else {
            throw CommandFailure(
                ExitStatus.cannotCreate,
                "\(output) is there already, and may hold decisions: import and delete it, or name "
                    + "another file")
        }
        let open = try Session.open(options)
        defer { open.close() }
        let texts = try open.textsToReview(by: actor.name, limit: limit)
        try ReportFile.write(
            ReviewSheet.document(texts, guardsFormulas: options.guardFormulas), to: output,
            holdsPersonalData: true)
        guard output != ReportFile.standardOutput else { return }
        let printer = Printer(options)
        if printer.format == .table {
            printer.line("Wrote \(Formatted.count(texts.count)) texts to \(output)")
            printer.muted("Next: npsledger review import \(output) --actor \(actor.name)")
        } else {
            printer.record([("texts", .integer(texts.count)), ("output", .string(output))])
        }
    }
}
