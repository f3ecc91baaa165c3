import AnswerEncoding
import ArgumentParser
import LedgerQueries
import Presentation

/// `deliveries`: what survey tools have delivered, and what waits.
struct DeliveriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "What survey tools have delivered, and what waits for a good attempt.",
        usage: "npsledger deliveries [--hook NAME] [--waiting] [options]",
        discussion: """
            It reads the ledger, and no service has to run. What cannot be read waits until its \
            mapping is mended; then POST /v1/deliveries/replay has the service look again.

            EXAMPLE
              npsledger deliveries --waiting
            """)

    @OptionGroup var options: LedgerOptions

    @Option(name: .long, help: "Only what was delivered to this source.")
    var hook: String?

    @Flag(name: .long, help: "Only what waits for a good attempt.")
    var waiting = false

    @Option(name: .long, help: "Show at most this many, the newest, or all.")
    var limit = ListLimit.most(50)

    func run() throws {
        var request = DeliveriesRequest()
        (request.hook, request.onlyWaiting, request.limit) = (hook, waiting, limit.count)
        let answer = try Session.open(options).deliveries(request)
        let printer = Printer(options)
        printer.show(answer.json, csv: answer.csv, omitted: answer.omitted) {
            answer.show(printer)
        }
    }
}

extension DeliveriesAnswer {
    fileprivate func show(_ printer: Printer) {
        if !hooks.isEmpty {
            let states = DeliveryRecord.State.allCases
            var table = Table(
                columns: [Table.Column("hook", flexible: true)]
                    + states.map { .number($0.rawValue) })
            for hook in hooks {
                table.append([Table.Cell(hook.name)] + states.map { .count(hook.counts[$0] ?? 0) })
            }
            printer.table(table)
        }
        printer.line(sentence)
        let listed = deliveries.filter(\.state.waits)
        guard !listed.isEmpty else { return }
        var table = Table(columns: [
            .number("position"), Table.Column("hook"), Table.Column("received"),
            Table.Column("state"), Table.Column("why", flexible: true),
        ])
        for record in listed {
            table.append([
                .count(record.position), Table.Cell(record.hook),
                Table.Cell(Timestamp.format(record.receivedAt)),
                Table.Cell(record.state.rawValue, .warning),
                Table.Cell(
                    [record.code, record.expected].compactMap(\.self).joined(separator: ": ")),
            ])
        }
        printer.table(table)
    }
}
