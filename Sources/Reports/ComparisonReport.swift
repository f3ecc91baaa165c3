import AnswerEncoding
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

/// A comparison of two models as one HTML page that needs nothing else.
///
/// The same comparison gives the same bytes: the page says as of which position it holds, not when
/// it was written. Numbers stand in `data` elements with the value that JSON has.
package struct ComparisonReport {
    /// What a front says of how to be shown more.
    package struct Hints {
        /// How segments are made.
        package var segments: String?
        /// How more of the flipped responses are told.
        package var flips: String?

        package init(segments: String? = nil, flips: String? = nil) {
            self.segments = segments
            self.flips = flips
        }
    }

    let compared: ComparedModels
    let hints: Hints

    package init(_ compared: ComparedModels, hints: Hints = Hints()) {
        self.compared = compared
        self.hints = hints
    }

    private var title: String {
        "Model \(compared.first.version) → model \(compared.second.version)"
    }

    /// The page.
    package var html: String {
        Markup.page(title: "\(title): \(compared.origin)", styles: [Self.style]) { page in
            heading(&page)
            headline(&page)
            page.section("segments", "By segment") { segments(&$0) }
            page.section("matrix", "From which class to which") { matrix(&$0) }
            page.section("flips", "Flipped responses") { flips(&$0) }
            page.section("frame", "What was compared") { frame(&$0) }
        }
    }

    private func heading(_ page: inout Markup) {
        page.element("header") { page in
            page.element("p", ["class": "origin"], text: compared.origin)
            page.element("h1", text: title)
            page.element(
                "p",
                text: "\(Formatted.count(compared.total.after.total, of: "response")) under both "
                    + "models, \(basisSentence).")
        }
    }

    var basisSentence: String {
        compared.frame.lens.basis == .inferred
            ? "each counted by what the model reads in its text"
            : "counted by their stated score where there is one, else by what the model reads"
    }

    // MARK: The first thing to see

    private func headline(_ page: inout Markup) {
        let total = compared.total
        page.raw("\n")
        page.element("dl", ["class": "tiles"]) { page in
            page.tile("NPS under model \(compared.first.version)") { page in
                page.element("strong") { $0.points(total.before.score) }
                page.element("span") { $0.points(compared.interval(total.before)) }
            }
            page.tile("NPS under model \(compared.second.version)") { page in
                page.element("strong") { $0.points(total.after.score) }
                page.element("span") { $0.points(compared.interval(total.after)) }
            }
            page.tile("Change") { page in
                page.element("strong", ["class": tone(total, total.p)]) {
                    $0.points(total.difference?.estimate)
                }
                page.element("span") { page in
                    page.points(compared.interval(total))
                    page.text(", p ")
                    page.number(total.p, AnswerNumber.probability)
                    if total.isExact { page.text(" (exact)") }
                }
            }
            page.tile("Change class") { page in
                page.element("strong") { $0.count(total.flips?.flipped ?? 0) }
                page.element("span") { page in
                    page.text("of ")
                    page.count(total.after.total)
                }
            }
        }
        page.raw("\n")
        page.element("p", text: verdict)
    }

    /// Whether a change is told from chance, and which way it goes.
    func tone(_ row: ComparisonRow, _ p: Double?) -> String {
        let isReal = (p ?? 1) < 1 - compared.frame.confidenceShare
        return !isReal ? "even" : (row.difference?.estimate ?? 0) < 0 ? "worse" : "better"
    }

    private var verdict: String {
        let moved = compared.segments.filter { tone($0, $0.adjustedP) != "even" }
        let overall =
            compared.isReal
            ? "The change of all responses together is more than chance would make."
            : "The change of all responses together is no more than chance would make."
        guard !compared.segments.isEmpty else { return overall }
        return overall + " "
            + (moved.isEmpty
                ? "No segment moves by more than that, looked at together."
                : "\(moved.count) of \(compared.segments.count) segments move by more than that, "
                    + "looked at together.")
    }
}

extension ComparisonReport {
    /// Light and dark by the reader's setting, and on paper always light.
    package static let style: StaticString = """
        :root {
          color-scheme: light dark;
          --paper: #fff; --ink: #1a1d23; --soft: #5b6270; --rule: #d8dce3; --tile: #f4f6f9;
          --first: #8a5a00; --second: #1553b5; --better: #17703a; --worse: #b3261e;
          --shade-stays: 21 83 181; --shade-moves: 196 98 16;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14171c; --ink: #e7eaf0; --soft: #a2aab8; --rule: #353b46; --tile: #1e232b;
            --first: #e3b35a; --second: #7fb0ff; --better: #66c98a; --worse: #ff8a80;
            --shade-stays: 70 130 230; --shade-moves: 215 125 40;
          }
        }
        @media print {
          :root {
            color-scheme: light;
            --paper: #fff; --ink: #000; --soft: #444; --rule: #bbb; --tile: #f4f4f4;
            --first: #8a5a00; --second: #1553b5; --better: #17703a; --worse: #b3261e;
            --shade-stays: 21 83 181; --shade-moves: 196 98 16;
          }
          .wide { overflow: visible !important; }
          figure, tr, .grid, .tiles div { break-inside: avoid; }
          h2 { break-after: avoid; }
          body { font-size: 10pt; }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif;
        }
        main { max-width: 72rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; }
        h2 { font-size: 1.25rem; margin: 2.6rem 0 .8rem; }
        p { margin: .4rem 0; }
        .origin, .note, caption, .legend, figcaption, small { color: var(--soft); }
        .origin { margin: 0; letter-spacing: .02em; }
        .note, figcaption, .legend { font-size: .9rem; }
        .tiles {
          display: grid; gap: .75rem; margin: 1.5rem 0 1rem;
          grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
        }
        .tiles div { background: var(--tile); border-radius: .5rem; padding: .8rem 1rem; }
        .tiles dt { color: var(--soft); font-size: .9rem; }
        .tiles dd { margin: 0; }
        .tiles strong { display: block; font-size: 1.9rem; line-height: 1.25; }
        .tiles span { color: var(--soft); font-size: .9rem; }
        .better { color: var(--better); fill: var(--better); stroke: var(--better); }
        .worse { color: var(--worse); fill: var(--worse); stroke: var(--worse); }
        .even { fill: var(--soft); stroke: var(--soft); }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; margin: .6rem 0; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-size: .9rem; padding-bottom: .4rem; }
        th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid var(--rule); }
        thead th { color: var(--soft); font-weight: 600; font-size: .9rem; white-space: nowrap; }
        th[scope=row], th.name, td.name, td.quote { text-align: left; }
        th[scope=row] { font-weight: 500; }
        .long { overflow-wrap: anywhere; min-width: 14rem; max-width: 20rem; }
        td.side { color: var(--soft); white-space: nowrap; font-size: .9rem; padding-left: 0; }
        td.shares { white-space: nowrap; }
        td.quote { min-width: 18rem; max-width: 30rem; overflow-wrap: anywhere; }
        tr.total th, tr.total td { font-weight: 700; border-top: 2px solid var(--soft); }
        .grid td {
          text-align: center; padding: .6rem .9rem; border: 2px solid var(--paper);
          print-color-adjust: exact; -webkit-print-color-adjust: exact;
        }
        .grid th { border: 0; }
        .grid thead th { text-align: center; }
        .grid thead th.name { text-align: left; }
        .grid small { display: block; color: inherit; opacity: .8; }
        .grid .stays { background: rgb(var(--shade-stays) / calc(var(--share) * 45%)); }
        .grid .moves { background: rgb(var(--shade-moves) / calc(var(--share) * 60%)); }
        figure { margin: 0; }
        svg { width: 100%; min-width: 44rem; height: auto; display: block; }
        svg text { font: 13px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        svg text, svg text.value { fill: var(--ink); stroke: none; }
        svg .axis, svg .axis-title { fill: var(--soft); font-size: 12px; }
        svg .total .label { font-weight: 700; }
        svg .value { font-variant-numeric: tabular-nums; }
        svg text.value.better { fill: var(--better); }
        svg text.value.worse { fill: var(--worse); }
        svg text.value.even { fill: var(--soft); }
        .tick { stroke: var(--rule); stroke-width: 1; }
        .zero { stroke: var(--soft); stroke-width: 1.5; }
        .interval { stroke-width: 2.5; stroke-linecap: round; opacity: .75; }
        .first { stroke: var(--first); }
        .second { stroke: var(--second); }
        .dot.first { fill: var(--paper); stroke-width: 2.5; }
        .dot.second { fill: var(--second); stroke-width: 2.5; }
        .key {
          display: inline-block; width: .75em; height: .75em; border-radius: 50%;
          border: 2.5px solid; margin: 0 .35em 0 0;
        }
        .key.first { border-color: var(--first); }
        .key.second { border-color: var(--second); background: var(--second); margin-left: .9em; }
        .facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; }
        .facts dt { color: var(--soft); }
        .facts dd { margin: 0; overflow-wrap: anywhere; }
        @media (max-width: 36rem) { .facts { grid-template-columns: 1fr; } }
        """
}
