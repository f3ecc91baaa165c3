import AnswerEncoding
import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension ComparedModels {
    /// From how many columns on a table has room for the intervals of both scores.
    private static let columnsForIntervals = 104

    /// - Parameter listsFlips: whether CSV holds the flipped responses instead of the segments.
    func show(_ printer: Printer, listsFlips: Bool) {
        printer.show(json, csv: listsFlips ? flipsCSV : csv) { showTable(printer) }
    }

    private func showTable(_ printer: Printer) {
        showHeadline(printer)
        if !segments.isEmpty {
            printer.line()
            let rows = segments + [total]
            // Both or neither: one of two intervals would mislead.
            let isWide = printer.width >= Self.columnsForIntervals
            printer.table(
                ComparisonRow.table(
                    rows, selection.by, frame.confidenceShare,
                    sideIntervals: isWide
                        ? rows.map { (interval($0.before), interval($0.after)) } : []))
            if !isWide {
                printer.muted("not shown, for want of room: the intervals of both scores")
            }
        }
        total.flips?.show(printer)
        if !flips.isEmpty { showFlips(printer) }
        printer.line()
        var remarks = [
            frame.lens.basis.rawValue, thresholdsSentence, "as of position \(frame.lens.asOf)",
        ]
        if let windowSentence { remarks.append(windowSentence) }
        for (dimension, values) in keptValues { remarks.append("only \(dimension) \(values)") }
        remarks.append(
            "\(AnswerNumber.text(frame.confidence)) % \(frame.interval.rawValue)")
        printer.muted(TerminalText.sanitized(remarks.joined(separator: "; ")))
    }

    private func showHeadline(_ printer: Printer) {
        func score(_ counts: NPSCounts) -> String {
            "\(counts.score.map { Formatted.points($0 * 100) } ?? "—") "
                + "(\(AnswerNumber.intervalText(interval(counts))))"
        }
        printer.heading(
            "Model \(first.version) → model \(second.version) on "
                + "\(Formatted.count(total.after.total, of: "response"))")
        printer.line("  NPS     \(score(total.before)) → \(score(total.after))")
        let change = (total.difference?.estimate ?? 0) * 100
        let role: TerminalStyle.Role = !isReal ? .plain : change < 0 ? .bad : .good
        printer.line(
            "  change  " + printer.style.paint(Formatted.points(change), role)
                + " (\(AnswerNumber.intervalText(interval(total)))), p "
                + (total.p.map(AnswerNumber.probability) ?? "—")
                + (total.isExact ? " (exact)" : ""))
    }

    /// Probabilities of detractor, passive and promoter in whole percent.
    private static func percents(_ shares: [Int]) -> String {
        shares.map { Formatted.fixed(Double($0) / 100, decimals: 0) }.joined(separator: "/")
    }

    private func showFlips(_ printer: Printer) {
        printer.line()
        if showsTexts {
            for flip in flips { showText(flip, printer) }
        } else {
            var table = Table(columns: [
                .number("response"),
                Table.Column(
                    selection.by.isEmpty ? "segment" : selection.by.joined(separator: " · "),
                    minWidth: 6, flexible: true),
                .number("score", dropPriority: 1), Table.Column("from"), Table.Column("to"),
                .number("model \(first.version)"), .number("model \(second.version)"),
            ])
            for flip in flips {
                let response = flip.response
                table.append([
                    Table.Cell("\(response.position)"), Table.Cell(name(flip)),
                    Table.Cell(response.score.map(EventDetail.score) ?? ""),
                    Table.Cell(response.from.name), Table.Cell(response.to.name),
                    Table.Cell(Self.percents(response.first), .muted),
                    Table.Cell(Self.percents(response.second), .muted),
                ])
            }
            printer.table(table)
        }
        printer.muted(
            "most confident first; each model's detractor/passive/promoter in percent"
                + (omitted > 0 ? "; \(Formatted.count(omitted)) more: --flips all" : ""))
    }

    private func showText(_ flip: Flip, _ printer: Printer) {
        let response = flip.response
        let title = "\(response.position)  \(response.from.name) → \(response.to.name)"
        let rest =
            "  \(Self.percents(response.first)) → \(Self.percents(response.second))"
            + (response.score.map { ", score \(EventDetail.score($0))" } ?? "") + ", "
            + TerminalText.sanitized(name(flip), lineBreaks: .spaces)
        printer.line(
            printer.style.paint(title, .strong)
                + printer.style.paint(
                    DisplayWidth.truncated(rest, to: printer.width - DisplayWidth.of(title)), .muted
                ))
        let text = flip.text.map { "“\($0)”" } ?? "(the text is erased)"
        for line in TerminalText.wrapped(text, printer.width - 4) { printer.line("    " + line) }
    }
}
