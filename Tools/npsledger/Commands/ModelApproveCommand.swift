import ArgumentParser
import Classification
import ExternalModels
import LedgerCore
import NPSLedger
import Presentation

/// `model approve`: lets a model's program be run on this machine.
struct ModelApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let the program of an external model be run on this machine.",
        usage: "npsledger model approve VERSION [--withdraw] [options]",
        discussion: """
            A ledger can name a program, and a received ledger a program that you have never seen. \
            None is run before somebody who uses this machine has approved it: by the digest of \
            its description and of its bytes, in a folder of theirs ($NPSLEDGER_APPROVALS, else \
            npsledger/programs below $XDG_CONFIG_HOME or ~/.config), never in the ledger. Who \
            registers a program here has approved it by that.

            Read what it says before you approve: the program is run with your rights, and gets \
            the texts.

            EXAMPLE
              npsledger model approve 3
            """)
    @OptionGroup var options: LedgerOptions

    @Flag(name: .long, help: "Take the approval back.") var withdraw = false

    @Argument(help: "The model's version.") var version: ModelVersion

    func run() throws {
        let ledger = try Ledger(at: options.paths)
        defer { ledger.close() }
        let registered = try ledger.models.model(version)
        guard case .external(let model) = try ledger.models.file(registered) else {
            throw CommandFailure(
                ExitStatus.no, "model \(version) runs in this process: there is nothing to approve")
        }
        let approvals = ledger.paths.approvals
        if withdraw {
            let was = try approvals.withdraw(model)
            guard was else {
                throw CommandFailure(
                    ExitStatus.no, "model \(version) was not approved on this machine")
            }
        } else {
            try approvals.approve(model)
        }
        let printer = Printer(options)
        guard options.format == .table else {
            return printer.record([
                ("model", .integer(version)), ("approved", .bool(!withdraw)),
                ("command", .array(model.command.map { .string($0) })),
                ("directory", .string(model.directory)),
                ("environment", .array(model.environment.map { .string($0) })),
                ("send", .string(model.send.rawValue)),
            ])
        }
        printer.line(
            withdraw
                ? "Model \(version) is run no more on this machine"
                : "Model \(version) may be run on this machine")
        func text(_ words: [String]) -> String {
            words.isEmpty ? "none" : words.map { TerminalText.sanitized($0) }.joined(separator: " ")
        }
        printer.line("  command      \(text(model.command))")
        printer.line("  directory    \(text([model.directory]))")
        printer.line("  variables    \(text(model.environment))")
        printer.line("  is sent      texts \(model.send == .full ? "in full" : "redacted")")
    }
}
