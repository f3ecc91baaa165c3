import AnswerEncoding
import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import Presentation

/// One segment's score by period.
struct TrendSeries {
    struct Point {
        let start: Int
        var tally = NPSTally()
        /// Sums of the rolling span up to the period's end.
        var rolling = NPSTally()
    }

    let dimensions: [String]
    let values: [String?]
    let period: Period
    private(set) var points: [Point] = []
    private let lens: LensOptions

    var name: String {
        values.isEmpty ? "all" : values.map { $0 ?? "—" }.joined(separator: " · ")
    }

    var total: Int { points.reduce(0) { $0 + $1.tally.counts.total } }

    /// A group's course.
    ///
    /// - Parameter rolling: the rolling sum up to the end of each of `days`.
    init(
        dimensions: [String], group: NPSBySegmentQuery<some StateReader>.Group, days: TimeBuckets,
        rolling: [NPSTally], period: Period, lens: LensOptions
    ) {
        self.dimensions = dimensions
        self.period = period
        self.lens = lens
        values = group.values
        let first = Int(days.start / TrendCommand.day)
        var starts: [Int] = []
        for index in 0..<days.count {
            let start = period.start(ofDay: first + index)
            if starts.last != start { starts.append(start) }
        }
        points = starts.map { Point(start: $0) }
        var slot = 0
        for index in 0..<days.count {
            while slot + 1 < points.count, first + index >= points[slot + 1].start { slot += 1 }
            points[slot].tally += group.tallies[index]
            // The last day of the period leaves its rolling sum standing.
            points[slot].rolling = rolling[index]
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

    private func interval(_ tally: NPSTally) -> Interval? {
        tally.counts.interval(lens.interval, confidence: lens.confidence / 100)
    }

    var json: JSONValue {
        [
            "segment": .object(zip(dimensions, values).map { ($0, .optional($1)) }),
            "points": .array(
                points.map { point in
                    let bounds = interval(point.tally)
                    return [
                        "period": .string(period.name(ofStart: point.start)),
                        "start": .string(
                            Timestamp.format(Microseconds(point.start) * TrendCommand.day)),
                        "responses": .integer(point.tally.counts.total),
                        "nps": .optional(ScoreRow.points(point.tally.counts.score)),
                        "expectedNps": .optional(ScoreRow.points(point.tally.expected.mean)),
                        "low": .optional(ScoreRow.points(bounds?.low)),
                        "high": .optional(ScoreRow.points(bounds?.high)),
                        "rollingResponses": .integer(point.rolling.counts.total),
                        "rollingNps": .optional(ScoreRow.points(point.rolling.counts.score)),
                    ]
                }),
        ]
    }

    var csv: [[String]] {
        points.map { point in
            let bounds = interval(point.tally)
            func text(_ share: Double?) -> String {
                ScoreRow.points(share).flatMap { Formatted.shortest($0) } ?? ""
            }
            return [period.name(ofStart: point.start)] + values.map { $0 ?? "" } + [
                "\(point.tally.counts.total)", text(point.tally.counts.score), text(bounds?.low),
                text(bounds?.high), "\(point.rolling.counts.total)",
                text(point.rolling.counts.score),
            ]
        }
    }

    /// A line a period.
    func table(_ rolling: String, _ style: TerminalStyle) -> Table {
        let extent = DivergingBar.extent(
            for: points.flatMap { point in
                let bounds = interval(point.tally)
                return [point.tally.counts.score, bounds?.low, bounds?.high]
                    .compactMap { $0.map { $0 * 100 } }
            })
        var table = Table(columns: [
            Table.Column(period.rawValue), .number("n"), .number("NPS"), .number("interval"),
            .number("rolling \(rolling)"),
            Table.Column("±\(Formatted.fixed(extent, decimals: 0))", dropPriority: 1),
        ])
        for point in points {
            let score = point.tally.counts.score.map { $0 * 100 }
            let bounds = interval(point.tally)
            table.append([
                Table.Cell(period.name(ofStart: point.start)), .count(point.tally.counts.total),
                score.map { Table.Cell(Formatted.points($0)) } ?? "—",
                Table.Cell(AnswerNumber.intervalText(bounds), .muted),
                Table.Cell(
                    point.rolling.counts.score.map { Formatted.points($0 * 100) } ?? "—"),
                Table.Cell(
                    score.map {
                        DivergingBar(
                            $0, interval: bounds.map { $0.low * 100...$0.high * 100 },
                            extent: extent
                        ).render(width: 25, style: style)
                    } ?? ""),
            ])
        }
        return table
    }

    /// A line a segment, with its course as a sparkline.
    static func overview(
        _ series: [TrendSeries], _ period: Period, _ style: TerminalStyle
    ) -> Table {
        var table = Table(columns: [
            Table.Column(
                series.first?.dimensions.joined(separator: " · ") ?? "", minWidth: 8,
                flexible: true),
            .number("n"), .number("first"), .number("last"), Table.Column("by \(period.rawValue)"),
        ])
        // One scale for all lines, from the lowest to the highest score shown, so that they compare.
        let everyScore = series.flatMap { $0.points.suffix(40) }
            .compactMap { $0.tally.counts.score.map { $0 * 100 } }
        let (low, high) = (everyScore.min() ?? -100, everyScore.max() ?? 100)
        for one in series {
            let scores = one.points.map { $0.tally.counts.score.map { $0 * 100 } }
            let known = scores.compactMap { $0 }
            // Forty marks fit beside the rest in 80 columns; the latest are the ones asked about.
            let shown = Array(scores.suffix(40))
            table.append([
                Table.Cell(one.name), .count(one.total),
                known.first.map { Table.Cell(Formatted.points($0)) } ?? "—",
                known.last.map { Table.Cell(Formatted.points($0)) } ?? "—",
                Table.Cell(
                    Sparkline(shown, low: low, high: max(high, low + 1)).render(style: style)),
            ])
        }
        return table
    }
}
