import Classification
import Foundation
import LedgerCore
import Presentation

/// What is shown of a model's making and quality.
enum ModelCard {
    /// Metrics with shares as decimals.
    static func json(_ metrics: TrainingMetrics) -> JSONValue {
        func share(_ basisPoints: Int) -> JSONValue { .number(Double(basisPoints) / 10_000) }
        return [
            "examples": .integer(metrics.examples), "folds": .integer(metrics.folds),
            "accuracy": share(metrics.accuracy), "majority": share(metrics.majority),
            "macroF1": share(metrics.macroF1), "ece": share(metrics.calibrationError),
            "labels": .array(
                metrics.labels.map { label in
                    [
                        "name": .string(label.name), "examples": .integer(label.examples),
                        "precision": share(label.precision), "recall": share(label.recall),
                        "f1": share(label.f1),
                    ]
                }),
        ]
    }

    static func show(_ metrics: TrainingMetrics, _ printer: Printer) {
        func percent(_ basisPoints: Int) -> String {
            Formatted.percent(Double(basisPoints) / 10_000)
        }
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

    /// A stored card as JSON; a card that is none stays a text.
    static func json(_ card: String) -> JSONValue {
        guard let value = try? JSONSerialization.jsonObject(with: Data(card.utf8)) else {
            return .string(card)
        }
        return convert(value)
    }

    private static func convert(_ value: Any) -> JSONValue {
        switch value {
        case let map as [String: Any]:
            return .object(map.sorted { $0.key < $1.key }.map { ($0.key, convert($0.value)) })
        case let items as [Any]: return .array(items.map(convert))
        case let text as String: return .string(text)
        case let number as NSNumber:
            // By way of a Double, a seed beyond 2^53 would come out as another.
            if let whole = Int64(exactly: number) { return .int(whole) }
            if let whole = UInt64(exactly: number) { return .integer(whole) }
            return .number(number.doubleValue)
        default: return .null
        }
    }

    /// What each head reached out of fold; a head taken over from the embedded model has no figures
    /// of its own.
    static func show(_ metadata: ModelMetadata, _ printer: Printer) {
        var table = Table(columns: [
            Table.Column("  reads"), .number("examples"), .number("accuracy"),
            .number("largest class"), .number("macro-F1"), .number("calibration error"),
        ])
        for head in metadata.heads {
            func percent(_ basisPoints: Int) -> Table.Cell {
                Table.Cell(Formatted.percent(Double(basisPoints) / 10_000))
            }
            let title = Table.Cell("  " + name(head))
            guard head.examples > 0 else {
                table.append([
                    title, Table.Cell(head.origin == "base" ? "embedded" : head.origin), "", "",
                    "", "",
                ])
                continue
            }
            table.append([
                title, .count(head.examples), percent(head.accuracy), percent(head.majority),
                percent(head.macroF1), percent(head.calibrationError),
            ])
        }
        printer.table(table)
        showTopics(metadata, printer)
        printer.muted("  measured out of fold: each text by a model that had not seen it")
    }

    /// What the training taught beside the class; nothing where the rest is the embedded model's.
    static func showOthers(_ metadata: ModelMetadata, _ printer: Printer) {
        for head in metadata.heads where head.examples > 0 && head.head != "scoreClass" {
            func percent(_ basisPoints: Int) -> String {
                Formatted.percent(Double(basisPoints) / 10_000)
            }
            printer.line(
                "  \(name(head)): \(Formatted.count(head.examples)) examples, accuracy "
                    + "\(percent(head.accuracy)), macro-F1 \(percent(head.macroF1))")
        }
        showTopics(metadata, printer)
    }

    /// What a head reads, in a word.
    static func name(_ head: TrainingMetrics) -> String {
        head.head == "scoreClass" ? "class" : head.head
    }
}
