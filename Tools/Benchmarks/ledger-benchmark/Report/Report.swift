import JSON
import Presentation

/// Findings and the machine they belong to, for people or for programs.
struct Report {
    var machine: Machine
    var findings: Findings
    /// The command that made them.
    var command: String

    /// Tables, and below them what each run was made with.
    func table(width: Int, style: TerminalStyle) -> String {
        var tables: [String] = []
        if !findings.figures.isEmpty { tables.append(figures.render(width: width, style: style)) }
        if !findings.measures.isEmpty {
            tables.append(measures.render(width: width, style: style))
        }
        if !findings.comparisons.isEmpty {
            tables.append(comparisons.render(width: width, style: style))
        }
        return """
            \(machineLine)

            \(tables.joined(separator: "\n"))
            \(runs.map { "\($0.name): \($0.text)" }.joined(separator: "\n"))

            """
    }

    /// The machine, and the versions of what is compared with.
    var machineLine: String {
        var parts = [
            machine.processor, "\(machine.cores) cores", Formatted.bytes(machine.memoryBytes),
            "Linux \(machine.kernel)", machine.fileSystem,
        ]
        parts += findings.versions.map { "\($0.name) \($0.version)" }
        return parts.joined(separator: ", ")
    }

    private var figures: Table {
        var table = Table(columns: [
            Table.Column("measured", minWidth: 34, flexible: true), .number("a second"),
            Table.Column("against", minWidth: 13, flexible: true),
            .number("a second", dropPriority: 1), .number("ratio"),
            .number("range", dropPriority: 2), .number("asked"),
        ])
        for figure in findings.figures {
            let median = figure.median
            table.append([
                Table.Cell(figure.name), .count(Int(median.rate)), Table.Cell(figure.base),
                .count(Int(median.baseRate)),
                Table.Cell(
                    Formatted.fixed(median.ratio, decimals: 2), figure.isMet ? .plain : .bad),
                Table.Cell(figure.range), Table.Cell(figure.asked),
            ])
        }
        return table
    }

    private var measures: Table {
        var table = Table(columns: [
            Table.Column("measured", minWidth: 20, flexible: true), .number("value"),
            .number("range", dropPriority: 1), .number("asked"),
        ])
        for measure in findings.measures {
            table.append([
                Table.Cell(measure.name),
                Table.Cell(measure.text(measure.median), measure.isMet ? .plain : .bad),
                Table.Cell(measure.range), Table.Cell(measure.asked),
            ])
        }
        return table
    }

    /// The peers of all comparisons, in the order they come up.
    var peerNames: [String] {
        var names: [String] = []
        for peer in findings.comparisons.flatMap(\.peers) where !names.contains(peer.name) {
            names.append(peer.name)
        }
        return names
    }

    private var comparisons: Table {
        let names = peerNames
        var table = Table(
            columns: [
                Table.Column("a second", minWidth: 16, flexible: true), .number("ledger"),
            ] + names.flatMap { [.number($0), .number("ratio")] })
        for comparison in findings.comparisons {
            let cells = names.flatMap { name -> [Table.Cell] in
                guard let peer = comparison.peers.first(where: { $0.name == name }),
                    let ratio = comparison.ratio(to: peer)
                else { return ["", ""] }
                return [
                    Table.Cell(Self.pace(peer.rates.quantile(0.5))),
                    Table.Cell(
                        Formatted.fixed(ratio, decimals: 2),
                        comparison.isMet(beside: peer) ? .plain : .bad),
                ]
            }
            table.append(
                [Table.Cell(comparison.operation), Table.Cell(Self.pace(comparison.median))] + cells
            )
        }
        return table
    }

    /// How many a second; what takes long has a fraction.
    static func pace(_ perSecond: Double) -> String {
        perSecond < 10
            ? Formatted.fixed(perSecond, decimals: 2) : Formatted.count(Int(perSecond))
    }

    /// What each finding was made with and came to.
    var runs: [(name: String, text: String)] {
        func text(_ parameters: [(name: String, value: Int)], _ result: String) -> String {
            let values = parameters.map { "\($0.name) \(Formatted.count($0.value))" }
            return [values.joined(separator: ", "), result].filter { !$0.isEmpty }
                .joined(separator: "; ")
        }
        let all =
            findings.figures.map { ($0.name, text($0.parameters, $0.result)) }
            + findings.measures.map { ($0.name, text($0.parameters, $0.result)) }
            + findings.comparisons.map { ($0.operation, text($0.parameters, $0.result)) }
        // Neighbours that come of the same work are told once.
        return all.reduce(into: []) { runs, run in
            if let last = runs.last, last.text == run.1 {
                runs[runs.count - 1].name += "; " + run.0
            } else {
                runs.append((name: run.0, text: run.1))
            }
        }
    }
}

extension Figure {
    /// The lowest and the highest ratio.
    var range: String {
        let ratios = pairs.map(\.ratio).sorted()
        guard let least = ratios.first, let most = ratios.last else { return "" }
        return "\(Formatted.fixed(least, decimals: 2))–\(Formatted.fixed(most, decimals: 2))"
    }

    /// What is asked for as a person reads it.
    var asked: String { target.map { "≥ \(Formatted.fixed($0, decimals: 2))" } ?? "" }
}

extension Measure {
    /// The lowest and the highest value, where there are several.
    var range: String {
        guard values.count > 1, let least = values.min(), let most = values.max() else {
            return ""
        }
        return "\(text(least))–\(text(most))"
    }
}

extension Report {
    /// The findings as one JSON document.
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
            ("command", .string(command)),
            (
                "versions",
                .object(findings.versions.map { ($0.name, .string($0.version)) })
            ),
            ("figures", .array(findings.figures.map(json))),
            ("measures", .array(findings.measures.map(json))),
            ("comparisons", .array(findings.comparisons.map(json))),
            ("notices", .array(findings.notices.map { .string($0) })),
        ])
    }

    private func json(_ figure: Figure) -> JSONValue {
        .object([
            ("name", .string(figure.name)), ("base", .string(figure.base)),
            ("rate", .number(figure.median.rate)), ("baseRate", .number(figure.median.baseRate)),
            ("ratio", .number(figure.median.ratio)),
            ("ratios", .array(figure.pairs.map { .number($0.ratio) })),
            ("target", .optional(figure.target)), ("isMet", .bool(figure.isMet)),
            ("parameters", json(figure.parameters)), ("result", .string(figure.result)),
        ])
    }

    private func json(_ measure: Measure) -> JSONValue {
        var (most, least): (Double?, Double?)
        switch measure.limit {
        case .atMost(let limit): most = limit
        case .atLeast(let limit): least = limit
        case nil: break
        }
        return .object([
            ("name", .string(measure.name)), ("unit", .string(measure.unit.rawValue)),
            ("value", .number(measure.median)),
            ("values", .array(measure.values.map { .number($0) })),
            ("atMost", .optional(most)), ("atLeast", .optional(least)),
            ("isMet", .bool(measure.isMet)), ("parameters", json(measure.parameters)),
            ("result", .string(measure.result)),
        ])
    }

    private func json(_ comparison: Comparison) -> JSONValue {
        .object([
            ("operation", .string(comparison.operation)),
            ("rate", .number(comparison.median)),
            (
                "peers",
                .array(
                    comparison.peers.map { peer in
                        [
                            "name": .string(peer.name),
                            "rate": .optional(
                                peer.rates.isEmpty ? nil : peer.rates.quantile(0.5)),
                            "ratio": .optional(comparison.ratio(to: peer)),
                            "target": .optional(peer.target),
                            "isMet": .bool(comparison.isMet(beside: peer)),
                        ]
                    })
            ),
            ("parameters", json(comparison.parameters)), ("result", .string(comparison.result)),
        ])
    }

    private func json(_ parameters: [(name: String, value: Int)]) -> JSONValue {
        .object(parameters.map { ($0.name, .integer($0.value)) })
    }
}

extension Report {
    /// The findings as Markdown, to be put into the documentation as they are.
    var markdown: String {
        var parts = ["Measured on \(machineLine) with:", "```\n\(command)\n```"]
        if !findings.figures.isEmpty {
            parts.append(
                Self.table(
                    ["Measured", "A second", "Against", "A second", "Ratio", "Range", "Asked"],
                    numbers: [1, 3, 4, 5, 6],
                    findings.figures.map { figure in
                        [
                            figure.name, Formatted.count(Int(figure.median.rate)), figure.base,
                            Formatted.count(Int(figure.median.baseRate)),
                            Self.marked(
                                Formatted.fixed(figure.median.ratio, decimals: 2), figure.isMet),
                            figure.range, figure.asked,
                        ]
                    }))
        }
        if !findings.measures.isEmpty {
            parts.append(
                Self.table(
                    ["Measured", "Value", "Range", "Asked"], numbers: [1, 2, 3],
                    findings.measures.map { measure in
                        [
                            measure.name,
                            Self.marked(measure.text(measure.median), measure.isMet),
                            measure.range, measure.asked,
                        ]
                    }))
        }
        if !findings.comparisons.isEmpty { parts.append(comparisonTable) }
        parts.append(
            runs.map { "- \($0.name): \($0.text)" }.joined(separator: "\n"))
        parts += findings.notices.map { "Left out: \($0)" }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var comparisonTable: String {
        let names = peerNames
        return Self.table(
            ["A second", "This ledger"] + names.flatMap { [$0, "Ratio"] },
            numbers: Set(1...(1 + 2 * names.count)),
            findings.comparisons.map { comparison in
                [comparison.operation, Self.pace(comparison.median)]
                    + names.flatMap { name -> [String] in
                        guard let peer = comparison.peers.first(where: { $0.name == name }),
                            let ratio = comparison.ratio(to: peer)
                        else { return ["", ""] }
                        return [
                            Self.pace(peer.rates.quantile(0.5)),
                            Self.marked(
                                Formatted.fixed(ratio, decimals: 2),
                                comparison.isMet(beside: peer)),
                        ]
                    }
            })
    }

    /// What is not as asked for stands out.
    private static func marked(_ text: String, _ isMet: Bool) -> String {
        isMet ? text : "**\(text)**"
    }

    private static func table(
        _ titles: [String], numbers: Set<Int>, _ rows: [[String]]
    ) -> String {
        let rules = titles.indices.map { numbers.contains($0) ? "--:" : "---" }
        return ([titles, rules] + rows)
            .map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }
}
