import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSStatistics
import Presentation

/// `responses`: which responses made a number.
struct ResponsesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "responses",
        abstract: "Which responses made a number, and as what each counts.",
        usage: "npsledger responses [--where DIM=VALUE]… [--class CLASS] [options]",
        discussion: """
            Takes the options of `nps` and lists the responses behind its answer, in the order of \
            the log: over all pages their classes add up to it. Texts that could not be counted are \
            listed as uncounted; excluded responses are in no number, and not listed. --by says \
            which dimensions are shown.

            A page says where the next one begins. All pages are as of one position, so what is \
            recorded meanwhile shifts none of them.

            EXAMPLES
              npsledger responses --where region=EMEA --window 7d
              npsledger responses --as-of 29914 --class detractor --limit 20
              npsledger responses --basis stated --limit all --format csv
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var lens: LensOptions
    @OptionGroup var completeness: CompletenessOptions

    @Option(
        name: .customLong("class"),
        help: "Only what counts as promoter, passive or detractor, or is uncounted.")
    var outcome: CountedOutcome?

    @Option(name: .long, help: "List this many on a page, or all.")
    var limit = ListLimit.most(50)

    @Option(
        name: .long,
        help: ArgumentHelp("Go on where the page before ended.", valueName: "page's end"))
    var after: String?

    func validate() throws {
        guard limit.count ?? 1 > 0 else { throw ValidationError("--limit is at least 1.") }
        _ = try cursor()
    }

    private func cursor() throws -> ResponsesCursor? {
        try after.map { text in
            try SelectionOptions.asArgument { () throws(LedgerError) in
                try ResponsesCursor(text)
            }
        }
    }

    func run() throws {
        let request = ResponsesRequest(
            try selection.request(), try lens.request(), outcome: outcome, after: try cursor(),
            limit: limit.count)
        var listing: ResponseListing?
        let next = try Session.open(options).responses(request) { answer in
            listing = ResponseListing(
                answer, shows: request.selection.segments.by, Printer(options))
        } each: { response in
            listing?.add(response)
        }
        listing?.end(next)
        try completeness.check(listing?.answer.frame.incomplete ?? 0)
    }
}

extension CountedOutcome: ExpressibleByArgument {}

/// Writes responses one after the other, so that a list of millions takes no more memory than a
/// page.
private struct ResponseListing {
    /// Rows of a table printed at a time; each such page has its columns' titles.
    private static let pageRows = 500

    let answer: ResponsesAnswer
    private let dimensions: [String]
    private let printer: Printer
    private var page: [CountedResponse] = []
    private var written = 0

    /// - Parameter shows: dimensions that the table has room for: those asked for.
    init(_ answer: ResponsesAnswer, shows dimensions: [String], _ printer: Printer) {
        self.answer = answer
        self.dimensions = dimensions
        self.printer = printer
        switch printer.format {
        case .json: Printer.write(answer.jsonHead)
        case .csv: printer.csv(answer.csvHeader, [])
        case .table: break
        }
    }

    mutating func add(_ response: CountedResponse) {
        if printer.format == .json {
            Printer.write(answer.jsonPiece(response, isFirst: written == 0))
        } else {
            page.append(response)
            if page.count == Self.pageRows { flush() }
        }
        written += 1
    }

    mutating func end(_ next: ResponsesCursor?) {
        flush()
        switch printer.format {
        case .json: Printer.write(ResponsesAnswer.jsonEnd(next, isEmpty: written == 0))
        case .csv:
            if let next { Printer.notice("More follow: --after \(next.text)") }
        case .table:
            if written == 0 { printer.line("No responses.") }
            printer.muted(answer.sentence(listed: written))
            printer.muted(answer.frame.sentence)
            if let sentence = answer.frame.unlearntSentence { printer.muted(sentence) }
            if let next { printer.muted("More follow: --after \(next.text)") }
        }
    }

    private mutating func flush() {
        guard let first = page.first else { return }
        switch printer.format {
        case .json: break
        case .csv: printer.csv(answer.csv(first), page.dropFirst().map(answer.csv))
        case .table: printer.table(table)
        }
        page.removeAll(keepingCapacity: true)
    }

    private var table: Table {
        var table = Table(columns: [
            .number("response"),
            Table.Column("source", minWidth: 6, flexible: true, dropPriority: 2),
            // An id that is cut short finds nothing.
            .label("id", page.map(\.id)),
            Table.Column("answered", dropPriority: 1),
        ])
        table.columns += dimensions.map { name in
            .label(name, page.map { $0.segments[name] ?? "—" })
        }
        table.columns += [
            .number("score"), Table.Column("class"),
            Table.Column("because", minWidth: 12, flexible: true),
        ]
        for response in page {
            let first: [Table.Cell] = [
                Table.Cell("\(response.position)", .muted), Table.Cell(response.source),
                Table.Cell(response.id),
                Table.Cell(answer.day(of: response)),
            ]
            table.append(
                first + dimensions.map { Table.Cell(response.segments[$0] ?? "—") } + [
                    Table.Cell(response.score.map(EventDetail.score) ?? "—"),
                    Table.Cell(CountedOutcome(response.npsClass).rawValue, .of(response.npsClass)),
                    Table.Cell(response.because, .muted),
                ])
        }
        return table
    }
}
