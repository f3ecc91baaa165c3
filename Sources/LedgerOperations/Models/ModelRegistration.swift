import Classification
import ExternalModels
import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger

/// A model that is to be known as the next version.
public struct RegistrationRequest: Sendable {
    let artefact: [UInt8]
    /// Whether it is a program outside this process.
    public let isExternal: Bool

    /// Most bytes of a trained artefact.
    public static let artefactBytesMax = ModelRegistry.artefactBytesMax
    /// Most bytes of a description of a program.
    public static let descriptionBytesMax = ExternalModel.descriptionBytesMax

    /// A trained artefact.
    ///
    /// - Parameter name: what it is called where it is spoken of, such as its path.
    /// - Throws: `LedgerError` with code `mismatch` for what is none that this program can run.
    public init(artefact: [UInt8], name: String) throws(LedgerError) {
        guard artefact.first != UInt8(ascii: "{") else {
            throw LedgerError(.mismatch, "\(name) is no artefact", remedy: .registerAsExternal)
        }
        do {
            _ = try ModelFile(artefact: artefact)
        } catch {
            throw LedgerError(
                .mismatch, "\(name) is not a model that this program can run: \(error)")
        }
        self.artefact = artefact
        isExternal = false
    }

    /// A description of a program outside this process.
    ///
    /// - Parameters:
    ///   - name: what it is called where it is spoken of, such as its path.
    ///   - directory: what its relative paths are relative to, absolute.
    ///   - searchPath: where a command without a path is looked for, as `PATH` has it.
    /// - Throws: `LedgerError` with code `mismatch` for what describes no model, or holds a
    ///   credential; `not-found` where a file it names is missing.
    public init(
        description: [UInt8], name: String, directory: String, searchPath: String
    ) throws(LedgerError) {
        do throws(ExternalModelError) {
            let model = try ExternalModel(parsing: description)
            try Self.requireNoCredential(in: model)
            if let codes = model.languages, LearntLanguages(codes: codes) == nil {
                throw ExternalModelError(
                    .invalid,
                    "“languages” takes codes of ISO 639-1 that texts are told apart by: "
                        + LearntLanguages.known.joined(separator: ", "))
            }
            // As the ledger keeps it: every field there, and every path absolute.
            artefact = try model.resolved(in: directory, searchPath: searchPath).canonicalJSON
        } catch {
            throw LedgerError(
                error.code == .missing ? .notFound : .mismatch, "\(name): \(error.description)")
        }
        isExternal = true
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
}

/// What somebody who uses this machine has said of a model's program.
public struct ProgramApproval: Hashable, Sendable {
    /// The version.
    public let model: ModelVersion
    /// Whether its program may be run here.
    public let isApproved: Bool
    /// The program and its arguments.
    public let command: [String]
    /// Where it runs.
    public let directory: String
    /// The variables it gets.
    public let environment: [String]
    /// Whether it gets texts in full; else without addresses and long numbers.
    public let getsFullTexts: Bool
}

extension OpenLedger {
    /// Makes a model known as the next version, or finds the version it already is. Who registers a
    /// program here has approved by that that it is run here.
    ///
    /// - Throws: `LedgerError` with code `refused` for topics that no model may have, and what keeps
    ///   it from being stored, recorded or approved.
    public func register(_ request: RegistrationRequest, actor: Actor) throws -> RegisteredModel {
        let model = try models.register(request.artefact, provenance: "file", actor: actor)
        guard request.isExternal else { return model }
        if case .external(let described) = try models.file(model) {
            // Who names a program here has decided that it may be run here.
            try ledger.paths.approvals.approve(described)
        }
        if try PolicyRegistry(ledger).externalModels() == .none {
            observer.notice(.model(.notAllowed(model.version)))
        }
        return model
    }

    /// Lets the program of a model be run on this machine: by the digest of its description and of
    /// its bytes, kept with the user and in no ledger.
    ///
    /// - Throws: `LedgerError` with code `not-found` where there is no such version, `refused` where
    ///   it runs in this process, `permission` where others could approve as well.
    public func approve(_ version: ModelVersion) throws -> ProgramApproval {
        let model = try external(version)
        try ledger.paths.approvals.approve(model)
        return approval(version, model, isApproved: true)
    }

    /// Takes an approval back.
    ///
    /// - Throws: as `approve(_:)`, and `refused` where there was none.
    public func withdrawApproval(of version: ModelVersion) throws -> ProgramApproval {
        let model = try external(version)
        guard try ledger.paths.approvals.withdraw(model) else {
            throw LedgerError(.refused, "model \(version) was not approved on this machine")
        }
        return approval(version, model, isApproved: false)
    }

    private func external(_ version: ModelVersion) throws -> ExternalModel {
        guard case .external(let model) = try models.file(try models.model(version)) else {
            throw LedgerError(
                .refused, "model \(version) runs in this process: there is nothing to approve")
        }
        return model
    }

    private func approval(
        _ version: ModelVersion, _ model: ExternalModel, isApproved: Bool
    ) -> ProgramApproval {
        ProgramApproval(
            model: version, isApproved: isApproved, command: model.command,
            directory: model.directory, environment: model.environment,
            getsFullTexts: model.send == .full)
    }
}
