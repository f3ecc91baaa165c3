import JSON
import Presentation

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
