import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

/// `review list`: what was asked, and how far it has come.
struct ReviewListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "What was asked, and how far it has come.",
        usage: "npsledger review list [--state STATE] [--limit N] [options]",
        discussion: """
            Classes are not listed where somebody is still to decide, and not why where you are: \
            that a text speaks against its score tells the score.

            EXAMPLE
              npsledger review list --state disputed
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var completeness: CompletenessOptions
    @OptionGroup var actor: ActorOptions

    @Option(name: .long, help: "Only open, decided, disputed or settled ones.")
    var state: ReviewCase.State?

    @Option(name: .long, help: "At most so many lines of the table.")
    var limit: Int = 40

    func run() throws {
        let actor = try actor.resolved()
        let listing = try Session.open(options).reviews(seenBy: actor.name, state: state)
        let printer = Printer(options)
        printer.show(listing.json, csv: listing.csv) { table(listing.rows, printer) }
        try completeness.check(listing.incomplete)
    }

    private func table(_ rows: [ReviewListing.Row], _ printer: Printer) {
        var table = Table(columns: [
            .number("response"), Table.Column("state"), Table.Column("why", flexible: true),
            .number("decided by"), Table.Column("class"),
        ])
        for row in rows.prefix(limit) {
            let words = row.requests.map { EventDetail.reason($0) }
            table.append([
                Table.Cell("\(row.response)"), Table.Cell(row.state.rawValue),
                Table.Cell(
                    row.isBlind
                        ? "shown once you have decided"
                        : words.isEmpty ? "not asked" : words.joined(separator: ", ")),
                Table.Cell("\(row.reviewers) of \(row.wanted)"),
                Table.Cell(row.npsClass?.name ?? "—"),
            ])
        }
        printer.table(table)
        if rows.count > limit {
            printer.muted("\(Formatted.count(rows.count - limit)) more; --limit shows more")
        }
        let counts = ReviewCase.State.allCases.compactMap { state -> String? in
            let count = rows.count { $0.state == state }
            return count > 0 ? "\(Formatted.count(count)) \(state.rawValue)" : nil
        }
        let none = state.map { "none is \($0.rawValue)" } ?? "nothing was asked"
        printer.muted(counts.isEmpty ? none : counts.joined(separator: ", "))
    }
}
