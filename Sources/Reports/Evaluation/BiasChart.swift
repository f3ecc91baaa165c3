import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

/// By how many points the score of each segment is off, expected and counted, with intervals.
struct BiasChart {
    /// More rows than this are a table's business.
    private static let rowsMax = 40

    private let report: EvaluationAnswer
    private let rows: [(name: String, segment: ModelEvaluation.Segment, isReal: Bool)]

    private static let width = 960.0
    private static let rowHeight = 34.0
    private static let top = 48.0
    private static let labelRight = 196.0
    private static let across = 216.0...880.0

    init(_ report: EvaluationAnswer) {
        self.report = report
        let total = report.evaluation.total
        let isReal = (total.bias.difference?.pValue ?? 1) < 1 - report.confidence
        rows =
            [("all", total, isReal)]
            + report.rows.prefix(Self.rowsMax).map { row in
                (
                    row.segment.values.map { $0 ?? "—" }.joined(separator: " · "), row.segment,
                    report.isReal(row)
                )
            }
    }

    private var height: Double { Self.top + Double(rows.count) * Self.rowHeight + 8 }

    func draw(_ page: inout Markup) {
        page.element("figure") { page in
            page.element("p", ["class": "legend"]) { page in
                page.element("span", ["class": "key expected"], text: "")
                page.text("expected NPS ")
                page.element("span", ["class": "key counted"], text: "")
                page.text("by counting likeliest classes; lines are intervals")
            }
            page.chart(
                "bias", width: Self.width, height: height, title: "How far the score is off",
                description: description
            ) { page in
                let scale = scale
                axis(scale, &page)
                for index in rows.indices { draw(index, scale, &page) }
            }
            page.figureCaption(
                shown: Self.rowsMax, leftOut: report.rows.count - Self.rowsMax)
        }
        page.raw("\n")
    }

    private var description: String {
        "Points by which the expected NPS is off: "
            + rows.map { name, segment, _ in
                "\(name) \(Formatted.points((segment.bias.difference?.estimate ?? 0) * 100))"
            }.joined(separator: ", ")
    }

    private var scale: ChartScale {
        let values = rows.flatMap { row -> [Double] in
            [row.segment.bias.difference, row.segment.flips.change].flatMap { bias -> [Double] in
                let bounds = report.interval(bias)
                return [bias?.estimate, bounds?.low, bounds?.high].compactMap { $0 }
            }
        }
        return ChartScale(holding: values.map { $0 * 100 } + [0], leastSpan: 4, range: Self.across)
    }

    private func axis(_ scale: ChartScale, _ page: inout Markup) {
        page.label(
            "points off the stated score", (Self.across.lowerBound + Self.across.upperBound) / 2,
            14,
            "axis-title")
        for tick in scale.ticks(atMost: 9) {
            let x = scale.place(tick)
            page.line(x, Self.top - 10, x, height - 8, tick.magnitude < 1e-9 ? "zero" : "tick")
            let shown =
                tick == tick.rounded()
                ? Formatted.fixed(tick, decimals: 0) : Formatted.shortest(tick) ?? ""
            page.label(tick > 0 ? "+" + shown : shown, x, Self.top - 16, "axis")
        }
    }

    private func draw(_ index: Int, _ scale: ChartScale, _ page: inout Markup) {
        let (name, segment, isReal) = rows[index]
        let y = Self.top + (Double(index) + 0.5) * Self.rowHeight
        page.element("g", index == 0 ? ["class": "total"] : [:]) { page in
            page.element("title", text: name)
            page.label(
                DisplayWidth.truncated(name, to: 26), Self.labelRight, y + 4, "label",
                anchor: "end")
            for (bias, offset, kind) in [
                (segment.bias.difference, -5.0, isReal ? "worse" : "second"),
                (segment.flips.change, 5.0, "first"),
            ] {
                guard let bias else { continue }
                if let bounds = report.interval(bias) {
                    page.line(
                        scale.place(bounds.low * 100), y + offset,
                        scale.place(bounds.high * 100), y + offset, "interval \(kind)")
                }
                page.circle(
                    scale.place(bias.estimate * 100), y + offset, radius: 4.5, "dot \(kind)")
            }
            page.label(
                Formatted.points((segment.bias.difference?.estimate ?? 0) * 100),
                Self.width - 8, y + 4, isReal ? "value worse" : "value", anchor: "end")
        }
        page.raw("\n")
    }
}
