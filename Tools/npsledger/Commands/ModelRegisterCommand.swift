import AnswerEncoding
import ArgumentParser
import Foundation
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
        let session = try Session.open(options, by: self.actor)
        defer { session.close() }
        let model = try session.register(request, actor: try actor.resolved())
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
