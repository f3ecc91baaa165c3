import AnswerEncoding
import Classification
import JSON
import LedgerCore
import Presentation

extension ModelCard {
    static func show(_ metrics: TrainingMetrics, _ printer: Printer) {
        printer.line(
            "  accuracy \(percent(metrics.accuracy)), macro-F1 \(percent(metrics.macroF1)), "
                + "calibration error \(percent(metrics.calibrationError))")
        printer.line(
            "  measured in \(metrics.folds) folds, each by a model that had not seen it;")
        printer.line(
            "  calling everything the largest class would reach \(percent(metrics.majority))")
        var table = Table(columns: [
            Table.Column("  class"), .number("examples"), .number("precision"), .number("recall"),
            .number("F1"),
        ])
        for label in metrics.labels {
            table.append([
                Table.Cell("  " + label.name), .count(label.examples),
                Table.Cell(percent(label.precision)), Table.Cell(percent(label.recall)),
                Table.Cell(percent(label.f1)),
            ])
        }
        printer.table(table)
    }

    /// What each head reached out of fold; a head taken over from the embedded model has no figures
    /// of its own.
    static func show(_ metadata: ModelMetadata, _ printer: Printer) {
        var table = Table(columns: [
            Table.Column("  reads"), .number("examples"), .number("accuracy"),
            .number("largest class"), .number("macro-F1"), .number("calibration error"),
        ])
        for head in metadata.heads {
            let title = Table.Cell("  " + name(head))
            guard head.examples > 0 else {
                table.append([
                    title, Table.Cell(head.origin == "base" ? "embedded" : head.origin), "", "",
                    "", "",
                ])
                continue
            }
            table.append(
                [
                    title, .count(head.examples),
                ]
                    + [head.accuracy, head.majority, head.macroF1, head.calibrationError].map {
                        Table.Cell(percent($0))
                    })
        }
        printer.table(table)
        showTopics(metadata, printer)
        printer.muted("  measured out of fold: each text by a model that had not seen it")
    }

    /// What the training taught beside the class; nothing where the rest is the embedded model's.
    static func showOthers(_ metadata: ModelMetadata, _ printer: Printer) {
        for head in metadata.heads where head.examples > 0 && head.head != "scoreClass" {
            printer.line(
                "  \(name(head)): \(Formatted.count(head.examples)) examples, accuracy "
                    + "\(percent(head.accuracy)), macro-F1 \(percent(head.macroF1))")
        }
        showTopics(metadata, printer)
    }

    /// What each topic is found from, and what it reached out of fold; nothing for a model without.
    static func showTopics(_ metadata: ModelMetadata, _ printer: Printer) {
        let labels = metadata.heads.first { $0.head == "topics" }?.labels ?? []
        guard !labels.isEmpty else { return }
        var table = Table(columns: [
            Table.Column("  topic", minWidth: 16, flexible: true), Table.Column("from"),
            .number("examples"), .number("precision", dropPriority: 1),
            .number("recall", dropPriority: 2), .number("F1"),
            .number("found from", dropPriority: 3),
        ])
        for label in labels {
            func share(_ basisPoints: Int?) -> Table.Cell {
                guard isMeasured(label), let basisPoints else { return "" }
                return Table.Cell(percent(basisPoints))
            }
            table.append([
                Table.Cell("  " + label.name), Table.Cell(source(label)), .count(label.examples),
                share(label.precision), share(label.recall), share(label.f1),
                share(label.threshold),
            ])
        }
        printer.line()
        printer.table(table)
    }

    private static func percent(_ basisPoints: Int) -> String {
        Formatted.percent(Double(basisPoints) / 10_000)
    }
}
