import ArgumentParser
import LedgerCore
import LedgerQueries
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
            Classes are not listed where somebody is still to decide, and not why where you are: \
            that a text speaks against its score tells the score.

            EXAMPLE
              npsledger review list --state disputed
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: ActorOptions

    @Option(name: .long, help: "Only open, decided, disputed or settled ones.")
    var state: ReviewCase.State?

    @Option(name: .long, help: "At most so many lines of the table.")
    var limit: Int = 40

    func run() throws {
        let person = Review.person(try actor.resolved().name)
        let session = try Session.open(options)
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
                "asOf": .integer(desk.asOf),
                "reviews": .array(items.map { .object(json($0, person)) }),
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
                        reasons(item, person).joined(separator: " "),
                        "\(item.reviewCase.wanted)",
                        "\(item.reviewCase.people.count)", shown(item)?.name ?? "",
                    ]
                })
        case .table: table(items, person, printer)
        }
    }

    /// The class that stands, once nobody is to decide any more.
    private func shown(_ item: ReviewDesk.Item) -> NPSClass? {
        item.reviewCase.state == .open ? nil : item.reviewCase.standing?.decided.decision
    }

    /// Why it was asked; nothing for who is still to decide.
    private func reasons(_ item: ReviewDesk.Item, _ person: String) -> [String] {
        guard item.reviewCase.openRequest(to: person) == nil else { return [] }
        return Set(item.reviewCase.requests.map(\.request.reason.rawValue)).sorted()
    }

    private func json(_ item: ReviewDesk.Item, _ person: String) -> [(String, JSONValue)] {
        [
            ("response", .integer(item.response)), ("text", .integer(item.text.event)),
            ("state", .string(item.reviewCase.state.rawValue)),
            (
                "reasons",
                .array(reasons(item, person).map { .string($0) })
            ),
            ("wanted", .integer(item.reviewCase.wanted)),
            ("reviewers", .integer(item.reviewCase.people.count)),
            ("class", .optional(shown(item)?.name)),
        ]
    }

    private func table(_ items: [ReviewDesk.Item], _ person: String, _ printer: Printer) {
        var table = Table(columns: [
            .number("response"), Table.Column("state"), Table.Column("why", flexible: true),
            .number("decided by"), Table.Column("class"),
        ])
        for item in items.prefix(limit) {
            let isBlind = item.reviewCase.openRequest(to: person) != nil
            let words = item.reviewCase.requests.map { request in
                isBlind ? "shown once you have decided" : ReviewCommand.words(request.request)
            }
            table.append([
                Table.Cell("\(item.response)"), Table.Cell(item.reviewCase.state.rawValue),
                Table.Cell(
                    words.isEmpty
                        ? "not asked" : isBlind ? words[0] : words.joined(separator: ", ")),
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
        let none = state.map { "none is \($0.rawValue)" } ?? "nothing was asked"
        printer.muted(counts.isEmpty ? none : counts.joined(separator: ", "))
    }
}

extension ReviewCase.State: ExpressibleByArgument {}
