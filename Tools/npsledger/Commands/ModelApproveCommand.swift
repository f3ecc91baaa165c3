import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerOperations
import LedgerQueries
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
        let session = try Session.open(options)
        defer { session.close() }
        let approval =
            try withdraw ? session.withdrawApproval(of: version) : session.approve(version)
        approval.show(Printer(options))
    }
}

extension ProgramApproval {
    func show(_ printer: Printer) {
        guard printer.format == .table else { return printer.record(fields) }
        printer.line(
            isApproved
                ? "Model \(model) may be run on this machine"
                : "Model \(model) is run no more on this machine")
        func text(_ words: [String]) -> String {
            words.isEmpty ? "none" : words.map { TerminalText.sanitized($0) }.joined(separator: " ")
        }
        printer.line("  command      \(text(command))")
        printer.line("  directory    \(text([directory]))")
        printer.line("  variables    \(text(environment))")
        printer.line("  is sent      texts \(getsFullTexts ? "in full" : "redacted")")
    }
}
