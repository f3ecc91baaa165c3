import AnswerEncoding
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

/// How good one version is: estimated where nobody stated a score, measured where somebody did.
struct ModelEstimate {
    let model: RegisteredModel
    /// Texts asked about, and how many of them it has read.
    private(set) var texts = 0
    private(set) var read = 0
    /// Texts that it has learnt from: they are in no figure.
    private(set) var leftOut = 0
    /// By confidence, on texts without a stated score.
    private(set) var unlabelled = ConfidenceBasedEstimate(classCount: NPSClass.allCases.count)
    /// By confidence, on those with one: to be held against what is measured there.
    private(set) var labelled = ConfidenceBasedEstimate(classCount: NPSClass.allCases.count)
    /// Measured, on those with one.
    private(set) var measured = ClassifierQuality()

    /// Fewer measured texts than this say nothing about whether the estimate holds.
    static let measuredLeast = 30

    /// Walks what a version has read.
    init(
        _ model: RegisteredModel, _ session: OpenLedger, _ selection: SelectionOptions,
        _ options: LensOptions
    ) throws {
        self.model = model
        var options = options
        options.model = model.version
        let chosen = try selection.selection()
        let (rows, lens) = try session.catalog.npsBySegment.read { state, _ in
            let query = NPSBySegmentQuery(state, workers: Session.workers)
            try session.check(chosen, query)
            let lens = try session.resolve(options, selection, state)
            var rows: [ResponseText] = []
            try query.forEachText(lens, chosen) { rows.append($0) }
            return (rows, lens)
        }
        let learnt = try LearntTexts(model, try TrainedOn(model, session), session)
            .responses(among: rows.filter(\.row.isJudged).map { ($0.row.position, $0.event) })
        for row in rows.lazy.map(\.row) {
            texts += 1
            guard row.isJudged else { continue }
            read += 1
            let shares = ClassifierQuality.shares(
                detractor: row.detractor, promoter: row.promoter)
            // What does not sum to one is that of a damaged state.
            guard shares.reduce(0, +) == ConfidenceBasedEstimate.whole else { continue }
            let likeliest = Int(
                ClassifierQuality.likeliest(detractor: row.detractor, promoter: row.promoter)
                    .rawValue)
            // What people decided was learnt from too, without a score.
            guard !learnt.contains(row.position) else {
                leftOut += 1
                continue
            }
            guard let score = row.score else {
                unlabelled.add(predicted: likeliest, basisPoints: shares)
                continue
            }
            labelled.add(predicted: likeliest, basisPoints: shares)
            measured.add(
                stated: row.decision ?? lens.thresholds.classify(score: score),
                detractor: row.detractor, promoter: row.promoter)
        }
    }

    /// By how much an estimate may be off without being called wrong, where there are so many texts
    /// that chance makes no difference: two points.
    static let toleratedError = 0.02

    /// Whether the estimate, where scores are stated, lies as close to what is measured there as
    /// chance and tolerance allow; nil with too few to tell.
    func holds(confidence: Double) -> Bool? {
        guard measured.count >= Self.measuredLeast, let accuracy = measured.accuracy,
            let claimed = labelled.accuracy,
            let interval = labelled.accuracyInterval(confidence: confidence)
        else { return nil }
        return interval.contains(accuracy)
            || (claimed - accuracy).magnitude < Self.toleratedError
    }
}

/// The estimates of several versions, as they are shown.
struct ModelEstimates {
    let estimates: [ModelEstimate]
    let asOf: Position
    let remarks: [String]
    /// Of the intervals, as a share.
    let confidence: Double

    /// One line of figures.
    private struct Line {
        let name: String
        let key: String
        let count: Int
        let accuracy: EvaluationReport.Figure
        let macroF1: EvaluationReport.Figure
    }

    private func line(_ name: String, _ key: String, _ estimate: ConfidenceBasedEstimate) -> Line {
        Line(
            name: name, key: key, count: estimate.count,
            accuracy: EvaluationReport.Figure(
                value: estimate.accuracy,
                interval: estimate.accuracyInterval(confidence: confidence)),
            macroF1: EvaluationReport.Figure(
                value: estimate.macroF1,
                interval: estimate.bootstrapInterval(
                    of: \.macroF1, confidence: confidence, seed: EvaluationReport.seed)))
    }

    private func lines(_ estimate: ModelEstimate) -> [Line] {
        let figures = EvaluationReport.Figures(estimate.measured, confidence: confidence)
        return [
            line("no score, estimated", "unlabelledEstimated", estimate.unlabelled),
            Line(
                name: "score, measured", key: "labelledMeasured", count: estimate.measured.count,
                accuracy: figures.accuracy, macroF1: figures.macroF1),
            line("score, estimated", "labelledEstimated", estimate.labelled),
        ]
    }

    func show(_ printer: Printer) {
        var table = Table(columns: [
            Table.Column("texts"), .number("n"), .number("accuracy"), .number("interval"),
            .number("macro-F1"), .number("interval"),
        ])
        for estimate in estimates {
            let share = estimate.texts == 0 ? 0 : Double(estimate.read) / Double(estimate.texts)
            table.appendSection(
                "Model \(estimate.model.version), \(ModelEncoding.state(estimate.model)): read "
                    + "\(Formatted.count(estimate.read)) of \(Formatted.count(estimate.texts)) "
                    + "texts (\(Formatted.percent(share)))")
            for line in lines(estimate) {
                func range(_ figure: EvaluationReport.Figure, _ decimals: Int) -> Table.Cell {
                    Table.Cell(
                        EvaluationReport.range(figure.interval) {
                            decimals == 1
                                ? Formatted.fixed($0 * 100, decimals: 1)
                                : Formatted.fixed($0, decimals: decimals)
                        }, .muted)
                }
                table.append([
                    Table.Cell("  " + line.name), .count(line.count),
                    Table.Cell(line.accuracy.value.map { Formatted.percent($0) } ?? "—"),
                    range(line.accuracy, 1),
                    Table.Cell(line.macroF1.value.map(EvaluationReport.decimals) ?? "—"),
                    range(line.macroF1, 3),
                ])
            }
        }
        printer.table(table)
        for estimate in estimates {
            if let sentence = sentence(estimate) {
                for line in TerminalText.wrapped(sentence, printer.width) {
                    printer.line(printer.style.paint(line, .warning))
                }
            }
            if estimate.leftOut > 0 {
                printer.muted(
                    "model \(estimate.model.version) has learnt from "
                        + "\(Formatted.count(estimate.leftOut)) texts with a score, which are left "
                        + "out")
            }
        }
        printer.muted(
            "estimated: from the model's own probabilities, without labels (CBPE); worth what its "
                + "calibration is. measured: against stated scores")
        printer.muted(
            (["as of position \(asOf)"] + remarks
                + ["\(Formatted.shortest(confidence * 100) ?? "") % intervals"])
                .joined(separator: "; "))
    }

    /// A warning where the estimate does not stand up to what is known.
    private func sentence(_ estimate: ModelEstimate) -> String? {
        guard estimate.holds(confidence: confidence) == false,
            let measured = estimate.measured.accuracy, let claimed = estimate.labelled.accuracy
        else { return nil }
        let points = Formatted.fixed((claimed - measured).magnitude * 100, decimals: 1)
        return "Model \(estimate.model.version): where scores are stated its estimate is "
            + "\(points) points too \(claimed > measured ? "high" : "low"); do not take the other "
            + "at its word."
    }

    var json: JSONValue {
        [
            "asOf": .integer(asOf), "confidence": .number(confidence * 100),
            "models": .array(
                estimates.map { estimate in
                    .object(
                        [
                            ("version", .integer(estimate.model.version)),
                            ("state", .string(ModelEncoding.state(estimate.model))),
                            ("texts", .integer(estimate.texts)), ("read", .integer(estimate.read)),
                            ("leftOut", .integer(estimate.leftOut)),
                        ]
                            + lines(estimate).map { line in
                                (
                                    line.key,
                                    [
                                        "texts": .integer(line.count),
                                        "accuracy": EvaluationReport.json(line.accuracy),
                                        "macroF1": EvaluationReport.json(line.macroF1),
                                    ]
                                )
                            } + [
                                (
                                    "estimateHolds",
                                    estimate.holds(confidence: confidence).map { .bool($0) }
                                        ?? .null
                                )
                            ])
                }),
        ]
    }

    var csv: (header: [String], rows: [[String]]) {
        func text(_ value: Double?) -> String { value.flatMap { Formatted.shortest($0) } ?? "" }
        let header = [
            "version", "state", "texts", "read", "figures", "n", "accuracy", "accuracyLow",
            "accuracyHigh", "macroF1", "macroF1Low", "macroF1High",
        ]
        let rows = estimates.flatMap { estimate in
            lines(estimate).map { line in
                [
                    "\(estimate.model.version)", ModelEncoding.state(estimate.model),
                    "\(estimate.texts)",
                    "\(estimate.read)", line.key, "\(line.count)",
                ]
                    + [line.accuracy, line.macroF1].flatMap { figure in
                        [
                            text(figure.value), text(figure.interval?.low),
                            text(figure.interval?.high),
                        ]
                    }
            }
        }
        return (header, rows)
    }
}
