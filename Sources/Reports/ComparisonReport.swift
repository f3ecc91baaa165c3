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
                text: "\(Formatted.count(compared.total.after.total)) responses under both "
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
