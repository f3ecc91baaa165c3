import ExternalModels
import LedgerCore
import LedgerProof
import LedgerStore
import NPSLedger

/// All that the log says of one model version, as of a position.
public struct ModelAccount: Sendable {
    /// The version.
    public let model: RegisteredModel
    /// What became of it.
    public let life: ModelLife
    /// As of which position.
    public let asOf: Position
    /// Root of the tree over the log as of then, in hexadecimal.
    public let root: String
    /// The ledger's name.
    public let origin: String
    /// The thresholds by which its labels were told from scores; nil where it was not trained here.
    public let labelThresholds: ThresholdRegistry.Edit?
    /// Why reasons are not shown, where they are not.
    public let sealedBecause: String?

    /// What is asked, where it is a model outside this process.
    package var external: ExternalModel? {
        guard model.registration.kind == ExternalModel.kind else { return nil }
        return try? ExternalModel(artefact: Array(model.registration.card.utf8))
    }
}

extension OpenLedger {
    /// Every version that is registered, in order.
    ///
    /// - Throws: `LedgerError` with code `not-found` for a position beyond the log.
    public func registeredModels(
        asOf moment: LensRequest.Moment = .now, for viewer: Viewer = .everything
    ) throws -> [RegisteredModel] {
        try models.list(asOf: try position(moment))
    }

    /// All that the log says of a version. Its artefact is hashed again.
    ///
    /// - Throws: `LedgerError` with code `not-found` for an unknown version or a position beyond the
    ///   log, `corrupt` where the artefact was changed.
    public func modelAccount(
        of version: ModelVersion, asOf moment: LensRequest.Moment = .now,
        for viewer: Viewer = .everything
    ) throws -> ModelAccount {
        let asOf = try position(moment)
        let reader = SealedReader(ledger, sealed: false)
        let model = try models.model(version, asOf: asOf)
        let life = try ModelLife(version, ledger, asOf: asOf, reader: reader)
        let thresholds = try model.training.flatMap {
            try ThresholdRegistry(ledger).history(asOf: $0.asOf).last
        }
        _ = try models.file(model)
        return ModelAccount(
            model: model, life: life, asOf: asOf, root: try log.root(at: asOf).description,
            origin: origin, labelThresholds: thresholds, sealedBecause: reader.problem)
    }
}
