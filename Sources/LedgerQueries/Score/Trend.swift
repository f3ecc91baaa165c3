import LedgerCore
import LedgerStore
import NPSBySegmentProjection
import NPSStatistics
import Presentation

/// What the course of a score is asked of.
public struct TrendRequest: Hashable, Sendable {
    /// Which responses, and how they are grouped.
    public var selection: Selection
    /// Under which frame.
    public var lens: LensRequest
    /// The periods; nil for those that fit the range.
    public var every: Period?
    /// Span of the rolling score, in whole days.
    public var rolling: TimeSpan
    /// Segments at most, the largest.
    public var limit: Int
    /// What counts once in each period.
    public var per: CountingUnit

    /// A question.
    public init(
        _ selection: Selection = Selection(), _ lens: LensRequest = LensRequest(),
        every: Period? = nil, rolling: TimeSpan = TimeSpan(days: 30), limit: Int = 20,
        per: CountingUnit = .response
    ) {
        self.selection = selection
        self.lens = lens
        self.every = every
        self.rolling = rolling
        self.limit = limit
        self.per = per
    }
}

/// One segment's score by period.
public struct TrendSeries: Sendable {
    /// A period.
    public struct Point: Sendable {
        /// Its first day, counted from 1970-01-01.
        public let day: Int
        /// The first instant of that day.
        public let start: Microseconds
        /// What was answered in it.
        public package(set) var tally = NPSTally()
        /// What was answered in the rolling span up to its end.
        public package(set) var rolling = NPSTally()
        /// Of the score in it, as a share.
        public package(set) var interval: Interval?
        /// How many people gave the answers in it.
        public package(set) var persons = 0
        /// With each person of the period once; nil unless that was asked.
        public package(set) var perPerson: PersonScore?
        /// Texts in it that the model has not read; others may be left uncounted for being unsure.
        public package(set) var unread = 0
    }

    /// The dimensions asked for.
    public let dimensions: [String]
    /// The segment's values in their order; nil where responses have none.
    public let values: [String?]
    /// By period, the earliest first.
    public private(set) var points: [Point]

    /// The values, with a dash for one that there is not.
    public var name: String { Self.name(values) }

    static func name(_ values: [String?]) -> String {
        values.isEmpty ? "all" : values.map { $0 ?? "—" }.joined(separator: " · ")
    }

    /// Responses in all periods.
    public var total: Int { points.reduce(0) { $0 + $1.tally.counts.total } }

    /// Texts in all periods that the model has not read.
    public var unread: Int { points.reduce(0) { $0 + $1.unread } }

    /// Whether somebody answered more than once within a period.
    public var hasRepeatedAnswers: Bool {
        points.contains { $0.persons < $0.tally.counts.total }
    }

    /// A group's course; its intervals are told by ``reckon(_:_:)``.
    ///
    /// - Parameter unread: texts of each period that the model has not read.
    init(
        _ dimensions: [String], _ values: [String?], _ tallies: [NPSTally], rolling: [NPSTally],
        unread: [Int], _ course: TrendCourse
    ) {
        self.dimensions = dimensions
        self.values = values
        points = course.days.indices.map { index in
            Point(
                day: course.days[index], start: course.spans.bounds[index], tally: tallies[index],
                rolling: rolling[index], unread: unread[index])
        }
    }

    /// Tells how many people answered in each period, and with that the interval of its score.
    ///
    /// - Parameter once: the sums with each person of the period once, where that is asked.
    mutating func reckon(_ sums: [ClusterSums], once: [ClusterSums]?, _ frame: AnswerFrame) {
        for (index, sums) in zip(points.indices, sums) {
            points[index].persons = sums.persons
            points[index].interval = frame.interval(of: points[index].tally.counts, sums)
            points[index].perPerson = once.map { PersonScore($0[index], frame) }
        }
    }
}

/// The periods that a range of responses is cut into, and the span of the rolling score of each.
struct TrendCourse {
    /// Periods of one answer.
    static let periodsMax = 20_000

    let period: Period
    /// First day of each period.
    let days: [Int]
    /// The periods.
    let spans: TimeSpans
    /// What the rolling score of each period takes in: whole days, up to its end or to the last
    /// day with an answer.
    let windows: [Range<Microseconds>]

    /// - Throws: `LedgerError` with code `invalid` for more periods than one answer holds.
    init(
        _ calendar: ReportingCalendar, every: Period?, from: Microseconds, through: Microseconds,
        rollingDays: Int
    ) throws(LedgerError) {
        let (first, last) = (calendar.day(of: from), calendar.day(of: through))
        let period = every ?? Period.fitting(days: last - first + 1)
        var starts = [calendar.start(of: period, ofDay: first)]
        while let start = starts.last, start <= last {
            guard starts.count <= Self.periodsMax else {
                throw LedgerError(
                    .invalid, "responses span more than \(Self.periodsMax) periods",
                    remedy: .narrowOrLengthenPeriods)
            }
            starts.append(calendar.start(of: period, after: start))
        }
        self.period = period
        days = starts.dropLast()
        spans = TimeSpans(bounds: starts.map { calendar.start(ofDay: $0) })
        windows = starts.dropFirst().map { next in
            let end = min(next, last + 1)
            return calendar.start(ofDay: end - rollingDays)..<calendar.start(ofDay: end)
        }
    }
}

/// The course of a score.
public struct TrendAnswer: Sendable {
    /// Under which frame.
    public let frame: AnswerFrame
    /// The periods.
    public let every: Period
    /// Span of the rolling score.
    public let rolling: TimeSpan
    /// The largest segments first.
    public let series: [TrendSeries]
    /// Segments beyond the limit.
    public let omitted: Int
    /// All segments together, those beyond the limit too; nil where nothing is grouped by.
    public let total: TrendSeries?
    /// What was answered in each period, by segment beyond the limit; empty where those are too many
    /// to be told apart: then they count as one.
    let others: [[NPSCounts]]

    /// How much of the change of all between two periods is that segments score otherwise, and how
    /// much that their shares moved, whichever segments are shown. Nil where nothing is grouped by,
    /// or a period has no responses.
    public func mix(from first: Int, to second: Int) -> MixDecomposition? {
        guard let total, total.points.indices.contains(first), total.points.indices.contains(second)
        else { return nil }
        func counts(_ series: TrendSeries, _ point: Int) -> NPSCounts {
            series.points[point].tally.counts
        }
        var segments = series.map {
            SegmentChange(before: counts($0, first), after: counts($0, second))
        }
        segments += others.map { SegmentChange(before: $0[first], after: $0[second]) }
        segments.append(
            SegmentChange(
                before: segments.reduce(counts(total, first)) { $0 - $1.before },
                after: segments.reduce(counts(total, second)) { $0 - $1.after }))
        return MixDecomposition(segments)
    }

    /// The same of the whole range: from the first period with responses to the last.
    public var mix: MixDecomposition? {
        let known = total?.points.indices.filter { total?.points[$0].tally.counts.total ?? 0 > 0 }
        guard let first = known?.first, let last = known?.last, first < last else { return nil }
        return mix(from: first, to: last)
    }
}

extension OpenLedger {
    /// Cells of one question: groups times periods, and the bounds of their rolling scores. Beyond
    /// it memory would be the answer's limit.
    private static let trendCellsMax = 4_000_000

    /// The score over time, with a rolling window.
    ///
    /// - Throws: `LedgerError` as ``score(_:for:)`` does, and with code `invalid` for more segments
    ///   and days than one answer holds.
    public func trend(
        _ request: TrendRequest, for viewer: Viewer = .everything
    ) throws -> TrendAnswer {
        guard request.rolling.length >= TimeSpan.day else {
            throw LedgerError(.invalid, "a rolling score takes at least one day")
        }
        return try scores { state, horizon in
            let query = NPSBySegmentQuery(state, workers: workers)
            try check(request.selection.segments, query)
            let lens = try resolve(request.lens, request.selection, horizon: horizon, state)
            let frame = try frame(lens, request.lens, request.selection.segments, query)
            // Which answer of a respondent counts is decided in each period, not over all of them.
            var every = lens.lens
            every.duplicates = .all
            let whole = try ResolvedLens(every, in: state)
            guard let range = try query.timeRange(whole) else {
                return TrendAnswer(
                    frame: frame, every: request.every ?? .month, rolling: request.rolling,
                    series: [], omitted: 0, total: nil, others: [])
            }
            // Periods are counted of those only that are shown: of thousands of segments those of
            // all would not fit.
            let groups = try query.tally(whole, request.selection.segments)
            let largest = groups.map { (values: $0.values, total: $0.tallies[0].counts.total) }
                .sorted {
                    ($1.total, TrendSeries.name($0.values)) < (
                        $0.total, TrendSeries.name($1.values)
                    )
                }.prefix(request.limit).map(\.values)
            let (period, found) = try series(
                request, Set(largest), query, lens, range, frame, state)
            var ungrouped = request
            ungrouped.selection.segments.by = []
            ungrouped.every = period
            let total =
                request.selection.segments.by.isEmpty
                ? nil : try series(ungrouped, [[]], query, lens, range, frame, state).1.first
            let beyond = Set(groups.map(\.values)).subtracting(largest)
            let others =
                total == nil || beyond.isEmpty
                ? [] : try counts(of: beyond, request, query, lens, range, frame, period)
            return TrendAnswer(
                frame: frame, every: period, rolling: request.rolling,
                series: found.sorted { ($1.total, $0.name) < ($0.total, $1.name) },
                omitted: groups.count - found.count, total: total, others: others)
        }
    }

    /// What was answered in each period, by group; empty where that would be too much.
    private func counts(
        of groups: Set<[String?]>, _ request: TrendRequest,
        _ query: NPSBySegmentQuery<some StateReader>, _ lens: ResolvedLens,
        _ range: (first: Microseconds, last: Microseconds, lastCredible: Microseconds?),
        _ frame: AnswerFrame, _ period: Period
    ) throws -> [[NPSCounts]] {
        let course = try TrendCourse(
            frame.calendar, every: period, from: range.first, through: range.last,
            rollingDays: Int(request.rolling.length / TimeSpan.day))
        guard groups.count * course.days.count <= Self.trendCellsMax else { return [] }
        return try query.tally(
            lens, request.selection.segments, spans: course.spans, groups: groups
        ).map { $0.tallies.map(\.counts) }
    }

    /// The course of every group, with the period that it is cut into.
    ///
    /// What was answered before the lens begins belongs to the rolling scores of its first periods,
    /// and to nothing else.
    private func series(
        _ request: TrendRequest, _ shownGroups: Set<[String?]>,
        _ query: NPSBySegmentQuery<some StateReader>,
        _ lens: ResolvedLens,
        _ range: (first: Microseconds, last: Microseconds, lastCredible: Microseconds?),
        _ frame: AnswerFrame, _ state: some StateReader
    ) throws -> (Period, [TrendSeries]) {
        let chosen = request.selection.segments
        let course = try TrendCourse(
            frame.calendar, every: request.every, from: range.first, through: range.last,
            rollingDays: Int(request.rolling.length / TimeSpan.day))
        guard shownGroups.count * course.days.count * 3 <= Self.trendCellsMax else {
            throw LedgerError(
                .invalid,
                "\(shownGroups.count) segments over \(course.days.count) periods are too many for "
                    + "one answer", remedy: .narrow)
        }
        var wide = lens
        if let from = lens.lens.from, let first = course.windows.first?.lowerBound {
            var widened = lens.lens
            widened.from = min(from, first)
            wide = try ResolvedLens(widened, in: state)
        }
        let groups = try query.tally(lens, chosen, spans: course.spans, groups: shownGroups)
        let rolling = Dictionary(
            uniqueKeysWithValues: try query.tally(
                wide, chosen, windows: course.windows, groups: shownGroups
            ).map { ($0.values, $0.tallies) })
        // What is left when no confidence is asked for was not read.
        let unread =
            lens.thresholds.confidenceMin == 0
            ? groups
            : try query.tally(
                lens.askingNoConfidence, chosen, spans: course.spans, groups: shownGroups)
        let unreadTallies = Dictionary(uniqueKeysWithValues: unread.map { ($0.values, $0.tallies) })
        let none = [NPSTally](repeating: NPSTally(), count: course.days.count)
        var series = groups.map { group in
            TrendSeries(
                chosen.by, group.values, group.tallies, rolling: rolling[group.values] ?? none,
                unread: (unreadTallies[group.values] ?? group.tallies).map(\.uncounted), course)
        }
        let answers = try query.answersByPerson(
            lens, chosen, spans: course.spans, groups: shownGroups)
        try reckon(&series, answers, frame, per: request.per)
        return (course.period, series)
    }

    /// Brings the answers of each person within each period together.
    private func reckon(
        _ series: inout [TrendSeries], _ answers: AnswersByPerson, _ frame: AnswerFrame,
        per unit: CountingUnit
    ) throws {
        let repeated = try answers.repeated(by: workers).sums
        let averaged = unit == .person ? answers.averaged().sums : nil
        let places = Dictionary(uniqueKeysWithValues: answers.groups.enumerated().map { ($1, $0) })
        for index in series.indices {
            var sums = series[index].points.map { ClusterSums(ExpectedScore($0.tally.counts)) }
            var once = averaged == nil ? nil : sums
            // Where one answer of each respondent counts, nobody has several.
            if let place = places[series[index].values], !repeated.isEmpty {
                let first = place * answers.slotsPerGroup
                for period in sums.indices {
                    sums[period].join(repeated[first + period])
                    if let averaged { once?[period] += averaged[first + period] }
                }
            }
            series[index].reckon(sums, once: once, frame)
        }
    }
}
