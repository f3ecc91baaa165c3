import NPSStatistics
import Presentation

/// How often a model is right against how sure it was, with how many responses each point stands
/// for.
struct ReliabilityDiagram {
    private let bins: [ReliabilityBin]
    private let confidence: Double

    private static let (width, height) = (560.0, 430.0)
    private static let across = 56.0...544.0
    private static let upward = 16.0...310.0
    private static let bars = 330.0...388.0

    init(_ reliability: Reliability, confidence: Double) {
        bins = reliability.bins.filter { $0.count > 0 }
        self.confidence = confidence
    }

    private static func x(_ share: Double) -> Double {
        across.lowerBound + share * (across.upperBound - across.lowerBound)
    }

    private static func y(_ share: Double) -> Double {
        upward.upperBound - share * (upward.upperBound - upward.lowerBound)
    }

    func draw(_ page: inout Markup) {
        page.element("figure", ["class": "curve"]) { page in
            page.chart(
                "reliability", width: Self.width, height: Self.height,
                title: "Reliability diagram", description: description
            ) { page in
                axes(&page)
                for bin in bins { draw(bin, &page) }
            }
        }
        page.raw("\n")
    }

    private var description: String {
        "How often the model is right by how sure it was: "
            + bins.map { bin in
                "sure to \(Formatted.percent(bin.meanConfidence ?? 0)), right in "
                    + "\(Formatted.percent(bin.observedRate ?? 0)) of \(Formatted.count(bin.count))"
            }.joined(separator: "; ")
    }

    private func axes(_ page: inout Markup) {
        for step in 0...5 {
            let share = Double(step) / 5
            let (x, y) = (Self.x(share), Self.y(share))
            page.line(Self.across.lowerBound, y, Self.across.upperBound, y, "tick")
            page.line(x, Self.upward.lowerBound, x, Self.upward.upperBound, "tick")
            page.label("\(step * 20)%", Self.across.lowerBound - 8, y + 4, "axis", anchor: "end")
            page.label("\(step * 20)%", x, Self.bars.upperBound + 18, "axis")
        }
        page.line(Self.x(0), Self.y(0), Self.x(1), Self.y(1), "ideal")
        page.line(
            Self.across.lowerBound, Self.bars.upperBound, Self.across.upperBound,
            Self.bars.upperBound, "zero")
        page.label(
            "right", Self.across.lowerBound + 6, Self.upward.lowerBound + 14, "axis-title",
            anchor: "start")
        page.label("sure to", Self.x(0.5), Self.height - 6, "axis-title")
        page.label(
            "responses", Self.across.lowerBound + 6, Self.bars.lowerBound + 8, "axis-title",
            anchor: "start")
    }

    private func draw(_ bin: ReliabilityBin, _ page: inout Markup) {
        guard let said = bin.meanConfidence, let right = bin.observedRate else { return }
        let largest = Double(bins.map(\.count).max() ?? 1)
        let bounds = bin.interval(confidence: confidence)
        let isOff = bounds?.contains(said) == false
        page.element("g") { page in
            page.element(
                "title",
                text: "sure to \(Formatted.percent(said)), right in \(Formatted.percent(right)) "
                    + "of \(Formatted.count(bin.count))")
            let height =
                (Self.bars.upperBound - Self.bars.lowerBound) * Double(bin.count) / largest
            let (left, end) = (Self.x(bin.range.low) + 1.5, Self.x(bin.range.high) - 1.5)
            page.empty(
                "rect",
                [
                    "x": Markup.pixels(left), "y": Markup.pixels(Self.bars.upperBound - height),
                    "width": Markup.pixels(end - left), "height": Markup.pixels(height),
                    "class": "bar",
                ])
            let (x, tone) = (Self.x(said), isOff ? "worse" : "second")
            if let bounds {
                page.line(x, Self.y(bounds.low), x, Self.y(bounds.high), "interval \(tone)")
            }
            page.circle(x, Self.y(right), radius: 4.5, "dot \(tone)")
        }
        page.raw("\n")
    }
}
