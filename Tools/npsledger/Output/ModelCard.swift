import Classification
import Foundation
import LedgerCore
import Presentation

/// What is shown of a model's making and quality.
enum ModelCard {
    /// The card that an artefact carries itself.
    static func text(ofArtefact artefact: [UInt8]) throws -> String {
        do {
            let metadata = try NGramClassifier(artefact: artefact).metadata
            return String(decoding: metadata.canonicalJSON, as: UTF8.self)
        } catch {
            throw CommandFailure(
                ExitStatus.badData, "the file is not a model that this program can run: \(error)")
        }
    }

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
            "  measured out of fold (\(metrics.folds) folds): accuracy \(percent(metrics.accuracy)) "
                + "(always the largest class: \(percent(metrics.majority)))")
        printer.line(
            "  macro-F1 \(percent(metrics.macroF1)), calibration error "
                + percent(metrics.calibrationError))
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
            if let whole = Int64(exactly: number.doubleValue) { return .int(whole) }
            return .number(number.doubleValue)
        default: return .null
        }
    }

    /// The card of a version, for people.
    static func show(_ card: String, _ printer: Printer) {
        func lines(_ value: JSONValue, _ indent: String) {
            guard case .object(let pairs) = value else { return }
            for (key, item) in pairs {
                switch item {
                case .object:
                    printer.line("\(indent)\(key)")
                    lines(item, indent + "  ")
                case .array(let items):
                    for case .object(let fields) in items {
                        let words = fields.compactMap { name, value -> String? in
                            if case .array = value { return nil }
                            return "\(name) \(value.serialized())"
                        }
                        printer.line("\(indent)\(key): \(words.joined(separator: ", "))")
                    }
                default: printer.line("\(indent)\(key)  \(item.serialized())")
                }
            }
        }
        lines(json(card), "  ")
    }
}
