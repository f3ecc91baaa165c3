import AnswerEncoding
import ArgumentParser
import Classification
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
        switch printer.format {
        case .json: printer.json(taxonomy.json)
        case .csv:
            printer.csv(
                ["topic", "description", "phrases"],
                taxonomy.topics.map { topic in
                    [topic.name, topic.description, topic.phrases.joined(separator: "; ")]
                })
        case .table:
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
