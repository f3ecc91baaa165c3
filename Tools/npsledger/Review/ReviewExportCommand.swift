import AnswerEncoding
import ArgumentParser
import Foundation
import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation
import Reports

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
        try ReportFile.check(output, of: "--output", isOutside: options.paths)
        guard !FileManager.default.fileExists(atPath: output) else {
            throw CommandFailure(
                ExitStatus.cannotCreate,
                "\(output) is there already, and may hold decisions: import and delete it, or name "
                    + "another file")
        }
        let texts = try Session.open(options).textsToReview(by: actor.name, limit: limit)
        try ReportFile.write(
            ReviewSheet.document(texts, guardsFormulas: options.guardFormulas), to: output,
            holdsPersonalData: true)
        guard output != ReportFile.standardOutput else { return }
        let printer = Printer(options)
        if printer.format == .table {
            printer.line("Wrote \(Formatted.count(texts.count, of: "text")) to \(output)")
            printer.muted("Next: npsledger review import \(output) --actor \(actor.name)")
        } else {
            printer.record([("texts", .integer(texts.count)), ("output", .string(output))])
        }
    }
}

/// `review import`: decisions from a spreadsheet.
struct ReviewImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Record the decisions that a spreadsheet holds.",
        usage: "npsledger review import FILE.csv [options]",
        discussion: """
            Reads what `review export` wrote, once classes are filled in. Rows without a class are \
            passed over. Where a row is wrong each is told with its line, and nothing is \
            recorded. What was recorded before is not recorded again.

            EXAMPLE
              npsledger review import to-read.csv --actor ann
            """)

    /// What is taken for a sheet: more texts than people read, and little enough for memory.
    private static let sheetBytesMax = 1 << 30

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions

    @Argument(help: "The file, or - for standard input.")
    var file: String

    @Flag(name: .long, help: "Say what would be recorded, and record nothing.")
    var dryRun = false

    func run() throws {
        let actor = try actor.resolved()
        let sheet = try ReviewSheet(
            try WholeFile.read(file, bytesMax: Self.sheetBytesMax, as: "a sheet"), name: file)
        let outcome = try Session.open(options, by: self.actor).recordReviews(
            sheet, by: actor, isRehearsal: dryRun)
        let printer = Printer(options)
        guard printer.format == .table else { return printer.record(outcome.fields) }
        printer.line(
            dryRun
                ? "Would record \(Formatted.count(outcome.recorded, of: "decision"))"
                : "Recorded \(Formatted.count(outcome.recorded, of: "decision")) by \(actor.name)")
        for (number, what) in [
            (outcome.unchanged, "recorded before"), (outcome.undecided, "without a class"),
        ] where number > 0 {
            printer.muted("\(Formatted.count(number, of: "row")) \(what)")
        }
    }
}
