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
        let hasActive = report.lines.contains { $0.finding?.active != nil }
        if hasActive {
            table.columns.insert(.number("active"), at: 2)
            table.columns.insert(.number("candidate"), at: 3)
        }
        if hasSegments {
            table.columns.append(Table.Column("worst at", minWidth: 8, flexible: true))
        }
        for line in report.lines {
            let condition = line.condition
            let role: TerminalStyle.Role = line.isMet ? .good : .bad
            func cell(_ value: Int64?) -> Table.Cell {
                Table.Cell(value.map { figure($0, condition.metric) } ?? "", .muted)
            }
            var cells: [Table.Cell] = [
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
            ]
            if hasActive {
                cells.insert(cell(line.finding?.active), at: 2)
                cells.insert(cell(line.finding?.candidate), at: 3)
            }
            table.append(cells)
        }
        printer.table(table)
        for (remark, subjects) in remarks(report) {
            printer.muted(
                TerminalText.sanitized("\(subjects.joined(separator: ", ")): \(remark)"))
        }
    }
}
