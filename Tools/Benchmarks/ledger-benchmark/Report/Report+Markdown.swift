import Presentation

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
