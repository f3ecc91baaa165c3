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

    private static func pixels(_ value: Double) -> String {
        Formatted.shortest((value * 10).rounded() / 10) ?? "0"
    }

    func draw(_ page: inout Markup) {
        let models = report.compared.models
        page.element("figure") { page in
            page.element("p", ["class": "legend"]) { page in
                page.element("span", ["class": "key first"], text: "")
                page.text("model \(models.first.version) ")
                page.element("span", ["class": "key second"], text: "")
                page.text("model \(models.second.version); lines are intervals")
            }
            page.element("div", ["class": "wide", "tabindex": "0"]) { page in
                page.element(
                    "svg",
                    [
                        "viewBox": "0 0 \(Self.pixels(Self.width)) \(Self.pixels(height))",
                        "role": "img", "aria-labelledby": "chart-title chart-text",
                    ]
                ) { page in
                    page.element("title", ["id": "chart-title"], text: "Scores and their change")
                    page.element("desc", ["id": "chart-text"], text: description)
                    axes(&page)
                    for (index, row) in rows.enumerated() { draw(row, index, &page) }
                }
            }
            if leftOut > 0 {
                page.element(
                    "figcaption",
                    text: "The \(Self.rowsMax) largest segments; \(Formatted.count(leftOut)) more "
                        + "are in the table.")
            }
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
            text(
                title, at: (scale.range.lowerBound + scale.range.upperBound) / 2, 18, "axis-title",
                &page)
            for tick in scale.ticks(atMost: 6) {
                let x = scale.place(tick)
                line(
                    x, Self.top - 10, x, height - 8,
                    tick.magnitude < 1e-9 ? "zero" : "tick", &page)
                let shown =
                    tick == tick.rounded()
                    ? Formatted.fixed(tick, decimals: 0) : Formatted.shortest(tick) ?? ""
                text(tick > 0 ? "+" + shown : shown, at: x, Self.top - 18, "axis", &page)
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
            page.element(
                "text",
                [
                    "x": Self.pixels(Self.labelRight), "y": Self.pixels(y + 4),
                    "text-anchor": "end", "class": "label",
                ], text: DisplayWidth.truncated(name, to: 26))
            let scale = scoreScale
            for (counts, offset, kind) in [
                (row.before, -5.0, "first"), (row.after, 5.0, "second"),
            ] {
                guard let score = counts.score else { continue }
                if let bounds = report.compared.interval(counts) {
                    line(
                        scale.place(bounds.low * 100), y + offset, scale.place(bounds.high * 100),
                        y + offset, "interval \(kind)", &page)
                }
                circle(scale.place(score * 100), y + offset, "dot \(kind)", &page)
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
            line(
                scale.place(bounds.low * 100), y, scale.place(bounds.high * 100), y,
                "interval \(tone)", &page)
        }
        circle(scale.place(estimate * 100), y, "dot \(tone)", &page)
        page.element(
            "text",
            [
                "x": Self.pixels(Self.change.lowerBound - 10), "y": Self.pixels(y + 4),
                "text-anchor": "end", "class": "value \(tone)",
            ], text: Formatted.points(estimate * 100))
    }

    private func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ name: String,
        _ page: inout Markup
    ) {
        page.empty(
            "line",
            [
                "x1": Self.pixels(x1), "y1": Self.pixels(y1), "x2": Self.pixels(x2),
                "y2": Self.pixels(y2), "class": name,
            ])
    }

    private func circle(_ x: Double, _ y: Double, _ name: String, _ page: inout Markup) {
        page.empty(
            "circle",
            ["cx": Self.pixels(x), "cy": Self.pixels(y), "r": "4.5", "class": name])
    }

    private func text(
        _ content: String, at x: Double, _ y: Double, _ name: String, _ page: inout Markup
    ) {
        page.element(
            "text",
            [
                "x": Self.pixels(x), "y": Self.pixels(y), "text-anchor": "middle", "class": name,
            ], text: content)
    }
}
