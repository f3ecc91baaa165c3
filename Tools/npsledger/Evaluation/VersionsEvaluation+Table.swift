import AnswerEncoding
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension VersionsEvaluation {
    func show(_ printer: Printer) {
        printer.heading(
            "Models " + versions.map { "\($0.model.version)" }.joined(separator: ", ")
                + " on the same \(Formatted.count(evaluated, of: "response"))")
        for (index, version) in versions.enumerated() {
            printer.line()
            printer.table(table(version, isFirst: index == 0))
        }
        if leftOut > 0 {
            printer.muted(
                "\(Formatted.count(leftOut)) are left out: one of the models has learnt from them")
        }
        if unlearnt > 0 {
            printer.muted(
                "\(Formatted.count(unlearnt)) are in a language that one of the models has not learnt"
            )
        }
        printer.muted(
            "changes are paired, response by response; of accuracy p is McNemar's; "
                + "\(AnswerNumber.text(confidence * 100)) % intervals")
        printer.muted(frame.momentSentence)
        if let sentence = frame.incompleteSentence { printer.muted(sentence) }
    }

    private func table(_ version: Version, isFirst: Bool) -> Table {
        let first = versions[0].model.version
        var table = Table(
            columns: [
                Table.Column("model \(version.model.version)", minWidth: 14),
                .number("value"), .number("interval", dropPriority: 1),
            ]
                + (isFirst
                    ? [] : [.number("less model \(first)"), .number("interval"), .number("p")]))
        for line in lines(version) {
            let decimals = line.name == "npsBias" ? 1 : 3
            func number(_ value: Double?) -> Table.Cell {
                Table.Cell(value.map { Formatted.fixed($0, decimals: decimals) } ?? "—")
            }
            func interval(_ bounds: Interval?) -> Table.Cell {
                Table.Cell(
                    bounds.map {
                        Formatted.fixed($0.low, decimals: decimals) + "…"
                            + Formatted.fixed($0.high, decimals: decimals)
                    } ?? "", .muted)
            }
            table.append(
                [Table.Cell(line.name), number(line.figure.value), interval(line.figure.interval)]
                    + (isFirst
                        ? []
                        : [
                            number(line.change.value), interval(line.change.interval),
                            Table.Cell(line.pValue.map(AnswerNumber.probability) ?? ""),
                        ]))
        }
        return table
    }
}
