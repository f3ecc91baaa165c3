import Presentation

/// Figures and the machine they belong to, for people or for programs.
struct Report {
    var machine: Machine
    var figures: [Figure]

    /// A table, and below it what each run was made with.
    func table(width: Int, style: TerminalStyle) -> String {
        var table = Table(columns: [
            Table.Column("measured"), .number("events/s"), Table.Column("against"),
            .number("events/s"), .number("ratio"), .number("range"), .number("asked"),
        ])
        for figure in figures {
            let median = figure.median
            table.append([
                Table.Cell(figure.name), .count(Int(median.rate)), Table.Cell(figure.base),
                .count(Int(median.baseRate)),
                Table.Cell(
                    Formatted.fixed(median.ratio, decimals: 2), figure.isMet ? .plain : .bad),
                Table.Cell(range(of: figure)),
                Table.Cell(figure.target.map { "≥ \(Formatted.fixed($0, decimals: 2))" } ?? ""),
            ])
        }
        let runs = figures.map { figure in
            let parameters = figure.parameters.map { "\($0.name) \(Formatted.count($0.value))" }
            return "\(figure.name): \(parameters.joined(separator: ", ")); \(figure.result)"
        }
        return """
            \(machine.processor), \(machine.cores) cores, \(Formatted.bytes(machine.memoryBytes)), \
            Linux \(machine.kernel), \(machine.fileSystem)

            \(table.render(width: width, style: style))
            \(runs.joined(separator: "\n"))

            """
    }

    private func range(of figure: Figure) -> String {
        let ratios = figure.pairs.map(\.ratio).sorted()
        guard let least = ratios.first, let most = ratios.last else { return "" }
        return "\(Formatted.fixed(least, decimals: 2))–\(Formatted.fixed(most, decimals: 2))"
    }

    /// The same as one JSON document.
    var json: JSONValue {
        .object([
            (
                "machine",
                .object([
                    ("processor", .string(machine.processor)), ("cores", .integer(machine.cores)),
                    ("memoryBytes", .integer(machine.memoryBytes)),
                    ("kernel", .string(machine.kernel)),
                    ("fileSystem", .string(machine.fileSystem)),
                ])
            ),
            ("figures", .array(figures.map(json))),
        ])
    }

    private func json(_ figure: Figure) -> JSONValue {
        .object([
            ("name", .string(figure.name)), ("base", .string(figure.base)),
            ("rate", .number(figure.median.rate)), ("baseRate", .number(figure.median.baseRate)),
            ("ratio", .number(figure.median.ratio)),
            ("ratios", .array(figure.pairs.map { .number($0.ratio) })),
            ("target", .optional(figure.target)), ("isMet", .bool(figure.isMet)),
            (
                "parameters",
                .object(figure.parameters.map { ($0.name, .integer($0.value)) })
            ),
            ("result", .string(figure.result)),
        ])
    }
}
