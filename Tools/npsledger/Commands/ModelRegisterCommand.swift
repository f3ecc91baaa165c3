import AnswerEncoding
import ArgumentParser
import Foundation
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

/// `model register`
struct ModelRegisterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Make an artefact known as the next version.",
        usage: "npsledger model register [--external] FILE [options]",
        discussion: """
            With --external, FILE describes a program outside this process, which is asked line by \
            line. It is JSON; all but the first three fields may be left out:

              {"format": "npsledger-external/1",
               "name": "judge",
               "command": ["./judge", "--flag"],
               "environment": ["JUDGE_KEY"],
               "sha256": {"./judge": "64 hexadecimal digits"},
               "send": "redacted",
               "batchTexts": 32, "timeoutSeconds": 30, "retries": 2,
               "budgetTexts": 10000}

            Paths are relative to FILE. No text is sent before `npsledger policy set` allows it. \
            The article “External models” of the documentation has the protocol.

            EXAMPLES
              npsledger model register ours.npsmodel
              npsledger model register --external judge.json
            """)
    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions

    @Flag(name: .long, help: "The file describes a program outside this process.")
    var external = false

    @Argument(help: "The artefact's file.", completion: .file()) var file: String

    func run() throws {
        let request = try request()
        let model = try Session.open(options, by: self.actor).register(
            request, actor: try actor.resolved())
        let printer = Printer(options)
        guard options.format == .table else { return printer.record(ModelEncoding.json(model)) }
        printer.line("Registered model \(model.version)")
        printer.muted("sha256 \(model.digest)" + (external ? ", of its description" : ""))
    }

    private func request() throws -> RegistrationRequest {
        guard external else {
            return try RegistrationRequest(
                artefact: WholeFile.read(
                    file, bytesMax: RegistrationRequest.artefactBytesMax, as: "an artefact"),
                name: file)
        }
        let here = FileManager.default.currentDirectoryPath
        return try RegistrationRequest(
            description: WholeFile.read(
                file, bytesMax: RegistrationRequest.descriptionBytesMax, as: "a description"),
            name: file,
            directory: URL(fileURLWithPath: file, relativeTo: URL(fileURLWithPath: here + "/"))
                .deletingLastPathComponent().path,
            searchPath: ProcessInfo.processInfo.environment["PATH"] ?? "")
    }
}

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
