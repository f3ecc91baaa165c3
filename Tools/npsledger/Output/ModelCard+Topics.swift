import Presentation

extension ModelCard {
    /// What each topic is found from, and what it reached out of fold.
    static func showTopics(_ heads: [JSONValue], _ printer: Printer) {
        var labels: [JSONValue] = []
        for case .object(let pairs) in heads where pairs.contains(where: isTopics) {
            for case ("labels", .array(let items)) in pairs { labels = items }
        }
        guard !labels.isEmpty else { return }
        var table = Table(columns: [
            Table.Column("  topic", minWidth: 16, flexible: true), Table.Column("from"),
            .number("examples"), .number("precision", dropPriority: 1),
            .number("recall", dropPriority: 2), .number("F1"),
            .number("found from", dropPriority: 3),
        ])
        for case .object(let pairs) in labels {
            let fields = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
            guard case .string(let name)? = fields["name"] else { continue }
            let origin = if case .string(let text)? = fields["origin"] { text } else { "" }
            let isMeasured = origin == "trained"
            func share(_ key: String) -> Table.Cell {
                guard isMeasured, case .int(let value)? = fields[key] else { return "" }
                return Table.Cell(Formatted.percent(Double(value) / 10_000))
            }
            let examples = if case .int(let count)? = fields["examples"] { Int(count) } else { 0 }
            table.append([
                Table.Cell("  " + name),
                Table.Cell(
                    ["trained": "labels", "prototype": "phrases", "absent": "nothing"][origin]
                        ?? origin), .count(examples), share("precision"), share("recall"),
                share("f1"), share("threshold"),
            ])
        }
        printer.line()
        printer.table(table)
    }

    private static func isTopics(_ field: (String, JSONValue)) -> Bool {
        field == ("head", .string("topics"))
    }
}
