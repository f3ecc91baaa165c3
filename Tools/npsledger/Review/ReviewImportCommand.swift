import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerOperations
import LedgerQueries
import Presentation

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
        let open = try Session.open(options, by: self.actor)
        defer { open.close() }
        let outcome = try open.recordReviews(sheet, by: actor, isRehearsal: dryRun)
        let printer = Printer(options)
        guard printer.format == .table else { return printer.record(outcome.fields) }
        printer.line(
            dryRun
                ? "Would record \(Formatted.count(outcome.recorded)) decisions"
                : "Recorded \(Formatted.count(outcome.recorded)) decisions by \(actor.name)")
        for (number, what) in [
            (outcome.unchanged, "were recorded before"),
            (outcome.undecided, "are without a class"),
        ] where number > 0 {
            printer.muted("\(Formatted.count(number)) rows \(what)")
        }
    }
}
