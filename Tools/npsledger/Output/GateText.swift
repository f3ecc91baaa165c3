import AnswerEncoding
import JSON
import LedgerCore
import NPSLedger
import Presentation

extension GateText {
    /// The evidence of an activation under the act that carries it.
    static func show(_ evidence: GateEvidence, indent: Int, _ printer: Printer) {
        let margin = String(repeating: " ", count: indent)
        let title =
            "gate of \(evidence.findings.count) conditions, measured as of position "
            + "\(evidence.asOf), sha256 \(Hex.encode(evidence.digest.prefix(8)))…"
        for line in TerminalText.wrapped(title, printer.width - indent) {
            printer.line(margin + line)
        }
        for finding in evidence.findings {
            let lines = TerminalText.wrapped(sentence(finding), printer.width - indent - 2)
            for (index, line) in lines.enumerated() {
                printer.line(
                    margin + (index > 0 ? "  " : mark(finding.isMet, printer) + " ") + line)
            }
        }
    }

    private static func mark(_ isMet: Bool, _ printer: Printer) -> String {
        printer.style.paint(isMet ? "✓" : "✗", isMet ? .good : .bad)
    }

    /// The whole table of conditions.
    static func show(_ report: GateReport, _ printer: Printer) {
        let hasSegments = report.lines.contains { $0.finding?.segment != nil }
        var table = Table(columns: [
            Table.Column(""), Table.Column("condition", minWidth: 24, flexible: true),
            .number("observed"), .number("limit"), .number("responses", dropPriority: 1),
        ])
        if hasSegments {
            table.columns.append(Table.Column("worst at", minWidth: 8, flexible: true))
        }
        for line in report.lines {
            let condition = line.condition
            let role: TerminalStyle.Role = line.isMet ? .good : .bad
            table.append([
                Table.Cell(line.isMet ? "✓" : "✗", role),
                Table.Cell(
                    subject(condition)
                        + (condition.rule == .worseByAtMost ? ", worse by" : "")),
                Table.Cell(
                    line.finding.map { figure($0.observed, condition.metric) } ?? "—",
                    line.isMet ? .plain : .bad),
                Table.Cell("\(sign(condition.rule)) \(limit(condition))"),
                line.finding.map { .count($0.responses) } ?? "",
                Table.Cell(line.finding.flatMap(segment) ?? ""),
            ])
        }
        printer.table(table)
        for case let finding? in report.lines.map(\.finding) {
            guard let active = finding.active, let candidate = finding.candidate else { continue }
            let metric = finding.condition.metric
            printer.muted(
                "\(metric.rawValue): \(figure(candidate, metric)) of the candidate, "
                    + "\(figure(active, metric)) of the active model, on the same responses")
        }
        for (remark, subjects) in remarks(report) {
            printer.muted(
                TerminalText.sanitized("\(subjects.joined(separator: ", ")): \(remark)"))
        }
    }
}
