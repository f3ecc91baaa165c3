import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

/// Both scores of each segment with their intervals, and beside them the change with its own.
struct ComparisonChart {
    /// More rows than this are a table's business.
    static let rowsMax = 40

    private let report: ComparisonReport
    private let rows: [ComparisonRow]
    private let leftOut: Int

    private static let width = 960.0
    private static let rowHeight = 34.0
    private static let top = 58.0
    private static let labelRight = 196.0
    private static let scores = 212.0...596.0
    private static let change = 664.0...944.0

    init(_ report: ComparisonReport) {
        self.report = report
        let segments = report.compared.segments
        rows = [report.compared.total] + segments.prefix(Self.rowsMax)
        leftOut = max(segments.count - Self.rowsMax, 0)
    }

    private var height: Double { Self.top + Double(rows.count) * Self.rowHeight + 8 }

    func draw(_ page: inout Markup) {
        let (first, second) = (report.compared.first, report.compared.second)
        page.element("figure") { page in
            page.element("p", ["class": "legend"]) { page in
                page.element("span", ["class": "key first"], text: "")
                page.text("model \(first.version) ")
                page.element("span", ["class": "key second"], text: "")
                page.text("model \(second.version); lines are intervals")
            }
            page.chart(
                "chart", width: Self.width, height: height, title: "Scores and their change",
                description: description
            ) { page in
                axes(&page)
                for (index, row) in rows.enumerated() { draw(row, index, &page) }
            }
            page.figureCaption(shown: Self.rowsMax, leftOut: leftOut)
        }
    }

    private var description: String {
        "NPS under both models with intervals, on the right the change from the first to the "
            + "second: "
            + rows.map { row in
                let change = Formatted.points((row.difference?.estimate ?? 0) * 100)
                return "\(row.isTotal || row.values.isEmpty ? "all" : row.name) \(change)"
            }.joined(separator: ", ")
    }

    // MARK: Scales

    private var scoreScale: ChartScale {
        let bounds = rows.flatMap { row in
            [row.after, row.before].flatMap { counts -> [Double] in
                let interval = report.compared.interval(counts)
                return [counts.score, interval?.low, interval?.high].compactMap { $0 }
            }
        }
        return ChartScale(holding: bounds.map { $0 * 100 }, leastSpan: 10, range: Self.scores)
    }

    private var changeScale: ChartScale {
        let bounds = rows.flatMap { row -> [Double] in
            let interval = report.compared.interval(row)
            return [row.difference?.estimate, interval?.low, interval?.high].compactMap { $0 }
        }
        return ChartScale(
            holding: bounds.map { $0 * 100 } + [0], leastSpan: 2, range: Self.change)
    }

    private func axes(_ page: inout Markup) {
        for (scale, title) in [
            (scoreScale, "NPS in points"), (changeScale, "change in points"),
        ] {
            page.label(
                title, (scale.range.lowerBound + scale.range.upperBound) / 2, 18, "axis-title")
            for tick in scale.ticks(atMost: 6) {
                let x = scale.place(tick)
                page.line(
                    x, Self.top - 10, x, height - 8, tick.magnitude < 1e-9 ? "zero" : "tick")
                let shown =
                    tick == tick.rounded()
                    ? Formatted.fixed(tick, decimals: 0) : Formatted.shortest(tick) ?? ""
                page.label(tick > 0 ? "+" + shown : shown, x, Self.top - 18, "axis")
            }
        }
    }

    // MARK: Marks

    private func draw(_ row: ComparisonRow, _ index: Int, _ page: inout Markup) {
        let y = Self.top + (Double(index) + 0.5) * Self.rowHeight
        let isTotal = index == 0
        page.element("g", isTotal ? ["class": "total"] : [:]) { page in
            let name = isTotal ? "all" : row.name
            page.element("title", text: name)
            page.label(
                DisplayWidth.truncated(name, to: 26), Self.labelRight, y + 4, "label",
                anchor: "end")
            let scale = scoreScale
            for (counts, offset, kind) in [
                (row.before, -5.0, "first"), (row.after, 5.0, "second"),
            ] {
                guard let score = counts.score else { continue }
                if let bounds = report.compared.interval(counts) {
                    page.line(
                        scale.place(bounds.low * 100), y + offset, scale.place(bounds.high * 100),
                        y + offset, "interval \(kind)")
                }
                page.circle(
                    scale.place(score * 100), y + offset, radius: 4.5, "dot \(kind)")
            }
            drawChange(row, y, &page)
        }
        page.raw("\n")
    }

    private func drawChange(_ row: ComparisonRow, _ y: Double, _ page: inout Markup) {
        guard let estimate = row.difference?.estimate else { return }
        let scale = changeScale
        let tone = report.tone(row, row.adjustedP ?? row.p)
        if let bounds = report.compared.interval(row) {
            page.line(
                scale.place(bounds.low * 100), y, scale.place(bounds.high * 100), y,
                "interval \(tone)")
        }
        page.circle(scale.place(estimate * 100), y, radius: 4.5, "dot \(tone)")
        page.label(
            Formatted.points(estimate * 100), Self.change.lowerBound - 10, y + 4,
            "value \(tone)", anchor: "end")
    }
}
