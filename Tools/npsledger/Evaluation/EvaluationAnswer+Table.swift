import AnswerEncoding
import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension EvaluationAnswer {
    func show(_ printer: Printer) {
        printer.heading(title)
        if let recipeSentence { printer.muted(recipeSentence) }
        if !leftOutSentences.isEmpty { printer.muted(leftOutSentences.joined(separator: "; ")) }
        printer.line()
        printer.table(figuresTable)
        printer.line()
        printer.table(classesTable)
        printer.line()
        printer.table(scoresTable)
        printer.muted(
            "expected: mean of P(promoter) − P(detractor); counted: likeliest classes; off by: "
                + "less the stated score, paired")
        printer.line()
        printer.table(reliabilityTable)
        if let calibrationSentence { say(calibrationSentence, printer) }
        if !rows.isEmpty || small != nil {
            printer.line()
            printer.table(segmentsTable)
            if let segmentsSentence { printer.muted(segmentsSentence) }
        }
        printer.line()
        printer.muted(remarks.joined(separator: "; "))
    }

    private func say(_ calibration: String, _ printer: Printer) {
        let role: TerminalStyle.Role =
            switch figures.calibration {
            case .good, .unclear, nil: .plain
            case .fair: .warning
            case .bad: .bad
            }
        var sentence = calibration
        if let trainedError = training.record?.calibrationError, recipe == nil {
            sentence +=
                " Out of fold, when it was trained: ECE "
                + AnswerNumber.decimals(Double(trainedError) / 10_000) + "."
        }
        for line in TerminalText.wrapped(sentence, printer.width) {
            printer.line(printer.style.paint(line, role))
        }
    }

    /// Ends of an interval as they stand in a table.
    static func range(_ interval: Interval?, _ shown: (Double) -> String) -> String {
        interval.map { "\(shown($0.low)) … \(shown($0.high))" } ?? ""
    }

    private var figuresTable: Table {
        var table = Table(columns: [
            Table.Column("all responses"), .number("value"), .number("interval"),
            Table.Column("", flexible: true),
        ])
        func append(
            _ name: String, _ figure: EvaluationFigures.Figure, _ remark: String,
            _ shown: (Double) -> String = AnswerNumber.decimals
        ) {
            table.append([
                Table.Cell(name), Table.Cell(figure.value.map(shown) ?? "—", .strong),
                Table.Cell(Self.range(figure.interval, shown), .muted), Table.Cell(remark, .muted),
            ])
        }
        append(
            "accuracy", figures.accuracy,
            "always \(figures.majority.npsClass.name): \(Formatted.percent(figures.majority.share))"
        ) { Formatted.percent($0) }
        append("macro-F1", figures.macroF1, "mean over the classes")
        append("kappa", figures.kappa, "agreement beyond chance")
        append("weighted kappa", figures.weightedKappa, "by two classes counts fourfold")
        append("Brier score", figures.brier, "0 is perfect, 2 the worst")
        append("log loss", figures.logLoss, "in nats; 0 is perfect")
        return table
    }

    private var classesTable: Table {
        let matrix = evaluation.quality.confusion
        var table = Table(columns: [
            Table.Column("stated ↓ read →"), .number("detractor"), .number("passive"),
            .number("promoter"), .number("precision"), .number("recall"), .number("F1"),
        ])
        for label in NPSClass.allCases {
            let index = Int(label.rawValue)
            let shares = [matrix.precision(index), matrix.recall(index), matrix.f1(index)].map {
                Table.Cell($0.map(AnswerNumber.decimals) ?? "—")
            }
            let counts = (0..<3).map { read in
                Table.Cell(
                    Formatted.count(matrix[actual: index, predicted: read]),
                    read == index ? .strong : .plain)
            }
            table.append([Table.Cell(label.name)] + counts + shares)
        }
        return table
    }

    private var scoresTable: Table {
        let total = evaluation.total
        var table = Table(columns: [
            Table.Column("score"), .number("NPS"), .number("off by"), .number("interval"),
            .number("p"),
        ])
        func append(_ name: String, _ score: Double?, _ bias: Difference?, _ p: Double?) {
            table.append([
                Table.Cell(name), Table.Cell(score.map { Formatted.points($0 * 100) } ?? "—"),
                Table.Cell(
                    bias.map { Formatted.points($0.estimate * 100) } ?? "",
                    (p ?? 1) < 1 - confidence ? .bad : .plain),
                Table.Cell(Self.range(interval(bias)) { Formatted.points($0 * 100) }, .muted),
                Table.Cell(p.map(AnswerNumber.probability) ?? ""),
            ])
        }
        append("stated", total.stated.score, nil, nil)
        let bias = total.bias.difference
        append("expected", total.expected, bias, bias?.pValue)
        let counted = total.flips.bias.difference
        append("counted", total.counted.score, counted, counted?.pValue)
        return table
    }

    private var reliabilityTable: Table {
        var table = Table(columns: [
            Table.Column("sure to"), .number("n"), .number("on average"), .number("right"),
            .number("interval"), Table.Column("", minWidth: 1),
        ])
        for bin in figures.reliability?.bins ?? [] where bin.count > 0 {
            guard let said = bin.meanConfidence, let right = bin.observedRate else { continue }
            let bounds = bin.interval(confidence: confidence)
            let isOff = bounds?.contains(said) == false
            table.append([
                Table.Cell(
                    "\(Formatted.percent(bin.range.low, decimals: 0))–"
                        + Formatted.percent(bin.range.high, decimals: 0)),
                .count(bin.count), Table.Cell(Formatted.percent(said)),
                Table.Cell(Formatted.percent(right)),
                Table.Cell(Self.range(bounds) { Formatted.percent($0) }, .muted),
                Table.Cell(isOff ? (said > right ? "too sure" : "not sure enough") : "", .warning),
            ])
        }
        return table
    }

    private static func name(_ row: Row) -> String {
        row.segment.values.map { $0 ?? "—" }.joined(separator: " · ")
    }

    private var segmentsTable: Table {
        var table = Table(columns: [
            .label(selection.by.joined(separator: " · "), rows.map(Self.name)),
            .number("n"), .number("stated"), .number("expected"), .number("off by"),
            .number("interval"), .number("adj. p", dropPriority: 1),
            .number("counted", dropPriority: 3), .number("counted off by", dropPriority: 2),
        ])
        func cells(
            _ name: String, _ segment: ModelEvaluation.Segment, p: Double?, isReal: Bool
        ) -> [Table.Cell] {
            let bias = segment.bias.difference
            func points(_ share: Double?) -> Table.Cell {
                Table.Cell(share.map { Formatted.points($0 * 100) } ?? "—")
            }
            return [
                Table.Cell(name), .count(segment.count), points(segment.stated.score),
                points(segment.expected),
                Table.Cell(
                    bias.map { Formatted.points($0.estimate * 100) } ?? "—",
                    isReal ? .bad : .plain),
                .interval(interval(bias)),
                Table.Cell(p.map(AnswerNumber.probability) ?? ""),
                points(segment.counted.score), points(segment.flips.change?.estimate),
            ]
        }
        for row in rows {
            table.append(cells(Self.name(row), row.segment, p: row.adjustedP, isReal: isReal(row)))
        }
        if let small {
            table.append(
                cells(
                    "\(Formatted.count(small.count)) smaller", small.sum, p: nil, isReal: false))
        }
        table.appendRule()
        table.append(cells("all", evaluation.total, p: nil, isReal: false))
        return table
    }
}
