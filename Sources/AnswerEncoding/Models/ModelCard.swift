import Classification
import JSON
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

    /// A stored card as JSON, its members by name; a card that is none stays a text.
    package static func json(_ card: String) -> JSONValue {
        guard let tree = try? JSONTree(parsing: Array(card.utf8)) else { return .string(card) }
        return tree.json.canonical
    }

    /// Whether a label has figures: a topic that was not learnt from labels has none.
    package static func isMeasured(_ label: TrainingMetrics.Label) -> Bool {
        label.origin == nil || label.origin == TopicOrigin.trained.name
    }

    /// What a topic is found from.
    package static func source(_ label: TrainingMetrics.Label) -> String {
        switch TopicOrigin.allCases.first(where: { $0.name == label.origin }) {
        case .trained: "labels"
        case .prototype: "phrases"
        case .absent: "nothing"
        case nil: ""
        }
    }

    /// What a head reads, in a word.
    package static func name(_ head: TrainingMetrics) -> String {
        head.head == "scoreClass" ? "class" : head.head
    }
}
