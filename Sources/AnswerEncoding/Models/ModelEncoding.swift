import Classification
import JSON
import LedgerCore
import NPSLedger
import Presentation

/// A registered version, for programs and in a word.
package enum ModelEncoding {
    /// `active`, `shadowing`, `retired` for what was active once, or `registered`.
    package static func state(_ model: RegisteredModel) -> String {
        if model.isActive { return "active" }
        if model.shadow != nil { return "shadowing" }
        return model.activations.isEmpty ? "registered" : "retired"
    }

    /// Of what comes in, the share that a shadow reads, in percent.
    package static func share(_ shadow: RegisteredModel.Shadow) -> Double {
        shadow.share.map { Double($0) / 100 } ?? 100
    }

    /// Since when a version shadows, and what share, where that is not all; nil where it does not.
    package static func shadowing(_ model: RegisteredModel) -> String? {
        model.shadow.map { shadow in
            "shadowing "
                + (shadow.share == nil ? "" : "\(Formatted.shortest(share(shadow)) ?? "")% ")
                + "since \(shadow.position)"
        }
    }

    /// - Parameter showsGates: whether activations say on what ground a gate let the model pass.
    package static func json(
        _ model: RegisteredModel, showsGates: Bool = false
    ) -> [(String, JSONValue)] {
        [
            ("version", .integer(model.version)), ("kind", .string(model.registration.kind)),
            ("digest", .string(model.digest)), ("state", .string(state(model))),
            ("registeredAt", .string(Timestamp.format(model.registeredAt))),
            (
                "activeFrom",
                .array(
                    model.activations.map { activation in
                        let gate = activation.gate.map(GateText.json) ?? .null
                        return .object(
                            [
                                ("position", .integer(activation.position)),
                                ("recordedAt", .string(Timestamp.format(activation.recordedAt))),
                                ("until", .optional(activation.until)),
                                ("rollsBack", .optional(activation.rollsBack)),
                            ] + (showsGates ? [("gate", gate)] : []))
                    })
            ),
            ("shadowingSince", .optional(model.shadow?.position)),
            ("shadowShare", .optional(model.shadow.map(share))),
        ]
    }

    /// The list of versions.
    package static func json(_ models: [RegisteredModel]) -> JSONValue {
        ["models": .array(models.map { .object(json($0)) })]
    }

    package static let csvHeader = [
        "version", "kind", "digest", "state", "registeredAt", "activeFrom", "shadowingSince",
        "shadowShare",
    ]

    package static func csv(_ model: RegisteredModel) -> [String] {
        [
            "\(model.version)", model.registration.kind, model.digest, state(model),
            Timestamp.format(model.registeredAt),
            model.activations.map { "\($0.position)" }.joined(separator: " "),
            model.shadow.map { "\($0.position)" } ?? "",
            model.shadow.flatMap { Formatted.shortest(share($0)) } ?? "",
        ]
    }
}

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
