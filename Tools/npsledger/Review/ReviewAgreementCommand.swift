import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSBySegmentProjection
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

    @Option(name: .long, help: "Judge this model version instead of the active one.")
    var model: UInt32?

    @Option(name: .long, help: "Confidence of the intervals, in percent.")
    var confidence: Double = 95

    func validate() throws {
        guard confidence >= 50, confidence < 100 else {
            throw ValidationError("--confidence lies between 50 and 99.999 percent.")
        }
    }

    func run() throws {
        let session = try Session.open(options)
        defer { session.ledger.close() }
        let desk = try ReviewDesk(session, model: model)
        var agreement = ReviewAgreement()
        var items: [Position: ReviewDesk.Item] = [:]
        for item in desk.items {
            agreement.add(item.reviewCase)
            items[item.response] = item
        }
        var samples: [SampleQuality] = []
        if let model = desk.model {
            let learnt = try learnt(from: desk, model, session)
            for (sample, members) in desk.history.samples.sorted(by: {
                ($0.key.round, $0.key.seed) < ($1.key.round, $1.key.seed)
            }) {
                var quality = SampleQuality(sample, model: model)
                for member in members {
                    let item = items[member.request.response]
                    let isSame = item?.text.event == member.request.text
                    quality.add(
                        decided: item?.reviewCase.standing?.decided.decision,
                        read: isSame ? item?.text.likeliest : nil,
                        isLearnt: learnt.contains(member.request.response))
                }
                samples.append(quality)
            }
        }
        show(agreement.sorted, samples, Printer(options))
    }

    /// Members of the samples that a model has learnt from.
    private func learnt(
        from desk: ReviewDesk, _ version: ModelVersion, _ session: OpenLedger
    ) throws -> Set<Position> {
        let model = try session.ledger.models.model(version)
        let members = desk.history.samples.values.flatMap { $0 }.map(\.request)
        return try LearntTexts(model, try TrainedOn(model, session), session)
            .responses(among: members.map { ($0.response, $0.text) })
    }

    private var share: Double { confidence / 100 }

    private func json(_ interval: Interval?) -> [(String, JSONValue)] {
        [("low", .optional(interval?.low)), ("high", .optional(interval?.high))]
    }

    private func show(
        _ pairs: [ReviewAgreement.Pair], _ samples: [SampleQuality], _ printer: Printer
    ) {
        switch printer.format {
        case .json:
            printer.json([
                "confidence": .number(confidence),
                "pairs": .array(
                    pairs.map { pair in
                        .object(
                            [
                                ("reviewers", .array([.string(pair.first), .string(pair.second)])),
                                ("texts", .integer(pair.matrix.total)),
                                ("agreement", .optional(pair.agreement.share)),
                                ("kappa", .optional(pair.matrix.kappa)),
                            ] + json(pair.matrix.kappaInterval(confidence: share)))
                    }),
                "samples": .array(
                    samples.map { quality in
                        .object(
                            [
                                ("round", .integer(quality.sample.round)),
                                ("seed", .integer(quality.sample.seed)),
                                ("model", .integer(quality.model)),
                                ("population", .integer(quality.sample.population)),
                                ("drawn", .integer(quality.sample.size)),
                                ("decided", .integer(quality.accuracy.total)),
                                ("undecided", .integer(quality.undecided)),
                                ("lost", .integer(quality.lost)),
                                ("learnt", .integer(quality.learnt)),
                                ("accuracy", .optional(quality.accuracy.share)),
                            ] + json(quality.accuracy.interval(confidence: share)))
                    }),
            ])
        case .csv:
            func text(_ value: Double?) -> String {
                value.flatMap { Formatted.shortest($0) } ?? ""
            }
            let rows = pairs.map { pair -> [String] in
                let interval = pair.matrix.kappaInterval(confidence: share)
                return [
                    "kappa", "\(pair.first) / \(pair.second)", "\(pair.matrix.total)",
                    text(pair.matrix.kappa), text(interval?.low), text(interval?.high),
                ]
            }
            let estimates = samples.map { quality -> [String] in
                let interval = quality.accuracy.interval(confidence: share)
                return [
                    "accuracy", "sample \(quality.sample.round)", "\(quality.accuracy.total)",
                    text(quality.accuracy.share), text(interval?.low), text(interval?.high),
                ]
            }
            printer.csv(["measure", "of", "n", "value", "low", "high"], rows + estimates)
        case .table: tables(pairs, samples, printer)
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

    private func tables(
        _ pairs: [ReviewAgreement.Pair], _ samples: [SampleQuality], _ printer: Printer
    ) {
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
                    cell(pair.matrix.kappaInterval(confidence: share)),
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
                cell(quality.accuracy.interval(confidence: share)),
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
