import AnswerEncoding
import Classification
import Presentation

extension ModelCard {
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
                return Table.Cell(Formatted.percent(Double(basisPoints) / 10_000))
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

    /// Whether a label has figures: a topic that was not learnt from labels has none.
    static func isMeasured(_ label: TrainingMetrics.Label) -> Bool {
        label.origin == nil || label.origin == TopicOrigin.trained.name
    }

    /// What a topic is found from.
    static func source(_ label: TrainingMetrics.Label) -> String {
        switch TopicOrigin.allCases.first(where: { $0.name == label.origin }) {
        case .trained: "labels"
        case .prototype: "phrases"
        case .absent: "nothing"
        case nil: ""
        }
    }
}
