import AnswerEncoding
import ArgumentParser
import JSON
import LedgerCore
import LedgerQueries
import NPSStatistics
import Presentation

/// `trend`: the score over time.
struct TrendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trend", abstract: "The score over time, with a rolling window.",
        usage: "npsledger trend [--by DIM,…] [--every PERIOD] [options]",
        discussion: """
            Periods are days, weeks, months, quarters or years of the reporting zone; the policies \
            reportingZone, firstWeekday and fiscalYearStart say which, unless the options do. The \
            rolling score takes in everything answered in the given days before each period's end. \
            With --duplicates, one answer of each respondent counts in each period, and in each \
            rolling span.

            EXAMPLES
              npsledger trend --every month --rolling 90d
              npsledger trend --by region --every week --from 2026-01-01
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var lens: LensOptions
    @OptionGroup var completeness: CompletenessOptions

    @Option(name: .long, help: "day, week, month, quarter or year (else what fits the range).")
    var every: Period?

    @Option(
        name: .long,
        help: ArgumentHelp("Span of the rolling score, in whole days.", valueName: "span"))
    var rolling: String = "30d"

    @Option(name: .customLong("first-weekday"), help: "On which day a week begins.")
    var firstWeekday: Weekday?

    @Option(
        name: .customLong("fiscal-year-start"),
        help: ArgumentHelp("In which month a fiscal year begins.", valueName: "month"))
    var fiscalYearStart: Month?

    @Option(name: .long, help: CountingUnit.help)
    var per: CountingUnit = .response

    @Option(name: .long, help: "Show at most this many segments, largest first.")
    var limit: Int = 20

    func validate() throws {
        guard try SelectionOptions.span(rolling) >= TimeSpan.day else {
            throw ValidationError("--rolling takes at least one day.")
        }
        guard limit > 0 else { throw ValidationError("--limit is at least 1.") }
    }

    func run() throws {
        var asked = try lens.request()
        asked.calendar.firstWeekday = firstWeekday
        asked.calendar.fiscalYearStart = fiscalYearStart?.number
        let answer = try Session.open(options).trend(
            TrendRequest(
                try selection.request(), asked, every: every, rolling: try TimeSpan(rolling),
                limit: limit, per: per))
        let printer = Printer(options)
        printer.show(answer.json, csv: answer.csv, omitted: answer.omitted) {
            answer.show(isGrouped: selection.by != nil, printer)
            // Which answer of a respondent counts differs from period to period.
            if lens.duplicates == .all {
                ResponsesQuestion(options, selection, lens, answer.frame).show(printer)
            }
        }
        try completeness.check(answer.frame.incomplete)
    }
}

extension Period: ExpressibleByArgument {}
extension Weekday: ExpressibleByArgument {}
extension Month: ExpressibleByArgument {}

extension TrendAnswer {
    fileprivate func show(isGrouped: Bool, _ printer: Printer) {
        if series.isEmpty { printer.line("No responses in the window.") }
        if !isGrouped, let only = series.first {
            printer.table(table(only, printer.style))
        } else if !series.isEmpty {
            printer.table(overview(printer.style))
        }
        printer.muted(sentences)
        let unread =
            (total.map { [$0] } ?? series).reduce(0) { $0 + $1.unread } - frame.unlearntTexts
        if unread > 0 { printer.muted(frame.uncounted(unread)) }
    }

    /// A line a period.
    private func table(_ series: TrendSeries, _ style: TerminalStyle) -> Table {
        let extent = DivergingBar.extent(
            for: series.points.flatMap { point in
                [point.tally.counts.score, point.interval?.low, point.interval?.high]
                    .compactMap { $0.map { $0 * 100 } }
            })
        var table = Table(columns: [
            .label(
                every.rawValue,
                series.points.map { frame.calendar.name(of: every, start: $0.day) }),
            .number("n"), .number("NPS"), .number("interval"),
            .number("rolling \(rolling.text)"),
            Table.Column("±\(Formatted.fixed(extent, decimals: 0))", dropPriority: 1),
        ])
        if series.points.first?.perPerson != nil {
            table.columns.insert(contentsOf: PersonScore.columns, at: 4)
        }
        if series.hasRepeatedAnswers { table.columns.insert(.number("people"), at: 2) }
        if series.unread > 0 { table.columns.insert(.number("unread", dropPriority: 2), at: 2) }
        for point in series.points {
            let score = point.tally.counts.score.map { $0 * 100 }
            var cells: [Table.Cell] = [
                Table.Cell(frame.calendar.name(of: every, start: point.day)),
                .count(point.tally.counts.total),
                score.map { Table.Cell(Formatted.points($0)) } ?? "—",
                .interval(point.interval),
                Table.Cell(
                    point.rolling.counts.score.map { Formatted.points($0 * 100) } ?? "—"),
                Table.Cell(
                    score.map {
                        DivergingBar(
                            $0, interval: point.interval.map { $0.low * 100...$0.high * 100 },
                            extent: extent
                        ).render(width: 25, style: style)
                    } ?? ""),
            ]
            if let score = point.perPerson { cells.insert(contentsOf: score.cells, at: 4) }
            if series.hasRepeatedAnswers { cells.insert(.count(point.persons), at: 2) }
            if series.unread > 0 { cells.insert(.count(point.unread), at: 2) }
            table.append(cells)
        }
        return table
    }

    /// A line a segment, with its course as a sparkline.
    private func overview(_ style: TerminalStyle) -> Table {
        // Forty marks fit beside the rest in 80 columns.
        let (periods, marks) = marks(atMost: 40)
        var table = Table(columns: [
            .label(series.first?.dimensions.joined(separator: " · ") ?? "", series.map(\.name)),
            .number("n"), .number("first"), .number("last"),
            Table.Column(
                "by " + (periods > 1 ? "\(periods) \(every.rawValue)s" : every.rawValue)),
        ])
        // One scale for all lines, from the lowest to the highest score shown, so that they compare.
        let everyScore = marks.dropLast(total == nil ? 0 : 1).flatMap { $0.compactMap { $0 } }
        let (low, high) = (everyScore.min() ?? -100, everyScore.max() ?? 100)
        for (one, marks) in zip(series + (total.map { [$0] } ?? []), marks) {
            if one.dimensions.isEmpty { table.appendRule() }
            let known = one.points.compactMap { $0.tally.counts.score.map { $0 * 100 } }
            table.append([
                Table.Cell(one.name), .count(one.total),
                known.first.map { Table.Cell(Formatted.points($0)) } ?? "—",
                known.last.map { Table.Cell(Formatted.points($0)) } ?? "—",
                Table.Cell(
                    Sparkline(marks, low: low, high: max(high, low + 1)).render(style: style)),
            ])
        }
        return table
    }
}
