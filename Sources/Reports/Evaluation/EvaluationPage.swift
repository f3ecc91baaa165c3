import AnswerEncoding
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

/// An evaluation as one HTML page that needs nothing else.
///
/// The same evaluation gives the same bytes: the page says as of which position it holds, not when
/// it was written. It holds no text of anybody.
package struct EvaluationPage {
    let report: EvaluationAnswer
    private let shared: StaticString

    /// - Parameter style: what all reports share.
    package init(_ report: EvaluationAnswer, style: StaticString) {
        self.report = report
        shared = style
    }

    package var html: String {
        Markup.page(
            title: "\(report.title): \(report.origin)",
            styles: [shared, Self.style]
        ) { page in
            heading(&page)
            tiles(&page)
            page.section("calibration", "Can its probabilities be believed?") {
                calibration(&$0)
            }
            page.section("confusion", "What is read for what") { classes(&$0) }
            page.section("scores", "How far the score is off") { scores(&$0) }
            page.section("figures", "All figures") { figures(&$0) }
            page.section("frame", "What was evaluated") { frame(&$0) }
        }
    }

    private func heading(_ page: inout Markup) {
        page.element("header") { page in
            page.element("p", ["class": "origin"], text: report.origin)
            page.element("h1", text: report.title)
            if let sentence = report.recipeSentence { page.element("p", text: sentence) }
            let leftOut = report.leftOutSentences
            if !leftOut.isEmpty {
                page.element(
                    "p", ["class": "note"], text: leftOut.joined(separator: "; ") + ".")
            }
        }
    }

    // MARK: The first thing to see

    private func tiles(_ page: inout Markup) {
        let figures = report.figures
        page.raw("\n")
        page.element("dl", ["class": "tiles"]) { page in
            page.tile("Right") { page in
                page.element("strong") { page in
                    page.number(figures.accuracy.value) { Formatted.percent($0) }
                }
                page.element("span") { page in
                    page.text("always \(figures.majority.npsClass.name): ")
                    page.number(figures.majority.share) { Formatted.percent($0) }
                }
            }
            page.tile("Macro-F1") { page in
                page.element("strong") {
                    $0.number(figures.macroF1.value, AnswerNumber.decimals)
                }
                page.element("span") {
                    $0.range(figures.macroF1.interval, AnswerNumber.decimals)
                }
            }
            page.tile("Calibration error") { page in
                page.element("strong", ["class": tone(report.figures.calibration)]) {
                    $0.number(figures.calibrationError, AnswerNumber.decimals)
                }
                page.element("span") { page in
                    page.text("chance alone: up to ")
                    page.number(figures.byChance?.high, AnswerNumber.decimals)
                }
            }
            page.tile("Expected NPS is off by") { page in
                let bias = report.evaluation.total.bias.difference
                page.element("strong", ["class": isReal(bias) ? "worse" : "even"]) {
                    $0.points(bias?.estimate)
                }
                page.element("span") { $0.points(report.interval(bias)) }
            }
        }
        page.raw("\n")
    }

    private func isReal(_ bias: Difference?) -> Bool {
        (bias?.pValue ?? 1) < 1 - report.confidence
    }

    private func tone(_ grade: CalibrationGrade?) -> String {
        grade == .bad ? "worse" : grade == .good ? "better" : "even"
    }

    /// Beside that of the comparison, which all reports share.
    static let style: StaticString = """
        .ideal { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 5 4; }
        .bar { fill: var(--rule); stroke: none; }
        .shelf { stroke: var(--rule); stroke-width: 7; }
        .curve { max-width: 44rem; }
        .curve svg { min-width: 32rem; }
        .dot.worse { stroke-width: 2.5; }
        .key.expected { border-color: var(--second); background: var(--second); }
        .key.counted { border-color: var(--first); margin-left: .9em; }
        .dot.worse { fill: var(--worse); }
        .dot.even { fill: var(--paper); stroke: var(--second); stroke-width: 2.5; }
        .interval.even { stroke: var(--second); }
        .grid + p { margin-top: .8rem; }
        """
}
