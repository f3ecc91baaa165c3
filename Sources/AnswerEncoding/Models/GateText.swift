import JSON
import LedgerCore
import NPSLedger
import Presentation

/// Conditions of gates and what was found, for people and for programs.
package enum GateText {
    /// Whole numbers of a metric's unit as people write them.
    package static func figure(_ value: Int64, _ metric: GateMetric) -> String {
        switch metric.unit {
        case .tenThousandths: Formatted.fixed(Double(value) / 10_000, decimals: 4)
        case .pointHundredths:
            (value > 0 ? "+" : "") + Formatted.fixed(Double(value) / 100, decimals: 2)
        case .texts: Formatted.count(value)
        }
    }

    /// A limit, without the zeros that a file does not write either.
    package static func limit(_ condition: GateCondition) -> String {
        var scale = 1.0
        for _ in 0..<condition.metric.unit.decimals { scale *= 10 }
        return Formatted.shortest(Double(condition.limit) / scale) ?? "\(condition.limit)"
    }

    /// What is measured, such as “npsChange, inferred” or “segmentChange by region”.
    package static func subject(_ condition: GateCondition) -> String {
        var text = condition.metric.rawValue
        if !condition.by.isEmpty { text += " by " + condition.by.joined(separator: ", ") }
        if condition.basis == .inferred { text += ", inferred" }
        return text
    }

    package static func sign(_ rule: GateCondition.Rule) -> String { rule == .atLeast ? "≥" : "≤" }

    /// The values of the segment that moved furthest, in the order of the dimensions.
    package static func segment(_ finding: GateFinding) -> String? {
        finding.segment.map { segment in
            // In a sentence of several lines, a value must not begin one of its own.
            TerminalText.sanitized(
                finding.condition.by.map { segment[$0] ?? "—" }.joined(separator: " · "),
                lineBreaks: .spaces)
        }
    }

    /// What was found, in one sentence.
    package static func sentence(_ finding: GateFinding) -> String {
        let condition = finding.condition
        let unit = condition.metric.isChange ? " points" : ""
        var text = subject(condition)
        if let least = condition.responsesAtLeast { text += ", n ≥ \(least)" }
        if let segment = segment(finding) { text += ": \(segment)" }
        if let active = finding.active, let candidate = finding.candidate {
            let size = Int64(finding.observed.magnitude)
            text +=
                " \(figure(candidate, condition.metric)) is"
                + (finding.observed > 0 ? " worse by " : " better by ")
                + "\(figure(size, condition.metric)) than the active model's "
                + "\(figure(active, condition.metric)), worse by at most "
        } else {
            text +=
                " \(figure(finding.observed, condition.metric))\(unit)"
                + (condition.rule == .atLeast ? ", at least " : ", at most ")
        }
        return text + limit(condition) + unit
            + " (\(Formatted.count(finding.responses, of: "response")))"
    }

    // MARK: Programs

    private static func number(_ value: Int64, _ metric: GateMetric) -> JSONValue {
        switch metric.unit {
        case .texts: .integer(value)
        case .tenThousandths: .number(Double(value) / 10_000)
        case .pointHundredths: .number(Double(value) / 100)
        }
    }

    private static func fields(_ condition: GateCondition) -> [(String, JSONValue)] {
        [
            ("metric", .string(condition.metric.rawValue)),
            ("rule", .string(condition.rule.rawValue)),
            ("limit", number(condition.limit, condition.metric)),
            ("basis", .optional(condition.basis?.rawValue)),
            ("by", .array(condition.by.map { .string($0) })),
            ("responsesAtLeast", .optional(condition.responsesAtLeast)),
        ]
    }

    private static func fields(
        _ finding: GateFinding?, _ metric: GateMetric
    ) -> [(String, JSONValue)] {
        let segment = finding?.segment.map { segment in
            JSONValue.object(segment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        }
        return [
            ("observed", finding.map { number($0.observed, metric) } ?? .null),
            ("active", finding?.active.map { number($0, metric) } ?? .null),
            ("candidate", finding?.candidate.map { number($0, metric) } ?? .null),
            ("segment", segment ?? .null), ("responses", .optional(finding?.responses)),
        ]
    }

    /// Evidence as an event has it.
    package static func json(_ evidence: GateEvidence) -> JSONValue {
        [
            "digest": .string(Hex.encode(evidence.digest)), "asOf": .integer(evidence.asOf),
            "met": .bool(evidence.isMet),
            "conditions": .array(
                evidence.findings.map { finding in
                    .object(
                        fields(finding.condition) + fields(finding, finding.condition.metric)
                            + [("met", .bool(finding.isMet))])
                }),
        ]
    }

    /// A report with what could not be measured.
    package static func json(_ report: GateReport, asOf: Position) -> JSONValue {
        [
            "digest": .string(Hex.encode(report.digest)), "asOf": .integer(asOf),
            "met": .bool(report.isMet),
            "conditions": .array(
                report.lines.map { line in
                    .object(
                        fields(line.condition) + fields(line.finding, line.condition.metric)
                            + [("met", .bool(line.isMet)), ("remark", .optional(line.remark))])
                }),
        ]
    }

    package static let csvHeader = [
        "metric", "rule", "limit", "basis", "by", "responsesAtLeast", "observed", "active",
        "candidate", "segment", "responses", "met", "remark",
    ]

    package static func csv(_ report: GateReport) -> [[String]] {
        report.lines.map { line in
            let values =
                fields(line.condition) + fields(line.finding, line.condition.metric)
                + [("met", .bool(line.isMet)), ("remark", .optional(line.remark))]
            return values.map { _, value in
                switch value {
                case .null: ""
                case .string(let text): text
                case .array(let items) where items.isEmpty: ""
                default: value.serialized()
                }
            }
        }
    }

    /// What is said of conditions, and of which, in their order.
    package static func remarks(_ report: GateReport) -> [(remark: String, subjects: [String])] {
        var remarks: [(remark: String, subjects: [String])] = []
        for line in report.lines {
            guard let remark = line.remark else { continue }
            if let known = remarks.firstIndex(where: { $0.remark == remark }) {
                remarks[known].subjects.append(subject(line.condition))
            } else {
                remarks.append((remark, [subject(line.condition)]))
            }
        }
        return remarks
    }

    /// Every condition that is not met, with its numbers.
    package static func failures(_ report: GateReport) -> [String] {
        report.lines.filter { !$0.isMet }.map { line in
            line.finding.map(sentence)
                ?? "\(subject(line.condition)): cannot be measured, for \(line.remark ?? "")"
        }
    }
}
