import Classification
import Foundation
import LedgerCore
import Presentation

/// What is told of a model's making and quality.
package enum ModelCard {
    /// Metrics with shares as decimals.
    package static func json(_ metrics: TrainingMetrics) -> JSONValue {
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

    /// A stored card as JSON; a card that is none stays a text.
    package static func json(_ card: String) -> JSONValue {
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

    /// What a head reads, in a word.
    package static func name(_ head: TrainingMetrics) -> String {
        head.head == "scoreClass" ? "class" : head.head
    }
}
