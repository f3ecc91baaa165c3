import Classification
import Presentation

extension ModelCard {
    /// What each topic is found from, and what it reached out of fold.
    static func showTopics(_ metadata: ModelMetadata, _ printer: Printer) {
        guard let head = metadata.heads.first(where: { $0.head == "topics" }), !head.labels.isEmpty
        else { return }
        var table = Table(columns: [
            Table.Column("  topic", minWidth: 16, flexible: true), Table.Column("from"),
            .number("examples"), .number("precision", dropPriority: 1),
            .number("recall", dropPriority: 2), .number("F1"),
            .number("found from", dropPriority: 3),
        ])
        for label in head.labels {
            func share(_ basisPoints: Int?) -> Table.Cell {
                guard label.origin == TopicOrigin.trained.name, let basisPoints else { return "" }
                return Table.Cell(Formatted.percent(Double(basisPoints) / 10_000))
            }
            table.append([
                Table.Cell("  " + label.name), Table.Cell(foundFrom(label)),
                .count(label.examples), share(label.precision), share(label.recall),
                share(label.f1), share(label.threshold),
            ])
        }
        printer.line()
        printer.table(table)
    }

    /// What a topic is found from, in a word; nothing for labels of other heads.
    static func foundFrom(_ label: TrainingMetrics.Label) -> String {
        guard let origin = label.origin else { return "" }
        return ["trained": "labels", "prototype": "phrases", "absent": "nothing"][origin] ?? origin
    }
}
