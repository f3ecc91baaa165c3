import AnswerEncoding
import ArgumentParser
import Classification
import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

/// `topics`: what texts are about.
struct TopicsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "What texts are about, and how those who say so score.",
        discussion: """
            A model finds the topics it was trained with: `topics show` begins a file of them to \
            edit, `model train --taxonomy` learns them.

            EXAMPLE
              npsledger topics --window 90d --by region
            """,
        subcommands: [
            TopicsReportCommand.self, TopicsShowCommand.self, TopicsCheckCommand.self,
        ], defaultSubcommand: TopicsReportCommand.self)

    /// The topics of a file, which is refused with the line at fault.
    static func taxonomy(_ file: String) throws -> TopicTaxonomy {
        let bytes = try WholeFile.read(
            file, bytesMax: TopicTaxonomy.fileBytesMax, as: "a file of topics")
        do throws(TopicFileError) {
            return try TopicTaxonomy(file: bytes)
        } catch {
            throw CommandFailure(ExitStatus.badData, "\(file): \(error)")
        }
    }

    static func show(_ taxonomy: TopicTaxonomy, _ printer: Printer) {
        printer.show(taxonomy.json, csv: taxonomy.csv) {
            var table = Table(columns: [
                .number("no"), Table.Column("topic", minWidth: 12, flexible: true),
                .number("phrases"), Table.Column("meaning", minWidth: 20, flexible: true),
            ])
            for (index, topic) in taxonomy.topics.enumerated() {
                table.append([
                    .count(index), Table.Cell(topic.name, .strong), .count(topic.phrases.count),
                    Table.Cell(topic.description),
                ])
            }
            printer.table(table)
            printer.muted(
                taxonomy.isExclusive
                    ? "a text is about one of them at most"
                    : "a text can be about several of them")
        }
    }
}

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

    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: "How results are written: table, json or csv.")
    var format: OutputFormat = .json

    func run() throws {
        var options = try LedgerOptions.parse([])
        (options.place, options.format) = (place, format)
        guard let model else { return TopicsCommand.show(.standard, Printer(options)) }
        let taxonomy = try Session.open(options).taxonomy(of: model)
        TopicsCommand.show(taxonomy, Printer(options))
    }
}

/// `topics check`
struct TopicsCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Whether a file of topics can be trained with.",
        usage: "npsledger topics check FILE [options]",
        discussion: """
            Names the line at fault (status 65), or says what there is.

            EXAMPLE
              npsledger topics check topics.json
            """)

    @OptionGroup var options: LedgerOptions

    @Argument(help: "The file of topics.", completion: .file()) var file: String

    func run() throws {
        let taxonomy = try TopicsCommand.taxonomy(file)
        let printer = Printer(options)
        guard options.format == .table else { return printer.record(taxonomy.summary) }
        TopicsCommand.show(taxonomy, printer)
        if !taxonomy.mute.isEmpty {
            printer.muted(
                "without phrases, and so found only once there are labels: "
                    + taxonomy.mute.joined(separator: ", "))
        }
    }
}
