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
            The accuracy is that on a random sample, whose share of right readings estimates \
            without bias that of all texts it was drawn from. What the model has learnt from, be \
            it by these decisions, is left out: after a training, draw a new sample.

            EXAMPLE
              npsledger review agreement --model 2
            """)

    @OptionGroup var options: LedgerOptions

    @Option(name: .long, help: "Classify this model version instead of the active one.")
    var model: UInt32?

    @Option(name: .long, help: "Confidence of the intervals, in percent.")
    var confidence: Double = 95

    func validate() throws {
        try LensOptions.check(confidence: confidence)
    }

    func run() throws {
        let open = try Session.open(options)
        defer { open.close() }
        let agreement = try open.reviewerAgreement(model: model, confidence: confidence)
        let printer = Printer(options)
        switch printer.format {
        case .json: printer.json(agreement.json)
        case .csv: printer.csv(agreement.csv)
        case .table: tables(agreement, printer)
        }
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

    private func tables(_ agreement: ReviewerAgreement, _ printer: Printer) {
        let (pairs, samples) = (agreement.pairs, agreement.samples)
        if pairs.isEmpty {
            printer.muted(
                "No text was decided by two people who were both asked: "
                    + "npsledger review request --blind-share")
        } else {
            var table = Table(columns: [
                Table.Column("reviewers", flexible: true), .number("texts"), .number("agree"),
                .number("kappa"), .number("interval"),
            ])
            for pair in pairs {
                table.append([
                    Table.Cell(TerminalText.sanitized("\(pair.first), \(pair.second)")),
                    .count(pair.matrix.total), cell(pair.agreement.share),
                    cell(pair.matrix.kappa),
                    cell(agreement.interval(of: pair)),
                ])
            }
            printer.table(table)
        }
        printer.line()
        guard let model = samples.first?.model else {
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
        printer.muted(
            "How often model \(model) reads a text as people do; "
                + "\(Formatted.shortest(confidence) ?? "") % intervals")
        let undecided = samples.reduce(0) { $0 + $1.undecided }
        if undecided > 0 {
            printer.muted(
                "\(Formatted.count(undecided)) of the texts drawn are not decided: the estimate is "
                    + "without bias once they are")
        }
        let learnt = samples.reduce(0) { $0 + $1.learnt }
        if learnt > 0 {
            printer.muted(
                "\(Formatted.count(learnt)) are left out: model \(model) has learnt from them; "
                    + "draw a new sample to measure it")
        }
        let lost = samples.reduce(0) { $0 + $1.lost }
        if lost > 0 {
            printer.muted(
                "\(Formatted.count(lost)) are left out: excluded, amended since, or not read by "
                    + "model \(model)")
        }
    }
}
