import AnswerEncoding
import NPSStatistics
import Presentation

/// What the parts of a report are made of. Numbers stand in `data` elements with the value that
/// JSON has.
extension Markup {
    /// A whole page: what `content` makes is its main part. Nothing is loaded and nothing runs,
    /// whatever a value might hold.
    package static func page(
        title: String, styles: [StaticString], _ content: (inout Markup) -> Void
    ) -> String {
        var page = Markup()
        page.raw("<!doctype html>\n")
        page.element("html", ["lang": "en"]) { page in
            page.raw("\n")
            page.element("head") { page in
                page.empty("meta", ["charset": "utf-8"])
                page.empty("meta", ["name": "viewport", "content": "width=device-width"])
                page.empty(
                    "meta",
                    [
                        "http-equiv": "Content-Security-Policy",
                        "content": "default-src 'none'; style-src 'unsafe-inline'",
                    ])
                page.element("title", text: title)
                page.raw("\n")
                page.element("style") { page in
                    for (index, style) in styles.enumerated() {
                        if index > 0 { page.raw("\n") }
                        page.raw(style)
                    }
                }
            }
            page.raw("\n")
            page.element("body") { page in
                page.raw("\n")
                page.element("main") { content(&$0) }
                page.raw("\n")
            }
            page.raw("\n")
        }
        page.raw("\n")
        return page.text
    }

    /// A score or a difference in points.
    package mutating func points(_ share: Double?) {
        guard let value = AnswerNumber.points(share), let share else { return text("—") }
        element(
            "data", ["value": Formatted.shortest(value) ?? ""],
            text: Formatted.points(share * 100))
    }

    /// The ends of an interval, in points.
    package mutating func points(_ bounds: Interval?) {
        guard let bounds else { return text("—") }
        points(bounds.low)
        text(" … ")
        points(bounds.high)
    }

    /// A number as it is shown, with its value beside.
    package mutating func number(_ value: Double?, _ shown: (Double) -> String) {
        guard let value else { return text("—") }
        element("data", ["value": Formatted.shortest(value) ?? ""], text: shown(value))
    }

    /// The ends of an interval.
    package mutating func range(_ bounds: Interval?, _ shown: (Double) -> String) {
        guard let bounds else { return text("—") }
        number(bounds.low, shown)
        text(" … ")
        number(bounds.high, shown)
    }

    package mutating func count(_ value: Int) {
        element("data", ["value": "\(value)"], text: Formatted.count(value))
    }

    /// One of the large figures at the top.
    package mutating func tile(_ title: String, _ content: (inout Markup) -> Void) {
        element("div") { page in
            page.element("dt", text: title)
            page.element("dd") { content(&$0) }
        }
        raw("\n")
    }

    /// A term with what it is.
    package mutating func fact(_ name: String, _ value: String) {
        element("dt", text: name)
        element("dd", text: value)
        raw("\n")
    }

    /// A section under a heading; `id` is part of the program.
    package mutating func section(
        _ id: StaticString, _ title: String, _ content: (inout Markup) -> Void
    ) {
        raw("\n")
        element("section", ["aria-labelledby": "\(id)"]) { page in
            page.element("h2", ["id": "\(id)"], text: title)
            page.raw("\n")
            content(&page)
        }
    }

    /// A table in a frame that scrolls where the page is narrow: left-aligned heads, then numbers.
    package mutating func table(
        caption: String, head: [String], numbers: [String], rows: (inout Markup) -> Void
    ) {
        // A frame that scrolls must be reachable by keyboard.
        element("div", ["class": "wide", "tabindex": "0"]) { page in
            page.element("table") { page in
                page.element("caption", text: caption)
                page.element("thead") { page in
                    page.element("tr") { page in
                        for name in head {
                            page.element("th", ["scope": "col", "class": "name"], text: name)
                        }
                        for name in numbers { page.element("th", ["scope": "col"], text: name) }
                    }
                }
                page.raw("\n")
                page.element("tbody") { rows(&$0) }
            }
        }
        raw("\n")
    }
}

/// Marks of a chart.
extension Markup {
    /// A chart in a frame that scrolls where the page is narrow, with what it says for who cannot see
    /// it.
    ///
    /// - Parameter id: unique on the page, and part of the program.
    package mutating func chart(
        _ id: StaticString, width: Double, height: Double, title: String, description: String,
        _ content: (inout Markup) -> Void
    ) {
        // A frame that scrolls must be reachable by keyboard.
        element("div", ["class": "wide", "tabindex": "0"]) { page in
            page.element(
                "svg",
                [
                    "viewBox": "0 0 \(Self.pixels(width)) \(Self.pixels(height))", "role": "img",
                    "aria-labelledby": "\(id)-title \(id)-text",
                ]
            ) { page in
                page.element("title", ["id": "\(id)-title"], text: title)
                page.element("desc", ["id": "\(id)-text"], text: description)
                content(&page)
            }
        }
    }

    /// What a chart of segments says where there are more than it shows.
    package mutating func figureCaption(shown: Int, leftOut: Int) {
        guard leftOut > 0 else { return }
        element(
            "figcaption",
            text:
                "The \(shown) largest segments; \(Formatted.count(leftOut)) more are in the table.")
    }

    /// A place on a chart, in a tenth of a pixel.
    package static func pixels(_ value: Double) -> String {
        Formatted.shortest((value * 10).rounded() / 10) ?? "0"
    }

    package mutating func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ name: String
    ) {
        empty(
            "line",
            [
                "x1": Self.pixels(x1), "y1": Self.pixels(y1), "x2": Self.pixels(x2),
                "y2": Self.pixels(y2), "class": name,
            ])
    }

    package mutating func circle(_ x: Double, _ y: Double, radius: Double, _ name: String) {
        empty(
            "circle",
            [
                "cx": Self.pixels(x), "cy": Self.pixels(y), "r": Self.pixels(radius),
                "class": name,
            ])
    }

    package mutating func label(
        _ content: String, _ x: Double, _ y: Double, _ name: String, anchor: String = "middle"
    ) {
        element(
            "text",
            ["x": Self.pixels(x), "y": Self.pixels(y), "text-anchor": anchor, "class": name],
            text: content)
    }
}
