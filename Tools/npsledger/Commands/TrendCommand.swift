import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

/// `trend`: the score over time.
struct TrendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trend", abstract: "The score over time, with a rolling window.",
        usage: "npsledger trend [--by DIM,…] [--every PERIOD] [options]",
        discussion: """
            Periods are days, weeks (from Monday), months, quarters or years in UTC. The rolling \
            score takes in everything answered in the given span before each period's end.

            EXAMPLES
              npsledger trend --every month --rolling 90d
              npsledger trend --by region --every week --from 2026-01-01
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var lens: LensOptions

    @Option(name: .long, help: "day, week, month, quarter or year (else what fits the range).")
    var every: Period?

    @Option(
        name: .long,
        help: ArgumentHelp("Span of the rolling score, in whole days.", valueName: "span"))
    var rolling: String = "30d"

    @Option(name: .long, help: "Show at most this many segments, largest first.")
    var limit: Int = 20

    /// Cells of one question: groups times days, those only the rolling score reaches back to
    /// included. Beyond it memory would be the answer's limit.
    static let cellsMax = 4_000_000
    static let day: Microseconds = 86_400_000_000

    func validate() throws {
        guard try SelectionOptions.span(rolling) >= Self.day else {
            throw ValidationError("--rolling takes at least one day.")
        }
        guard limit > 0 else { throw ValidationError("--limit is at least 1.") }
    }

    func run() throws {
        let session = try Session.open(options)
        defer { session.ledger.close() }
        try session.catchUp(session.catalog.npsBySegment)
        let chosen = try selection.selection()
        let printer = Printer(options)
        try session.catalog.npsBySegment.read { state, _ in
            let query = NPSBySegmentQuery(state, workers: Session.workers)
            try session.check(chosen, query)
            let resolved = try session.resolve(lens, selection, state)
            let frame = try ResultFrame(session, resolved, lens)
            guard let range = try query.timeRange(resolved) else {
                show(frame, [], every ?? .month, printer)
                return
            }
            let (period, found) = try series(query, resolved, range, chosen, state)
            let sorted = found.sorted { ($1.total, $0.name) < ($0.total, $1.name) }
            show(frame, Array(sorted.prefix(limit)), period, printer)
            if sorted.count > limit {
                Printer.notice("\(sorted.count - limit) more segments; --limit shows more")
            }
        }
    }

    /// The course of every group, with the period that it is cut into.
    ///
    /// What was answered before the lens begins belongs to the rolling scores of its first days,
    /// and to nothing else.
    private func series(
        _ query: NPSBySegmentQuery<some StateReader>, _ lens: ResolvedLens,
        _ range: (first: Microseconds, last: Microseconds), _ chosen: SegmentSelection,
        _ state: some StateReader
    ) throws -> (Period, [TrendSeries]) {
        let rollingDays = Int(try SelectionOptions.span(rolling) / Self.day)
        var (widened, earliest) = (lens, range.first)
        if let from = lens.lens.from {
            var wide = lens.lens
            wide.from = from - Microseconds(rollingDays) * Self.day
            widened = try ResolvedLens(wide, in: state)
            earliest = try query.timeRange(widened)?.first ?? range.first
        }
        let first = max(earliest, lens.lens.from ?? earliest)
        guard
            let all = TimeBuckets(covering: earliest, to: range.last + 1, length: Self.day),
            let shown = TimeBuckets(covering: first, to: range.last + 1, length: Self.day)
        else {
            throw CommandFailure(
                ExitStatus.usage,
                "responses span more than \(TimeBuckets.countMax) days: narrow with --from, or "
                    + "give a shorter --rolling")
        }
        // Every group takes its memory, whether or not anything falls into it.
        let days = lens.lens.from == nil ? all.count : all.count + shown.count
        let groupCount = try query.groupCount(chosen)
        guard groupCount * days <= Self.cellsMax else {
            throw CommandFailure(
                ExitStatus.usage,
                "\(groupCount) segments over \(days) days are too many for one answer: narrow "
                    + "with --where, --from or fewer dimensions in --by")
        }
        let period = every ?? Period.fitting(days: shown.count)
        let groups = try query.tally(lens, chosen, buckets: shown)
        let whole =
            lens.lens.from == nil ? groups : try query.tally(widened, chosen, buckets: all)
        let tallies = Dictionary(uniqueKeysWithValues: whole.map { ($0.values, $0.tallies) })
        return (
            period,
            groups.map { group in
                // Both end with the same day.
                let rolling = TrendSeries.rolling(
                    tallies[group.values] ?? group.tallies, days: rollingDays
                ).suffix(shown.count)
                return TrendSeries(
                    dimensions: chosen.by, group: group, days: shown, rolling: Array(rolling),
                    period: period, lens: self.lens)
            }
        )
    }

    private func show(
        _ frame: ResultFrame, _ series: [TrendSeries], _ period: Period, _ printer: Printer
    ) {
        switch options.format {
        case .json:
            printer.json([
                "asOf": frame.asOf, "lens": frame.json, "window": frame.window,
                "every": .string(period.rawValue), "rolling": .string(rolling),
                "series": .array(series.map(\.json)),
            ])
        case .csv:
            let dimensions = series.first?.dimensions ?? []
            printer.csv(
                ["period"] + dimensions + [
                    "responses", "nps", "low", "high", "rollingResponses", "rollingNps",
                ], series.flatMap(\.csv))
        case .table:
            if series.isEmpty { printer.line("No responses in the window.") }
            if selection.by == nil, let only = series.first {
                printer.table(only.table(rolling, printer.style))
            } else if !series.isEmpty {
                printer.table(TrendSeries.overview(series, period, printer.style))
            }
            printer.muted("by \(period.rawValue), " + frame.sentence)
        }
    }
}
