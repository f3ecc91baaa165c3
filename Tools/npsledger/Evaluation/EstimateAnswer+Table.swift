import AnswerEncoding
import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension EstimateAnswer {
    func show(_ printer: Printer) {
        printer.table(table)
        for model in models {
            if let warning = model.warning {
                for line in TerminalText.wrapped(warning, printer.width) {
                    printer.line(printer.style.paint(line, .warning))
                }
            }
            if model.leftOut > 0 {
                printer.muted(
                    "model \(model.model.version) has learnt from "
                        + "\(Formatted.count(model.leftOut, of: "text")) with a score, which are left "
                        + "out")
            }
        }
        printer.muted(
            "estimated: from the model's own probabilities, without labels (CBPE); worth what its "
                + "calibration is. measured: against stated scores")
        printer.muted(
            (["as of position \(asOf)"] + selection.remarks
                + ["\(Formatted.shortest(confidence * 100) ?? "") % intervals"])
                .joined(separator: "; "))
    }

    private var table: Table {
        var table = Table(columns: [
            Table.Column("texts"), .number("n"), .number("accuracy"), .number("interval"),
            .number("macro-F1"), .number("interval"),
        ])
        for model in models {
            let share = model.texts == 0 ? 0 : Double(model.read) / Double(model.texts)
            table.appendSection(
                "Model \(model.model.version), \(ModelEncoding.state(model.model)): read "
                    + "\(Formatted.count(model.read)) of \(Formatted.count(model.texts)) "
                    + "texts (\(Formatted.percent(share)))")
            for (name, figures) in [
                ("no score, estimated", model.unlabelled), ("score, measured", model.measured),
                ("score, estimated", model.labelled),
            ] {
                func range(
                    _ figure: EvaluationFigures.Figure, _ shown: (Double) -> String
                ) -> Table.Cell {
                    Table.Cell(EvaluationAnswer.range(figure.interval, shown), .muted)
                }
                table.append([
                    Table.Cell("  " + name), .count(figures.texts),
                    Table.Cell(figures.accuracy.value.map { Formatted.percent($0) } ?? "—"),
                    range(figures.accuracy) { Formatted.fixed($0 * 100, decimals: 1) },
                    Table.Cell(figures.macroF1.value.map(AnswerNumber.decimals) ?? "—"),
                    range(figures.macroF1, AnswerNumber.decimals),
                ])
            }
        }
        return table
    }
}
