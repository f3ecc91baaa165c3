import AnswerEncoding
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension EvaluationPage {
    private var percents: String { Formatted.shortest(report.confidence * 100) ?? "" }

    // MARK: Calibration

    func calibration(_ page: inout Markup) {
        if let sentence = report.calibrationSentence { page.element("p", text: sentence) }
        if let error = report.training.record?.calibrationError, report.recipe == nil {
            page.element(
                "p",
                text: "Out of fold, when it was trained, the calibration error was "
                    + AnswerNumber.decimals(Double(error) / 10_000) + ".")
        }
        guard let reliability = report.figures.reliability else { return }
        ReliabilityDiagram(reliability, confidence: report.confidence).draw(&page)
        page.element(
            "p", ["class": "note"],
            text: "Responses by how sure the model was of the class it read: on the dashed line it "
                + "is right as often as it says. Lines are \(percents) % intervals; the bars below "
                + "say how many responses there are.")
    }

    // MARK: Classes

    func classes(_ page: inout Markup) {
        let matrix = report.evaluation.quality.confusion
        page.element("div", ["class": "wide", "tabindex": "0"]) { page in
            page.element("table", ["class": "grid"]) { page in
                page.element(
                    "caption", text: "Responses by stated class (rows) and by what was read")
                page.element("thead") { page in
                    page.element("tr") { page in
                        page.element(
                            "th", ["scope": "col", "class": "name"], text: "stated ↓ read →")
                        for label in NPSClass.allCases {
                            page.element("th", ["scope": "col"], text: label.name)
                        }
                        for name in ["precision", "recall", "F1"] {
                            page.element("th", ["scope": "col"], text: name)
                        }
                    }
                }
                page.raw("\n")
                page.element("tbody") { page in
                    for label in NPSClass.allCases { row(label, matrix, &page) }
                }
            }
        }
        page.raw("\n")
        page.element(
            "p", ["class": "note"],
            text: "Percentages are of the row: of those who stated a class, how many were read as "
                + "which. Precision: of what is read as a class, the share that stated it; recall: "
                + "of those who stated it, the share that is read; F1: their harmonic mean.")
    }

    private func row(_ label: NPSClass, _ matrix: ConfusionMatrix, _ page: inout Markup) {
        let index = Int(label.rawValue)
        let stated = matrix.actualCount(index)
        page.element("tr") { page in
            page.element("th", ["scope": "row"], text: label.name)
            for read in 0..<matrix.classCount {
                let value = matrix[actual: index, predicted: read]
                let share = stated == 0 ? 0 : Double(value) / Double(stated)
                page.element(
                    "td",
                    [
                        "class": read == index ? "stays" : "moves",
                        "style": "--share: \(Formatted.fixed(share, decimals: 3))",
                    ]
                ) { page in
                    page.count(value)
                    page.element("small", text: stated == 0 ? "" : Formatted.percent(share))
                }
            }
            for value in [matrix.precision(index), matrix.recall(index), matrix.f1(index)] {
                page.element("td") { $0.number(value, AnswerNumber.decimals) }
            }
        }
        page.raw("\n")
    }

    // MARK: Scores

    func scores(_ page: inout Markup) {
        BiasChart(report).draw(&page)
        let by = report.selection.by
        page.table(
            caption: by.isEmpty
                ? "NPS as stated and as read" : "NPS by \(by.joined(separator: ", "))",
            head: by.isEmpty ? [""] : by,
            numbers: [
                "responses", "stated", "expected", "off by", "interval", "adjusted p", "counted",
                "off by", "interval",
            ]
        ) { page in
            for row in report.rows {
                segment(row.segment, p: row.adjustedP, isReal: report.isReal(row), nil, &page)
            }
            if let small = report.small {
                segment(
                    small.sum, p: nil, isReal: false,
                    "\(Formatted.count(small.count)) with fewer than \(report.responsesAtLeast)",
                    &page)
            }
            segment(report.evaluation.total, p: nil, isReal: false, "all", &page)
        }
        var note =
            "Expected: the mean of P(promoter) − P(detractor); counted: by likeliest class. Both "
            + "less the stated score of the same responses, in points, with \(percents) % "
            + "intervals of the pairs."
        if !report.rows.isEmpty {
            note +=
                " p is that of the expected score, adjusted over the segments (Benjamini and "
                + "Hochberg)."
        }
        page.element("p", ["class": "note"], text: note)
        if let sentence = report.segmentsSentence { page.element("p", text: sentence) }
    }

    private func segment(
        _ segment: ModelEvaluation.Segment, p: Double?, isReal: Bool, _ title: String?,
        _ page: inout Markup
    ) {
        page.element("tr", title == "all" ? ["class": "total"] : [:]) { page in
            if let title {
                page.element(
                    "th", ["scope": "row", "colspan": "\(max(1, report.selection.by.count))"],
                    text: title)
            } else {
                for (index, value) in segment.values.enumerated() {
                    let name = value ?? "—"
                    let kind = DisplayWidth.of(name) > 24 ? "name long" : "name"
                    if index == 0 {
                        page.element("th", ["scope": "row", "class": kind], text: name)
                    } else {
                        page.element("td", ["class": kind], text: name)
                    }
                }
            }
            let (bias, change) = (segment.bias.difference, segment.flips.change)
            page.element("td") { $0.count(segment.count) }
            page.element("td") { $0.points(segment.stated.score) }
            page.element("td") { $0.points(segment.expected) }
            page.element("td", isReal ? ["class": "worse"] : [:]) { $0.points(bias?.estimate) }
            page.element("td", ["class": "side"]) { $0.points(report.interval(bias)) }
            page.element("td") { $0.number(p, AnswerNumber.probability) }
            page.element("td") { $0.points(segment.counted.score) }
            page.element("td") { $0.points(change?.estimate) }
            page.element("td", ["class": "side"]) { $0.points(report.interval(change)) }
        }
        page.raw("\n")
    }

    // MARK: Figures

    func figures(_ page: inout Markup) {
        let figures = report.figures
        page.table(
            caption: "All responses together", head: ["figure"],
            numbers: ["value", "\(percents) % interval"]
        ) { page in
            for (name, figure, isShare) in [
                ("accuracy", figures.accuracy, true), ("macro-F1", figures.macroF1, false),
                ("Cohen's kappa", figures.kappa, false),
                ("kappa with quadratic weights", figures.weightedKappa, false),
                ("Brier score (0 to 2)", figures.brier, false),
                ("log loss (nats)", figures.logLoss, false),
            ] {
                let shown = isShare ? { Formatted.percent($0) } : AnswerNumber.decimals
                page.element("tr") { page in
                    page.element("th", ["scope": "row"], text: name)
                    page.element("td") { $0.number(figure.value, shown) }
                    page.element("td", ["class": "side"]) { $0.range(figure.interval, shown) }
                }
                page.raw("\n")
            }
        }
        page.element(
            "p", ["class": "note"],
            text: "Accuracy: Wilson; F1 and kappa: bootstrap, "
                + "\(Formatted.count(NPSCounts.bootstrapDrawsMin)) draws, seed "
                + "\(EvaluationFigures.seed); Brier and log loss: normal.")
    }

    // MARK: Frame

    func frame(_ page: inout Markup) {
        let frame = report.frame
        page.element("dl", ["class": "facts"]) { page in
            page.fact("Ledger", report.origin)
            page.fact(
                "Model \(report.model.version)",
                "\(report.model.registration.kind), \(report.model.registration.provenance), "
                    + "\(ModelEncoding.state(report.model)), sha256 \(report.model.digest)")
            page.fact("Trained on", report.trainingSentence)
            if case .file(let name, let digest) = report.subject {
                page.fact("File", name)
                page.fact("SHA-256", Hex.encode(digest))
            }
            if let recipe = report.recipe {
                for (index, fold) in recipe.folds.enumerated() {
                    page.fact("Left out, \(index + 1)", fold.joined(separator: ", "))
                }
            }
            page.fact(
                "As of",
                frame.momentSentence.replacing("as of ", with: "")
                    + (frame.recordedAt.map { ", recorded \(Timestamp.format($0))" } ?? "")
                    + (frame.incompleteSentence.map { "; " + $0 } ?? ""))
            page.fact("Log root", report.root)
            page.fact("Labels", "by \(report.thresholdsSentence)")
            let times = [
                frame.lens.from.map { "from \(Timestamp.format($0))" },
                frame.lens.to.map { "to \(Timestamp.format($0))" },
            ].compactMap { $0 }
            page.fact("Responses", times.isEmpty ? "of any time" : times.joined(separator: " "))
            for (dimension, values) in report.keptValues {
                page.fact("Only \(dimension)", values)
            }
        }
    }
}
