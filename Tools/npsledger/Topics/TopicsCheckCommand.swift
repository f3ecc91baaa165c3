import ArgumentParser
import Classification
import JSON
import NPSLedger
import Presentation

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
        let phrases = taxonomy.topics.reduce(0) { $0 + $1.phrases.count }
        let mute = taxonomy.topics.filter(\.phrases.isEmpty).map(\.name)
        let printer = Printer(options)
        guard options.format == .table else {
            return printer.record([
                ("topics", .integer(taxonomy.topics.count)),
                ("exclusive", .bool(taxonomy.isExclusive)), ("phrases", .integer(phrases)),
                ("withoutPhrases", .array(mute.map { .string($0) })),
            ])
        }
        TopicsCommand.show(taxonomy, printer)
        if !mute.isEmpty {
            printer.muted(
                "without phrases, and so found only once there are labels: "
                    + mute.joined(separator: ", "))
        }
    }
}
