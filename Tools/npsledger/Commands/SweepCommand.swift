import AnswerEncoding
import ArgumentParser
import LedgerQueries
import Presentation

/// `sweep`: what an export has that the ledger does not.
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Compare a source's export with the ledger, and say what is missing.",
        usage: "npsledger sweep FILE… --source NAME --map FIELD=COLUMN… [options]",
        discussion: """
            Deliveries get lost: a sender gives up, a receiver was away. Each response of the \
            export is looked up by its id; with updated_at mapped, those that the source has \
            changed since are told as well. Nothing is recorded. Exit status 1 where something is \
            missing.

            EXAMPLE
              npsledger sweep export.csv --source formbricks --map response_id=id \\
                --map score=nps --map updated_at=updatedAt
            """)

    @OptionGroup var options: LedgerOptions

    @Argument(help: "Files of the export.", completion: .file())
    var files: [String]

    @OptionGroup var columns: SurveyColumnOptions

    @Option(name: .long, help: "Name at most this many responses.")
    var limit = 100

    func validate() throws {
        try columns.check(files)
        guard limit > 0 else { throw ValidationError("--limit is at least 1.") }
    }

    func run() throws {
        var request = SweepRequest(
            files, source: columns.source, mapping: try columns.mapping(of: files))
        request.reading = columns.reading
        request.limit = limit
        let answer = try Session.open(options).sweep(request)
        let printer = Printer(options)
        printer.show(answer.json, csv: answer.csv, omitted: answer.omitted) {
            answer.show(printer)
        }
        if !answer.isComplete { throw ExitCode(ExitStatus.no) }
    }
}

extension SweepAnswer {
    fileprivate func show(_ printer: Printer) {
        printer.line(sentence)
        guard !missingResponses.isEmpty || !behindResponses.isEmpty else { return }
        var table = Table(columns: [
            Table.Column("response", flexible: true), Table.Column(""), Table.Column("file"),
            .number("line"),
        ])
        for row in listed {
            table.append([
                Table.Cell(row.response.id), Table.Cell(row.state, .warning),
                Table.Cell(row.response.file), .count(row.response.line),
            ])
        }
        printer.table(table)
        if omitted > 0 { printer.muted("and \(Formatted.count(omitted)) more: see --limit") }
        printer.muted("Import the export to record them: npsledger import, with the same mapping")
    }
}
