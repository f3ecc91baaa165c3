import AnswerEncoding
import ArgumentParser
import Classification
import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

/// `topics report`, which `topics` alone stands for.
struct TopicsReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "How often each topic comes up, and with what score.",
        usage: "npsledger topics [--by DIM,…] [--where DIM=VALUE]… [options]",
        discussion: """
            Of the texts a model has read: how many are about each topic, the stated NPS of those \
            who say so, and how far it lies from that of the others. A difference is no cause.

            EXAMPLES
              npsledger topics --window 90d
              npsledger topics --by region --format csv
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var lens: TopicLensOptions
    @OptionGroup var completeness: CompletenessOptions

    func run() throws {
        let answer = try Session.open(options).topics(
            TopicRequest(try selection.request(), try lens.request()))
        let printer = Printer(options)
        printer.show(answer.json, csv: answer.csv) { answer.show(printer) }
        try completeness.check(answer.frame.incomplete)
    }
}

/// The frame of a question about topics: a lens but for the basis, which is the stated one.
struct TopicLensOptions: ParsableArguments {
    @OptionGroup var frame: LensFrameOptions

    @Option(name: .long, help: "What this model version found, whichever is active.")
    var model: UInt32?

    /// What is asked for.
    func request() throws -> LensRequest {
        var request = try frame.request()
        request.model = model
        return request
    }
}

extension TopicAnswer {
    fileprivate func show(_ printer: Printer) {
        printer.table(table)
        let prototypes = topics.filter(\.isPrototype).map(\.name)
        if !prototypes.isEmpty {
            printer.muted(
                "* found by how close a text lies to a few phrases, not learnt from labels: nobody "
                    + "has measured how often that is right, and nothing is concluded from it")
        }
        let absent = topics.filter { $0.origin == .absent }.map(\.name)
        if !absent.isEmpty {
            printer.muted(
                "never found, for want of labels and of an encoder for phrases: "
                    + absent.joined(separator: ", "))
        }
        let unread = unread - frame.unlearntTexts
        if unread > 0 {
            printer.muted(
                "\(Formatted.count(unread, of: "text")) \(unread == 1 ? "is" : "are") not counted: model \(model) has not read them "
                    + "(npsledger classify --model \(model))")
        }
        printer.muted("topics by model \(model), " + frame.sentence)
        if let sentence = UnlearntLanguages.sentence(frame.unlearnt, model: model) {
            printer.muted(sentence)
        }
    }

    private var table: Table {
        let names = topics.map { $0.name + ($0.isPrototype ? " *" : "") } + ["none of these"]
        var table = Table(columns: [
            .label("topic", names), .number("texts"), .number("share"),
            .number("scored", dropPriority: 4), .number("NPS"),
        ])
        // Nothing is concluded from phrases.
        if topics.contains(where: { !$0.isPrototype && $0.origin != .absent }) {
            table.columns += [
                .number("interval", dropPriority: 1), .number("others", dropPriority: 5),
                .number("vs others"), .number("adj. p", dropPriority: 3), Table.Column(""),
            ]
        }
        for group in groups {
            if !by.isEmpty {
                table.appendSection(
                    zip(by, group.values).map { "\($0): \($1 ?? "—")" }.joined(separator: ", "))
            }
            for row in group.rows where row.topic.origin != .absent {
                table.append(cells(row))
            }
            if by.isEmpty { table.appendRule() }
            let tally = group.tally
            for (name, texts, scores) in [
                ("none of these", tally.withoutTopic, tally.scoresWithoutTopic),
                ("all read", tally.read, tally.scores),
            ] {
                table.append([
                    Table.Cell(name, .muted), .count(texts),
                    share(tally.read > 0 ? Double(texts) / Double(tally.read) : nil),
                    .count(scores.total), .score(scores),
                    .interval(frame.interval(of: scores)),
                ])
            }
        }
        return table
    }

    private func cells(_ row: Row) -> [Table.Cell] {
        let isReal = (row.adjustedP ?? 1) < 1 - frame.confidenceShare
        let change = row.difference.map { $0.estimate * 100 }
        let tone: TerminalStyle.Role = (change ?? 0) < 0 ? .bad : .good
        return [
            Table.Cell(row.topic.name + (row.topic.isPrototype ? " *" : "")),
            .count(row.responses), share(row.share), .count(row.scores.total),
            .score(row.scores), row.topic.isPrototype ? "" : .interval(row.interval),
            row.topic.isPrototype ? "" : .score(row.others),
            change.map { Table.Cell(Formatted.points($0), isReal ? tone : .plain) } ?? "",
            Table.Cell(row.adjustedP.map(AnswerNumber.probability) ?? ""),
            Table.Cell(isReal ? "●" : "", tone),
        ]
    }

    private func share(_ share: Double?) -> Table.Cell {
        share.map { Table.Cell(Formatted.percent($0)) } ?? "—"
    }
}
