import AnswerEncoding
import ArgumentParser
import Foundation
import JSON
import LedgerCore
import LedgerQueries
import NPSStatistics
import Presentation

/// `nps`: the score.
struct NPSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nps", abstract: "The score, by segment, under any lens.",
        usage: "npsledger nps [--by DIM,…] [--where DIM=VALUE]… [options]",
        discussion: """
            NPS is in points from −100 to 100, with its confidence interval. “expected” counts \
            each classified text by its probabilities instead of its likeliest class. Texts in a \
            language that the model has not learnt count as nothing, and are told beside the score.

            EXAMPLES
              npsledger nps --by region,channel --window 30d
              npsledger nps --as-of 2026-03-03 --basis stated
              npsledger nps --model 1 --where region=EMEA --format json
              npsledger nps --by region --watch
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var lens: LensOptions
    @OptionGroup var completeness: CompletenessOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Order of the segments: responses, nps, low (of the interval) or name.",
            discussion:
                "By nps, segments of fewer than \(ScoreRequest.tellingResponsesMin) answers "
                + "come after the others."))
    var sort: ScoreRequest.Order = .responses

    @Option(name: .long, help: "Show at most this many segments.")
    var limit: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Leave out segments with fewer responses, and say how many.", valueName: "n"))
    var minResponses: Int = 0

    @Option(name: .long, help: CountingUnit.help)
    var per: CountingUnit = .response

    @Flag(
        name: .long,
        help: "Answer again whenever something is recorded (as JSON: one line an answer).")
    var watch = false

    func validate() throws {
        if watch, options.format == .csv {
            throw ValidationError("--watch writes tables, or JSON with --format json.")
        }
        if watch, lens.frame.asOf != nil {
            throw ValidationError("--watch is about now; --as-of never changes.")
        }
        guard limit ?? 1 > 0 else { throw ValidationError("--limit is at least 1.") }
        guard minResponses >= 0 else { throw ValidationError("--min-responses is at least 0.") }
    }

    func run() throws {
        let open = try Session.open(options, keepsSums: watch)
        let request = ScoreRequest(
            try selection.request(), try lens.request(), order: sort, limit: limit,
            responsesMin: minResponses, per: per)
        guard watch else {
            let answer = try open.score(request)
            show(answer, Printer(options))
            return try completeness.check(answer.frame.incomplete)
        }
        var answered: OpenLedger.Mark?
        var goesOn = true
        while goesOn {
            let mark = try open.mark()
            if mark == answered {
                Thread.sleep(forTimeInterval: Self.pollSeconds)
                continue
            }
            let answer = try open.score(request)
            answered = OpenLedger.Mark(
                size: answer.frame.lens.asOf, generation: mark.generation)
            goesOn = refresh(answer)
            try completeness.check(answer.frame.incomplete)
        }
    }

    /// Between two looks at the end of the log, which take microseconds.
    private static let pollSeconds = 0.005

    /// Shows an answer in the place of the one before; false where nobody reads any more.
    private func refresh(_ answer: ScoreAnswer) -> Bool {
        let printer = Printer(options)
        if options.format == .json {
            return Printer.write(answer.json.serialized() + "\n")
        }
        if Terminal.isTerminal(.standardOutput) { Printer.write(Self.clearScreen) }
        show(answer, printer)
        return !Printer.hasFailed
    }

    /// To the upper left, and everything below away.
    private static let clearScreen = "\u{1B}[H\u{1B}[J"

    private func show(_ answer: ScoreAnswer, _ printer: Printer) {
        let (rows, total) = (answer.rows, answer.total)
        printer.show(answer.json, csv: answer.csv, omitted: answer.omitted) {
            printer.table(table(rows, total, printer.style))
            if answer.tooFew > 0 {
                printer.muted(
                    "\(Formatted.count(answer.tooFew)) segments have fewer than "
                        + "\(Formatted.count(minResponses)) responses")
            }
            printer.muted(answer.sentences)
            if answer.unread > 0 { printer.muted(answer.frame.uncounted(answer.unread)) }
            ResponsesQuestion(options, selection, lens, answer.frame).show(printer)
        }
    }

    private func table(_ rows: [SegmentScore], _ total: SegmentScore, _ style: TerminalStyle)
        -> Table
    {
        // Where all is inferred, the column would say the same as n.
        let hasInferred = total.tally.inferred.total > 0 && total.tally.stated.total > 0
        let extent = DivergingBar.extent(
            for: (rows + [total]).flatMap { row in
                [row.tally.counts.score, row.interval?.low, row.interval?.high]
                    .compactMap { $0.map { $0 * 100 } }
            })
        let name = rows.first?.segment.map(\.dimension).joined(separator: " · ") ?? ""
        var table = Table(columns: [.label(name, rows.map(\.name) + ["all"]), .number("n")])
        let hasRepeats = (rows + [total]).contains(where: \.hasRepeatedAnswers)
        if hasRepeats { table.columns.append(.number("people", dropPriority: 5)) }
        if hasInferred { table.columns.append(.number("inferred", dropPriority: 5)) }
        table.columns += [
            .number("prom", dropPriority: 3), .number("pass", dropPriority: 3),
            .number("detr", dropPriority: 3), .number("NPS"), .number("interval"),
            Table.Column("±\(Formatted.fixed(extent, decimals: 0))", dropPriority: 4),
        ]
        if total.perPerson != nil { table.columns += PersonScore.columns }
        func cells(_ row: SegmentScore, _ name: String, _ role: TerminalStyle.Role) -> [Table.Cell]
        {
            let counts = row.tally.counts
            let score = counts.score.map { $0 * 100 }
            let first: [Table.Cell] = [Table.Cell(name, role), .count(counts.total)]
            let inferred: [Table.Cell] = hasInferred ? [.count(row.tally.inferred.total)] : []
            let rest: [Table.Cell] = [
                .count(counts.promoters), .count(counts.passives), .count(counts.detractors),
                score.map { Table.Cell(Formatted.points($0), role) } ?? "—",
                .interval(row.interval),
                Table.Cell(
                    score.map {
                        DivergingBar(
                            $0,
                            interval: row.interval.map { $0.low * 100...$0.high * 100 },
                            extent: extent
                        ).render(width: 13, style: style)
                    } ?? ""),
            ]
            let people: [Table.Cell] = hasRepeats ? [.count(row.persons)] : []
            return first + people + inferred + rest + (row.perPerson?.cells ?? [])
        }
        for row in rows { table.append(cells(row, row.name, .plain)) }
        if !rows.isEmpty { table.appendRule() }
        table.append(cells(total, "all", .strong))
        return table
    }
}

extension ScoreRequest.Order: ExpressibleByArgument {}
