import AnswerEncoding
import ArgumentParser
import Foundation
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation
import Reports

/// `model show`
struct ModelShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One version: what it was made from, and its life.",
        usage: "npsledger model show VERSION [--as-of POSITION|TIME] [options]",
        discussion: """
            The artefact is hashed again: one that was changed is refused. Reasons are shown where \
            the master key opens them.

            EXAMPLE
              npsledger model show 2 --as-of 2026-03-03
            """)
    @OptionGroup var options: LedgerOptions
    @OptionGroup var moment: MomentOptions
    @Argument(help: "The version.") var version: UInt32

    func run() throws {
        let account = try Session.open(options).modelAccount(of: version, asOf: try moment.moment())
        let printer = Printer(options)
        guard options.format == .table else {
            printer.record(account.json)
            return
        }
        let model = account.model
        printer.heading(
            "Model \(version): " + (ModelEncoding.shadowing(model) ?? ModelEncoding.state(model)))
        for (name, value) in account.facts {
            var title = "  " + name.padding(toLength: 11, withPad: " ", startingAt: 0) + " "
            for line in TerminalText.wrapped(value, printer.width - title.count) {
                printer.line(title + line)
                title = String(repeating: " ", count: title.count)
            }
        }
        printer.line()
        for step in account.life.steps {
            for (index, line) in TerminalText.wrapped(step.sentence, printer.width - 4).enumerated()
            {
                printer.line((index == 0 ? "  " : "    ") + line)
            }
            if let gate = step.gate { GateText.show(gate, indent: 4, printer) }
        }
        if let problem = account.sealedBecause {
            printer.muted("  Reasons are not shown: \(problem)")
        }
        guard let metadata = model.metadata else { return }
        printer.line()
        ModelCard.show(metadata, printer)
    }
}

/// `model card`
struct ModelCardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card", abstract: "A model card in Markdown, made from the log's events.",
        usage: "npsledger model card VERSION [--as-of MOMENT] [--output FILE] [options]",
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
        try ReportFile.check(output, of: "--output", isOutside: options.paths)
        let account = try Session.open(options).modelAccount(
            of: version, asOf: try moment.moment(), needsArtefact: false)
        let document = ModelCardDocument(
            account, evaluation: "`npsledger model evaluate \(version)`")
        try ReportFile.write(document.markdown, to: output, holdsPersonalData: false)
    }
}
