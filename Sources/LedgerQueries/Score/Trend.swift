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

    /// A question.
    public init(
        _ selection: Selection = Selection(), _ lens: LensRequest = LensRequest(),
        every: Period? = nil, rolling: TimeSpan = TimeSpan(days: 30), limit: Int = 20
    ) {
        self.selection = selection
        self.lens = lens
        self.every = every
        self.rolling = rolling
        self.limit = limit
    }
}

/// One segment's score by period.
public struct TrendSeries: Sendable {
    /// A period.
    public struct Point: Sendable {
        /// Its first day, counted from 1970-01-01.
        public let start: Int
        /// What was answered in it.
        public package(set) var tally = NPSTally()
        /// What was answered in the rolling span up to its end.
        public package(set) var rolling = NPSTally()
        /// Of the score in it, as a share.
        public package(set) var interval: Interval?
        /// How many people gave the answers in it.
        public package(set) var persons = 0
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

    /// Whether somebody answered more than once within a period.
    public var hasRepeatedAnswers: Bool {
        points.contains { $0.persons < $0.tally.counts.total }
    }

    /// A group's course; its intervals are told by ``reckon(_:_:)``.
    ///
    /// - Parameter rolling: the rolling sum up to the end of each of `days`.
    init(
        _ dimensions: [String], _ values: [String?], _ tallies: [NPSTally], days: TimeBuckets,
        rolling: [NPSTally], period: Period
    ) {
        self.dimensions = dimensions
        self.values = values
        let first = Int(days.start / TimeSpan.day)
        var starts: [Int] = []
        for index in 0..<days.count {
            let start = period.start(ofDay: first + index)
            if starts.last != start { starts.append(start) }
        }
        points = starts.map { Point(start: $0) }
        var slot = 0
        for index in 0..<days.count {
            while slot + 1 < points.count, first + index >= points[slot + 1].start { slot += 1 }
            points[slot].tally += tallies[index]
            // The last day of the period leaves its rolling sum standing.
            points[slot].rolling = rolling[index]
        }
    }

    /// Tells how many people answered in each period, and with that the interval of its score.
    mutating func reckon(_ sums: ArraySlice<ClusterSums>, _ frame: AnswerFrame) {
        for (index, sums) in zip(points.indices, sums) {
            points[index].persons = sums.persons
            points[index].interval = frame.interval(of: points[index].tally.counts, sums)
        }
    }

    /// For each of a group's daily sums, the sum of the `days` up to and with it.
    static func rolling(_ tallies: [NPSTally], days: Int) -> [NPSTally] {
        var sum = NPSTally()
        return tallies.indices.map { index in
            sum += tallies[index]
            if index >= days { sum = sum.removing(tallies[index - days]) }
            return sum
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
}

extension OpenLedger {
    /// Cells of one question: groups times days, those only the rolling score reaches back to
    /// included. Beyond it memory would be the answer's limit.
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
            let frame = try frame(lens, request.lens)
            guard let range = try query.timeRange(lens) else {
                return TrendAnswer(
                    frame: frame, every: request.every ?? .month, rolling: request.rolling,
                    series: [], omitted: 0)
            }
            // Days are counted for those only that are shown: of thousands of segments the days
            // of all would not fit.
            let groups = try query.tally(lens, request.selection.segments)
            let largest = groups.map { (values: $0.values, total: $0.tallies[0].counts.total) }
                .sorted {
                    ($1.total, TrendSeries.name($0.values)) < (
                        $0.total, TrendSeries.name($1.values)
                    )
                }.prefix(request.limit).map(\.values)
            let (period, found) = try series(
                request, Set(largest), query, lens, range, frame, state)
            return TrendAnswer(
                frame: frame, every: period, rolling: request.rolling,
                series: found.sorted { ($1.total, $0.name) < ($0.total, $1.name) },
                omitted: groups.count - found.count)
        }
    }

    /// The course of every group, with the period that it is cut into.
    ///
    /// What was answered before the lens begins belongs to the rolling scores of its first days,
    /// and to nothing else.
    private func series(
        _ request: TrendRequest, _ shownGroups: Set<[String?]>,
        _ query: NPSBySegmentQuery<some StateReader>,
        _ lens: ResolvedLens, _ range: (first: Microseconds, last: Microseconds),
        _ frame: AnswerFrame, _ state: some StateReader
    ) throws -> (Period, [TrendSeries]) {
        let chosen = request.selection.segments
        let rollingDays = Int(request.rolling.length / TimeSpan.day)
        var (widened, earliest) = (lens, range.first)
        if let from = lens.lens.from {
            var wide = lens.lens
            wide.from = from - Microseconds(rollingDays) * TimeSpan.day
            widened = try ResolvedLens(wide, in: state)
            earliest = try query.timeRange(widened)?.first ?? range.first
        }
        let first = max(earliest, lens.lens.from ?? earliest)
        let end = range.last + 1
        guard let all = TimeBuckets(covering: earliest, to: end, length: TimeSpan.day),
            let shown = TimeBuckets(covering: first, to: end, length: TimeSpan.day)
        else {
            throw LedgerError(
                .invalid, "responses span more than \(TimeBuckets.countMax) days",
                remedy: .narrowOrShortenRolling)
        }
        // Every group takes its memory, whether or not anything falls into it.
        let days = lens.lens.from == nil ? all.count : all.count + shown.count
        let groupCount = shownGroups.count
        guard groupCount * days <= Self.trendCellsMax else {
            throw LedgerError(
                .invalid, "\(groupCount) segments over \(days) days are too many for one answer",
                remedy: .narrow)
        }
        let period = request.every ?? Period.fitting(days: shown.count)
        let groups = try query.tally(lens, chosen, buckets: shown, groups: shownGroups)
        let whole =
            lens.lens.from == nil
            ? groups : try query.tally(widened, chosen, buckets: all, groups: shownGroups)
        let tallies = Dictionary(uniqueKeysWithValues: whole.map { ($0.values, $0.tallies) })
        var series = groups.map { group in
            // Both end with the same day.
            let rolling = TrendSeries.rolling(
                tallies[group.values] ?? group.tallies, days: rollingDays
            ).suffix(shown.count)
            return TrendSeries(
                chosen.by, group.values, group.tallies, days: shown, rolling: Array(rolling),
                period: period)
        }
        guard let starts = series.first?.points.map(\.start) else { return (period, series) }
        let spans = TimeSpans(
            between: starts.map { Microseconds($0) * TimeSpan.day } + [shown.start(of: shown.count)]
        )
        let answers = try query.answersByPerson(lens, chosen, spans: spans, groups: shownGroups)
        try reckon(&series, answers, frame)
        return (period, series)
    }

    /// Brings the answers of each person within each period together.
    private func reckon(
        _ series: inout [TrendSeries], _ answers: AnswersByPerson, _ frame: AnswerFrame
    ) throws {
        let repeated = try answers.repeated(by: workers).sums
        let places = Dictionary(uniqueKeysWithValues: answers.groups.enumerated().map { ($1, $0) })
        for index in series.indices {
            var sums = series[index].points.map { ClusterSums(ExpectedScore($0.tally.counts)) }
            // Where one answer of each respondent counts, nobody has several.
            if let place = places[series[index].values], !repeated.isEmpty {
                let first = place * answers.slotsPerGroup
                for period in sums.indices { sums[period].join(repeated[first + period]) }
            }
            series[index].reckon(sums[...], frame)
        }
    }
}

/// Calendar periods in UTC.
public enum Period: String, CaseIterable, Sendable {
    /// A day.
    case day
    /// A week from Monday.
    case week
    /// A month.
    case month
    /// Three months.
    case quarter
    /// A year.
    case year

    /// What a range of days is cut into where nobody says.
    static func fitting(days: Int) -> Period {
        switch days {
        case ...21: .day
        case ...120: .week
        case ...800: .month
        case ...2500: .quarter
        default: .year
        }
    }

    /// Days from 1970-01-01 of the first day of the period that `day` falls in.
    public func start(ofDay day: Int) -> Int {
        if self == .day { return day }
        // 1970-01-01 was a Thursday: day −3 was a Monday.
        if self == .week { return day - ((day + 3) % 7 + 7) % 7 }
        let (year, month) = Self.yearAndMonth(day)
        switch self {
        case .month: return Self.dayNumber(year, month)
        case .quarter: return Self.dayNumber(year, (month - 1) / 3 * 3 + 1)
        default: return Self.dayNumber(year, 1)
        }
    }

    /// What the period that begins on `day` is called.
    public func name(ofStart day: Int) -> String {
        let date = Timestamp.formatDate(Microseconds(day) * TimeSpan.day)
        switch self {
        case .day, .week: return date
        case .month: return String(date.dropLast(3))
        case .quarter: return "\(date.prefix(4))-Q\((Self.yearAndMonth(day).month - 1) / 3 + 1)"
        case .year: return String(date.prefix(4))
        }
    }

    /// Civil date from days since 1970 (Hinnant, “chrono-compatible low-level date algorithms”).
    private static func yearAndMonth(_ day: Int) -> (year: Int, month: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month)
    }

    /// Days since 1970 of the first of a month, by the same source.
    private static func dayNumber(_ year: Int, _ month: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
