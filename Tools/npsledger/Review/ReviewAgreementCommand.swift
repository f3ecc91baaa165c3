import AnswerEncoding
import ArgumentParser
import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

/// `review agreement`: how far reviewers agree, and how good the model is by what they decided.
struct ReviewAgreementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agreement",
        abstract: "How far reviewers agree, and how often the model reads as they do.",
        usage: "npsledger review agreement [--model V] [options]",
        discussion: """
            Cohen's kappa is that of the first decisions of two people on texts that both were \
            asked about, neither knowing what the other said: 1 is full agreement, 0 is chance. \
            Beside it stands Gwet's AC1, which keeps its meaning where nearly all texts are of one \
            class, the table of who said what, and how many points higher one scores the texts. \
            The accuracy is that on a random sample, whose share of right readings estimates \
            without bias that of all texts it was drawn from. What the model has learnt from, be \
            it by these decisions, is left out: after a training, draw a new sample.

            EXAMPLE
              npsledger review agreement --model 2
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var completeness: CompletenessOptions

    @Option(name: .long, help: "Classify this model version instead of the active one.")
    var model: UInt32?

    @Option(name: .long, help: "Confidence of the intervals, in percent.")
    var confidence: Double = 95

    func validate() throws {
        try LensOptions.check(confidence: confidence)
    }

    func run() throws {
        let agreement = try Session.open(options).reviewerAgreement(
            model: model, confidence: confidence)
        let printer = Printer(options)
        printer.show(agreement.json, csv: agreement.csv) { tables(agreement, printer) }
        try completeness.check(agreement.incomplete)
    }

    private func cell(_ value: Double?) -> Table.Cell {
        Table.Cell(value.map { Formatted.fixed($0, decimals: 2) } ?? "—")
    }

    private func cell(_ interval: Interval?) -> Table.Cell {
        Table.Cell(
            interval.map {
                Formatted.fixed($0.low, decimals: 2) + "…"
                    + Formatted.fixed($0.high, decimals: 2)
            } ?? "—", .muted)
    }

    /// Who of two said what, and what kappa is worth there.
    private func show(
        _ pair: ReviewAgreement.Pair, _ printer: Printer
    ) {
        printer.line()
        printer.table(
            .classes(TerminalText.sanitized("\(pair.first) ↓ \(pair.second) →")) {
                pair.matrix[actual: $0, predicted: $1]
            })
        if let remark = pair.remark { printer.muted(remark.words) }
    }

    /// Who scores texts higher or lower than those who read the same ones.
    private func leanings(_ agreement: ReviewerAgreement, _ printer: Printer) {
        printer.line()
        var table = Table(columns: [
            Table.Column("reviewer", flexible: true), .number("texts"), .number("NPS"),
            .number("beside others"), .number("interval"), .number("adj. p"), Table.Column(""),
        ])
        for reviewer in agreement.reviewers {
            let leaning = reviewer.leaning
            let change = leaning.bias.difference.map { $0.estimate * 100 }
            table.append([
                Table.Cell(TerminalText.sanitized(leaning.reviewer)), .count(leaning.bias.count),
                leaning.own.score.map { Table.Cell(Formatted.points($0 * 100)) } ?? "—",
                change.map { Table.Cell(Formatted.points($0)) } ?? "—",
                Table.Cell(AnswerNumber.intervalText(agreement.interval(of: reviewer)), .muted),
                Table.Cell(reviewer.adjustedP.map(AnswerNumber.probability) ?? ""),
                Table.Cell(agreement.isReal(reviewer) ? "●" : ""),
            ])
        }
        printer.table(table)
    }

    private func tables(_ agreement: ReviewerAgreement, _ printer: Printer) {
        let (pairs, samples) = (agreement.pairs, agreement.samples)
        if pairs.isEmpty {
            printer.muted(
                "No text was decided by two people who were both asked: "
                    + "npsledger review request --sample 200 --seed 7 --blind-share 20")
        } else {
            var table = Table(columns: [
                Table.Column("reviewers", flexible: true), .number("texts"), .number("agree"),
                .number("kappa"), .number("interval", dropPriority: 2), .number("AC1"),
                .number("interval", dropPriority: 1),
            ])
            for pair in pairs {
                table.append([
                    Table.Cell(TerminalText.sanitized("\(pair.first), \(pair.second)")),
                    .count(pair.matrix.total), cell(pair.agreement.share),
                    cell(pair.matrix.kappa),
                    cell(agreement.interval(of: pair)), cell(pair.matrix.gwetAC1),
                    cell(agreement.gwetInterval(of: pair)),
                ])
            }
            printer.table(table)
            for pair in pairs { show(pair, printer) }
            leanings(agreement, printer)
        }
        printer.line()
        guard !samples.isEmpty else {
            printer.muted(
                "No random sample was drawn: npsledger review request --sample 200 --seed 7")
            return
        }
        var table = Table(columns: [
            .number("sample"), .number("of texts"), .number("drawn"), .number("decided"),
            .number("accuracy"), .number("interval"),
        ])
        for quality in samples {
            table.append([
                Table.Cell("\(quality.sample.round)"), .count(Int(quality.sample.population)),
                .count(Int(quality.sample.size)), .count(quality.accuracy.total),
                cell(quality.accuracy.share),
                cell(agreement.interval(of: quality)),
            ])
        }
        printer.table(table)
        printer.muted(agreement.sampleSentences)
    }
}
