import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSStatistics
import Presentation

/// `distribution`: how stated scores are spread.
struct DistributionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "distribution",
        abstract: "How stated scores are spread from 0 to 10, by segment.",
        usage: "npsledger distribution [--by DIM,…] [--where DIM=VALUE]… [options]",
        discussion: """
            Counts stated scores alone, as `nps --basis stated` does. A line for k holds the scores \
            from k to below k + 1, so fractions of rescaled scores stand in the line of their \
            class. Mean, median and standard deviation (divisor n − 1) are those of the exact \
            scores.

            EXAMPLES
              npsledger distribution --where region=EMEA --window 90d
              npsledger distribution --by region,channel --format csv
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var lens: LensOptions
    @OptionGroup var completeness: CompletenessOptions

    @Option(name: .long, help: "Order of the segments.")
    var sort: ScoreRequest.Order = .responses

    @Option(name: .long, help: "Show at most this many segments.")
    var limit: Int?

    func validate() throws {
        guard limit ?? 1 > 0 else { throw ValidationError("--limit is at least 1.") }
        guard lens.basis != .inferred else {
            throw ValidationError(
                "Only stated scores are spread, a text has a class alone: leave --basis out.")
        }
    }

    func run() throws {
        let answer = try Session.open(options).distribution(
            DistributionRequest(
                try selection.request(), try lens.request(), order: sort, limit: limit))
        let printer = Printer(options)
        printer.show(answer.json, csv: answer.csv, omitted: answer.omitted) {
            answer.show(printer)
            ResponsesQuestion(options, selection, lens, answer.frame).show(printer)
        }
        try completeness.check(answer.frame.incomplete)
    }
}

extension DistributionAnswer {
    fileprivate func show(_ printer: Printer) {
        printer.table(
            rows.isEmpty ? spread(total.scores, printer.style) : overview(printer.style))
        if rows.isEmpty { printer.muted(total.sentence) }
        if total.scores.fractional > 0 {
            printer.muted(
                "\(Formatted.count(total.scores.fractional)) scores are not whole: each line holds "
                    + "those from its score to below the next")
        }
        printer.muted(frame.sentence)
    }

    /// A line a score, the highest first.
    private func spread(_ scores: ScoreDistribution, _ style: TerminalStyle) -> Table {
        var table = Table(columns: [
            .number("score"), .number("n"), .number("share"), Table.Column("class"),
            Table.Column("", dropPriority: 1),
        ])
        let bins = scores.bins
        let most = Double(bins.max() ?? 0)
        for score in bins.indices.reversed() {
            // Where a class begins between two scores, a line holds two of them.
            let classes = Set(
                [score * 100, min(score * 100 + 99, 1_000)].map {
                    frame.thresholds.classify(score: UInt16($0))
                }
            ).sorted { $0.rawValue < $1.rawValue }
            let role: TerminalStyle.Role =
                classes == [.promoter] ? .good : classes == [.detractor] ? .bad : .plain
            table.append([
                Table.Cell("\(score)"), .count(bins[score]),
                Table.Cell(
                    scores.count > 0
                        ? Formatted.percent(Double(bins[score]) / Double(scores.count)) : "—"),
                Table.Cell(classes.map(\.name).joined(separator: ", "), role),
                Table.Cell(Bar(Double(bins[score]), of: most).render(width: 30, style: style)),
            ])
        }
        return table
    }

    /// A line a segment, its spread as eleven marks from 0 to 10.
    private func overview(_ style: TerminalStyle) -> Table {
        let dimensions = rows.first?.score.segment.map(\.dimension) ?? []
        var table = Table(columns: [
            .label(dimensions.joined(separator: " · "), rows.map(\.score.name)),
            .number("n"), .number("mean"), .number("median"), .number("sd", dropPriority: 2),
            .number("detr", dropPriority: 1), .number("pass", dropPriority: 1),
            .number("prom", dropPriority: 1), .number("NPS"), Table.Column("0 to 10"),
        ])
        for row in rows { table.append(row.cells(row.score.name, .plain, style)) }
        table.appendRule()
        table.append(total.cells("all", .strong, style))
        return table
    }
}

extension SegmentDistribution {
    private static func figure(_ value: Double?) -> String {
        value.map { Formatted.fixed($0, decimals: 2) } ?? "—"
    }

    private var median: String { scores.median.flatMap { Formatted.shortest($0) } ?? "—" }

    private func share(_ count: Int) -> String {
        scores.count > 0 ? Formatted.percent(Double(count) / Double(scores.count)) : "—"
    }

    fileprivate func cells(
        _ name: String, _ role: TerminalStyle.Role, _ style: TerminalStyle
    ) -> [Table.Cell] {
        let counts = score.tally.counts
        let most = Double(scores.bins.max() ?? 0)
        return [
            Table.Cell(name, role), .count(scores.count), Table.Cell(Self.figure(scores.mean)),
            Table.Cell(median), Table.Cell(Self.figure(scores.standardDeviation)),
            Table.Cell(share(counts.detractors)), Table.Cell(share(counts.passives)),
            Table.Cell(share(counts.promoters)),
            .score(counts, role),
            Table.Cell(
                Sparkline(scores.bins.map { Double($0) }, low: 0, high: max(1, most))
                    .render(style: style)),
        ]
    }

    /// All of it in words.
    fileprivate var sentence: String {
        let counts = score.tally.counts
        guard let nps = counts.score else { return "no stated scores" }
        return "n \(Formatted.count(scores.count)), mean \(Self.figure(scores.mean)), median "
            + "\(median), standard deviation \(Self.figure(scores.standardDeviation)); "
            + "detractors \(share(counts.detractors)), passives \(share(counts.passives)), "
            + "promoters \(share(counts.promoters)); NPS \(Formatted.points(nps * 100)) ("
            + AnswerNumber.intervalText(score.interval) + ")"
    }
}
