import ArgumentParser
import LedgerCore
import LedgerQueries
import LedgerVault
import NPSBySegmentProjection
import NPSLedger
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

    /// Problems that are listed.
    private static let problemsListedMax = 20

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions

    @Argument(help: "The file, or - for standard input.")
    var file: String

    @Flag(name: .long, help: "Say what would be recorded, and record nothing.")
    var dryRun = false

    func run() throws {
        let actor = try actor.resolved()
        var content = try ReviewSheet.read(file)
        let session = try Session.open(options, by: self.actor)
        defer { session.ledger.close() }
        let desk = try ReviewDesk(session, others: Set(content.rows.map(\.response)))
        let items = Dictionary(
            desk.items.map { ($0.response, $0) }, uniquingKeysWith: { first, _ in first })
        var decisions: [(text: ReviewText, decision: ReviewRegistry.Decision)] = []
        for row in content.rows {
            guard let item = items[row.response] else {
                content.problems.append(
                    (
                        row.line,
                        "position \(row.response) is no response with a text that counts"
                    ))
                continue
            }
            guard item.text.event == row.text else {
                content.problems.append(
                    (
                        row.line,
                        "the text of response \(row.response) is that of event "
                            + "\(item.text.event) by now: export it again"
                    ))
                continue
            }
            if try isRecorded(item, row.decision, actor, session) { continue }
            decisions.append((item.reviewText, row.decision))
        }
        try refuse(content.problems)
        let recorded =
            dryRun
            ? 0
            : try ReviewRegistry(session.ledger).decide(
                decisions, reviewer: actor, asOf: desk.asOf)
        if recorded > 0 { try session.settle() }
        let unchanged = content.rows.count - decisions.count
        let printer = Printer(options)
        guard printer.format == .table else {
            printer.record([
                ("rows", .integer(content.rows.count + content.undecided)),
                ("recorded", .integer(dryRun ? decisions.count : recorded)),
                ("unchanged", .integer(unchanged)), ("undecided", .integer(content.undecided)),
                ("dryRun", .bool(dryRun)),
            ])
            return
        }
        printer.line(
            dryRun
                ? "Would record \(Formatted.count(decisions.count)) decisions"
                : "Recorded \(Formatted.count(recorded)) decisions by \(actor.name)")
        for (number, what) in [
            (unchanged, "were recorded before"), (content.undecided, "are without a class"),
        ] where number > 0 {
            printer.muted("\(Formatted.count(number)) rows \(what)")
        }
    }

    /// Whether the reviewer's own latest decision says the same, in the same words.
    private func isRecorded(
        _ item: ReviewDesk.Item, _ decision: ReviewRegistry.Decision, _ actor: Actor,
        _ session: OpenLedger
    ) throws -> Bool {
        guard let own = item.reviewCase.latest(of: Review.person(actor.name)),
            decision.says(own.decided)
        else { return false }
        guard let rationale = decision.rationale else { return true }
        return try session.ledger.personalData(at: own.position)?.reason == rationale
    }

    private func refuse(_ problems: [(line: Int, problem: String)]) throws {
        guard !problems.isEmpty else { return }
        let sorted = problems.sorted { $0.line < $1.line }
        let listed = sorted.prefix(Self.problemsListedMax).map { "line \($0.line): \($0.problem)" }
        let more = sorted.count - listed.count
        throw CommandFailure(
            ExitStatus.badData,
            (["\(file): nothing was recorded; \(Formatted.count(sorted.count)) rows are wrong"]
                + listed + (more > 0 ? ["and \(Formatted.count(more)) more"] : []))
                .joined(separator: "\n"))
    }
}
