import AnswerEncoding
import ArgumentParser
import Foundation
import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation
import SurveyImport

/// `import`: survey files into the ledger.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take survey files into the ledger.",
        usage: "npsledger import FILE… --source NAME --map FIELD=COLUMN… [options]",
        discussion: """
            CSV, TSV or JSON Lines, plain or gzip; “-” reads standard input. Every row ends as \
            recorded, amended, excluded, duplicate, conflict or rejected, and the totals \
            reconcile. Rejected and conflicting rows are kept, sealed, and listed by \
            `npsledger audit --quarantine`. The same file again records nothing new.

            Fields: response_id, respondent_id, score, text, at, updated_at, channel, language, \
            survey_id, segment.NAME.

            EXAMPLE
              npsledger import answers.csv.gz --source web --map response_id=id \\
                --map score=nps --map text=comment --map at=answered \\
                --map segment.region=region
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions

    @Argument(help: "Files to import, in this order.", completion: .file())
    var files: [String]

    @OptionGroup var columns: SurveyColumnOptions

    @Option(name: .long, help: "Write the mapping of this import to a file.")
    var saveMapping: String?

    @Option(
        name: .long,
        help: "Names what is imported where rows have no id (else the file's name).")
    var delivery: String?

    @Flag(name: .long, help: "Read and decide, and write nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Leave texts unread; `npsledger classify` reads them later.")
    var noClassify = false

    func validate() throws {
        try columns.check(files)
    }

    private func request() throws -> ImportRequest {
        var request = ImportRequest(
            files, source: columns.source, mapping: try columns.mapping(of: files),
            actor: try actor.resolved())
        request.reading = columns.reading
        request.delivery = delivery
        request.isDryRun = dryRun
        request.classifies = !noClassify
        return request
    }

    func run() throws {
        let request = try request()
        try request.check()
        if let saveMapping {
            do {
                try Data(request.mapping.json.utf8).write(to: URL(fileURLWithPath: saveMapping))
            } catch {
                throw CommandFailure(
                    ExitStatus.cannotCreate, "the mapping cannot be written to \(saveMapping)")
            }
        }
        let answer = try Session.open(options, by: self.actor).importFiles(request)
        let printer = Printer(options)
        answer.show(printer)
        if printer.format == .table {
            hintAtTimes(answer.report, request.mapping.timeFormat, printer)
        }
        if let unread = answer.unread {
            Printer.notice("the rows are recorded; `npsledger classify` reads what is left")
            throw unread
        }
    }

    /// A few unreadable times are typing errors; many are another way of writing.
    private func hintAtTimes(_ report: ImportReport, _ format: String?, _ printer: Printer) {
        let count = report.reasons["time.unreadable"] ?? 0
        guard count * 10 >= report.read, count > 1 else { return }
        printer.muted(
            Formatted.count(count, of: "time")
                + (format.map { " are not written as --time-format '\($0)' says" }
                    ?? " are not written as 2026-03-31 or 2026-03-31T14:05: say how, such as "
                    + "--time-format '%d.%m.%Y'"))
    }
}

extension ImportAnswer {
    func show(_ printer: Printer) {
        printer.show(json, csv: csv) { showTable(printer) }
    }

    private func showTable(_ printer: Printer) {
        if isDryRun { printer.heading("Dry run: nothing was written") }
        let reasons = report.reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        printer.table(table(reasons))
        if report.classified > 0 {
            printer.line(
                Formatted.count(report.classified, of: "text") + " classified by the active model")
        }
        if !report.unlearnt.isEmpty {
            printer.line(
                Formatted.count(report.unlearnt.values.reduce(0, +), of: "text")
                    + " left unread, in languages that it has not learnt: "
                    + UnlearntLanguages.list(report.unlearnt))
        }
        if report.shadowClassified > 0 {
            printer.line(
                Formatted.count(report.shadowClassified, of: "classification")
                    + " by models in the shadow, which count for nothing")
        }
        if report.rejected + report.conflicts > 0, !isDryRun {
            printer.muted("Rows in quarantine: npsledger audit --quarantine")
        }
    }

    private func table(_ reasons: [(key: String, value: Int)]) -> Table {
        var table = Table(columns: [
            Table.Column("rows"), .number("count"), Table.Column("", flexible: true),
        ])
        for (name, count) in counts {
            table.append([
                Table.Cell(name, name == "read" ? .strong : .plain), .count(count),
                Table.Cell(count > 0 ? meaning(of: name) ?? "" : "", .muted),
            ])
        }
        for (code, count) in reasons {
            table.append([Table.Cell("  " + code, .warning), .count(count), ""])
        }
        return table
    }
}
