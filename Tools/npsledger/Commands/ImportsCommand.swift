import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

/// `imports`: by which imports responses came.
struct ImportsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "imports", abstract: "The imports: each source under one mapping is one.",
        usage: "npsledger imports [options]",
        discussion: """
            What was recorded from files, and before there were numbers, belongs to import 0, which \
            is not listed.

            EXAMPLE
              npsledger imports --format json
            """)

    @OptionGroup var options: LedgerOptions

    func run() throws {
        let answer = try Session.open(options).imports()
        let printer = Printer(options)
        printer.show(answer.json, csv: answer.csv) {
            guard !answer.imports.isEmpty else {
                printer.line("No import has a number yet.")
                return
            }
            var table = Table(columns: [
                .number("import"), Table.Column("source", flexible: true), Table.Column("kind"),
                Table.Column("scheme"), .number("mapping"), Table.Column("started"),
            ])
            for started in answer.imports {
                table.append([
                    .count(started.number), Table.Cell(started.source),
                    Table.Cell(started.kind.rawValue), Table.Cell(started.scheme ?? "—"),
                    .count(started.mapping), Table.Cell(Timestamp.format(started.startedAt)),
                ])
            }
            printer.table(table)
        }
    }
}
