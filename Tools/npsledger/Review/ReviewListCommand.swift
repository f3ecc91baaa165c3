import ArgumentParser
import LedgerCore
import NPSBySegmentProjection
import NPSLedger
import Presentation

/// `review list`: what was asked, and how far it has come.
struct ReviewListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "What was asked, and how far it has come.",
        usage: "npsledger review list [--state STATE] [--limit N] [options]",
        discussion: """
            Classes are not listed where somebody is still to decide.

            EXAMPLE
              npsledger review list --state disputed
            """)

    @OptionGroup var options: LedgerOptions

    @Option(name: .long, help: "Only open, decided, disputed or settled ones.")
    var state: ReviewCase.State?

    @Option(name: .long, help: "At most so many lines of the table.")
    var limit: Int = 40

    func run() throws {
        let session = try Session(options)
        defer { session.ledger.close() }
        let desk = try ReviewDesk(session)
        let items = desk.items.filter { item in
            let isAbout = item.reviewCase.standing != nil || !item.reviewCase.requests.isEmpty
            return isAbout && (state.map { $0 == item.reviewCase.state } ?? true)
        }
        let printer = Printer(options)
        switch printer.format {
        case .json:
            printer.json([
                "asOf": .integer(desk.asOf), "reviews": .array(items.map { .object(json($0)) }),
            ])
        case .csv:
            let names = [
                "response", "text", "state", "reasons", "wanted", "reviewers", "class",
            ]
            printer.csv(
                names,
                items.map { item in
                    [
                        "\(item.response)", "\(item.text.event)", item.reviewCase.state.rawValue,
                        reasons(item, separator: " "), "\(item.reviewCase.wanted)",
                        "\(item.reviewCase.people.count)", shown(item)?.name ?? "",
                    ]
                })
        case .table: table(items, printer)
        }
    }

    /// The class that stands, once nobody is to decide any more.
    private func shown(_ item: ReviewDesk.Item) -> NPSClass? {
        item.reviewCase.state == .open ? nil : item.reviewCase.standing?.decided.decision
    }

    private func reasons(_ item: ReviewDesk.Item, separator: String) -> String {
        Set(item.reviewCase.requests.map(\.request.reason.rawValue)).sorted()
            .joined(separator: separator)
    }

    private func json(_ item: ReviewDesk.Item) -> [(String, JSONValue)] {
        [
            ("response", .integer(item.response)), ("text", .integer(item.text.event)),
            ("state", .string(item.reviewCase.state.rawValue)),
            (
                "reasons",
                .array(
                    Set(item.reviewCase.requests.map(\.request.reason.rawValue)).sorted()
                        .map { .string($0) })
            ),
            ("wanted", .integer(item.reviewCase.wanted)),
            ("reviewers", .integer(item.reviewCase.people.count)),
            ("class", .optional(shown(item)?.name)),
        ]
    }

    private func table(_ items: [ReviewDesk.Item], _ printer: Printer) {
        var table = Table(columns: [
            .number("response"), Table.Column("state"), Table.Column("why", flexible: true),
            .number("decided by"), Table.Column("class"),
        ])
        for item in items.prefix(limit) {
            let words = item.reviewCase.requests.map { ReviewCommand.words($0.request) }
            table.append([
                Table.Cell("\(item.response)"), Table.Cell(item.reviewCase.state.rawValue),
                Table.Cell(words.isEmpty ? "not asked" : words.joined(separator: ", ")),
                Table.Cell("\(item.reviewCase.people.count) of \(item.reviewCase.wanted)"),
                Table.Cell(shown(item)?.name ?? "—"),
            ])
        }
        printer.table(table)
        if items.count > limit {
            printer.muted("\(Formatted.count(items.count - limit)) more; --limit shows more")
        }
        let counts = ReviewCase.State.allCases.compactMap { state -> String? in
            let count = items.count { $0.reviewCase.state == state }
            return count > 0 ? "\(Formatted.count(count)) \(state.rawValue)" : nil
        }
        printer.muted(counts.isEmpty ? "nothing was asked" : counts.joined(separator: ", "))
    }
}

extension ReviewCase.State: ExpressibleByArgument {}
