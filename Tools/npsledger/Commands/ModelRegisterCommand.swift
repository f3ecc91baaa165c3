import AnswerEncoding
import ArgumentParser
import Classification
import ExternalModels
import Foundation
import LedgerCore
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
        let artefact = external ? try described() : try trained()
        let ledger = try self.actor.open(options)
        defer { ledger.close() }
        let model = try ledger.models.register(
            artefact, provenance: "file", actor: try actor.resolved())
        if external, case .external(let described) = try ledger.models.file(model) {
            // Who names a program here has decided that it may be run here.
            try ledger.paths.approvals.approve(described)
        }
        if external, try PolicyRegistry(ledger).externalModels() == .none {
            Printer.notice(
                "model \(model.version) is asked nothing before `npsledger policy set "
                    + "externalModels=… --reason WHY` allows it")
        }
        let printer = Printer(options)
        if options.format == .table {
            printer.line("Registered model \(model.version)")
            printer.muted(
                "sha256 \(model.digest)" + (external ? ", of its description" : ""))
        } else {
            printer.record(ModelEncoding.json(model))
        }
    }

    private func trained() throws -> [UInt8] {
        let artefact = try WholeFile.read(
            file, bytesMax: ModelRegistry.artefactBytesMax, as: "an artefact")
        guard artefact.first != UInt8(ascii: "{") else {
            throw CommandFailure(
                ExitStatus.badData,
                "\(file) is no artefact: if it describes a model outside this process, give "
                    + "--external")
        }
        do {
            _ = try ModelFile(artefact: artefact)
        } catch {
            throw CommandFailure(
                ExitStatus.badData, "\(file) is not a model that this program can run: \(error)")
        }
        return artefact
    }

    /// What is registered stands in the log in clear, and nothing takes it out again.
    private static func requireNoCredential(
        in model: ExternalModel
    ) throws(ExternalModelError) {
        for word in model.command {
            // An option and its value may be one word.
            let address =
                word.contains("=http") ? String(word.drop { $0 != "=" }.dropFirst()) : word
            guard let found = CredentialInClear.found(in: address) else { continue }
            throw ExternalModelError(
                .invalid,
                "an address in “command” holds \(found), and would be recorded in clear and for ever: "
                    + "name a variable that holds it in “environment”")
        }
    }

    /// The description as the ledger keeps it: every field there, and every path absolute.
    private func described() throws -> [UInt8] {
        let bytes = try WholeFile.read(
            file, bytesMax: ExternalModel.descriptionBytesMax, as: "a description")
        let here = FileManager.default.currentDirectoryPath
        let directory = URL(fileURLWithPath: file, relativeTo: URL(fileURLWithPath: here + "/"))
            .deletingLastPathComponent().path
        do throws(ExternalModelError) {
            let model = try ExternalModel(parsing: bytes)
            try Self.requireNoCredential(in: model)
            return try model.resolved(
                in: directory,
                searchPath: ProcessInfo.processInfo.environment["PATH"] ?? ""
            ).canonicalJSON
        } catch {
            throw CommandFailure(
                error.code == .missing ? ExitStatus.noInput : ExitStatus.badData,
                "\(file): \(error.description)")
        }
    }
}
