import Classification
import Crypto
import Foundation
import LedgerCore
import LedgerStore

extension ModelRegistry {
    /// Registers what a training made as the next version, or finds the version it already is.
    ///
    /// - Parameter request: position of the `retraining.requested` that it was made for.
    public func register(
        _ trained: ModelTraining.Result, request: Position? = nil, actor: Actor
    ) throws -> RegisteredModel {
        let artefact = trained.model.artefact
        // Before the event: a version in the log must not be without what it is not measured on.
        if let marks = trained.labelled {
            let digest = [UInt8](SHA256.hash(data: artefact))
            try makeFolder(Hex.encode(digest))
            try DurableFile.write(
                marks.bytes(artefact: digest), to: marksPath(Hex.encode(digest)))
        }
        return try register(
            artefact, provenance: "trained", training: trained.evidence, request: request,
            actor: actor)
    }

    private func marksPath(_ digest: String) -> String {
        "\(folder(digest))/\(LabelledMarks.fileName)"
    }

    /// The texts of labelled files that a version has learnt from; nil where there are none.
    ///
    /// - Throws: `LedgerError` with code `notFound` where they are not kept, and `corrupt` where
    ///   they were changed.
    public func labelledMarks(of model: RegisteredModel) throws -> LabelledMarks? {
        guard let files = model.training?.files, !files.isEmpty else { return nil }
        let path = marksPath(model.digest)
        let remedy = "put \(path) back from a backup, or train a version anew"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw LedgerError(
                .notFound,
                "which labelled texts model \(model.version) has learnt from is not known: "
                    + remedy)
        }
        guard
            let marks = LabelledMarks(
                [UInt8](data), artefact: model.registration.digest, try ledger.vault())
        else {
            throw LedgerError(
                .corrupt,
                "the list of labelled texts that model \(model.version) has learnt from was "
                    + "changed: \(remedy)")
        }
        return marks
    }
}
