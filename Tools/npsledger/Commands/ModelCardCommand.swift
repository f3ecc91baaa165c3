import ArgumentParser
import LedgerQueries
import Reports

/// `model card`
struct ModelCardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card", abstract: "A model card in Markdown, made from the log's events.",
        usage: "npsledger model card VERSION [--as-of POSITION|TIME] [--output FILE] [options]",
        discussion: """
            Nobody writes it and nobody can forget to: what the version is, what it learnt from, \
            what it reached on texts it had not seen, who made it count, and why.

            EXAMPLE
              npsledger model card 2 --output model-2.md
            """)
    @OptionGroup var options: LedgerOptions
    @OptionGroup var moment: MomentOptions
    @Argument(help: "The version.") var version: UInt32

    @Option(
        name: .long, help: ArgumentHelp("Write it here; - is standard output.", valueName: "file"),
        completion: .file())
    var output = ReportFile.standardOutput

    func validate() throws {
        guard options.format == .table else {
            throw ValidationError(
                "A card is Markdown; `npsledger model show --format json` has the same as data.")
        }
    }

    func run() throws {
        try ReportFile.check(output, isOutside: options.paths, option: "--output")
        let open = try Session.open(options)
        defer { open.close() }
        let account = try open.modelAccount(of: version, asOf: try moment.moment())
        let document = ModelCardDocument(
            account, evaluation: "`npsledger model evaluate \(version)`")
        try ReportFile.write(document.markdown, to: output, holdsPersonalData: false)
    }
}
