import ArgumentParser
import Classification
import LedgerCore
import LedgerQueries
import Presentation

/// `topics show`
struct TopicsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "A file of topics to edit: the standard ones, or a model's.",
        usage: "npsledger topics show [--model VERSION] [options]",
        discussion: """
            Writes the file that `npsledger topics check` and `npsledger model train \
            --taxonomy` read, unless --format asks for something else.

            EXAMPLES
              npsledger topics show > topics.json
              npsledger topics show --model 3 --format table
            """)

    @Option(name: .long, help: "The topics of this model version (else the standard ones).")
    var model: UInt32?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The ledger's directory (else $NPSLEDGER_DIR, else ./ledger-data).", valueName: "dir"))
    var ledger: String?

    @Option(name: .long, help: "How results are written: table, json or csv.")
    var format: OutputFormat = .json

    @Flag(
        inversion: .prefixedNo,
        help: "Put ' before CSV fields that a spreadsheet would run as a formula.")
    var guardFormulas = true

    func run() throws {
        var options = try LedgerOptions.parse([])
        options.ledger = ledger
        options.format = format
        options.guardFormulas = guardFormulas
        try options.validate()
        guard let model else { return TopicsCommand.show(.standard, Printer(options)) }
        let open = try Session.open(options)
        defer { open.close() }
        let taxonomy = try open.taxonomy(of: model)
        TopicsCommand.show(taxonomy, Printer(options))
    }
}
