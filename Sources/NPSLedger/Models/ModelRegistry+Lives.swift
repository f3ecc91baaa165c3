import Classification
import Crypto
import Foundation
import LedgerCore
import LedgerStore

/// The models as a log tells of them: what the decider knows, and what was recorded beside it.
struct RecordedLives {
    private(set) var decider = ModelDecider()
    /// The registrations, one for each life.
    private var registrations: [ModelRegistered] = []
    private var times: [Position: Microseconds] = [:]
    private var gates: [Position: GateEvidence] = [:]

    /// Follows one event of `ModelEvent.names`.
    mutating func follow(_ event: EventView) throws(EntryError) {
        let change: ModelEvent
        switch event.name {
        case .modelRegistered:
            let registered = try ModelRegistered(event)
            registrations.append(registered)
            change = ModelEvent(registered)
        case .modelActivated: change = ModelEvent(try ModelActivated(event))
        case .modelShadowed: change = ModelEvent(try ModelShadowed(event))
        default: return
        }
        times[event.position] = event.recordedAt
        gates[event.position] = change.claim?.gate
        decider.evolve(change, at: event.position)
    }

    /// Every version, in order.
    var models: [RegisteredModel] {
        zip(decider.lives, registrations).map { life, registration in
            RegisteredModel(
                registration: registration, position: life.position,
                registeredAt: time(life.position),
                activations: life.activations.map { activation in
                    RegisteredModel.Activation(
                        position: activation.position, recordedAt: time(activation.position),
                        until: activation.until, rollsBack: activation.takesBack,
                        gate: gates[activation.position])
                }, isActive: life.isActive,
                shadow: decider.shadow(of: life.version).map { shadow in
                    RegisteredModel.Shadow(
                        position: shadow.position, recordedAt: time(shadow.position),
                        share: shadow.share)
                }, steps: life.steps, shadowActPosition: life.shadowActPosition)
        }
    }

    /// When an event was recorded that was followed.
    private func time(_ position: Position) -> Microseconds { times[position] ?? 0 }

    /// The version of this number.
    ///
    /// - Throws: `LedgerError` with code `notFound`, naming the versions there are.
    func model(_ version: ModelVersion, asOf: Position? = nil) throws(LedgerError)
        -> RegisteredModel
    {
        let models = models
        if let model = models.first(where: { $0.version == version }) { return model }
        let known = models.map { "\($0.version)" }.joined(separator: ", ")
        throw LedgerError(
            .notFound,
            "there is no model \(version)" + (asOf.map { " as of position \($0)" } ?? "")
                + (known.isEmpty ? "" : "; registered are: \(known)"))
    }

    /// What a command comes to; nil where it is so already.
    ///
    /// - Throws: `LedgerError` with code `notFound` for a version that there is not, `refused` for
    ///   what the rules refuse.
    func decide(
        _ command: ModelDecider.Command, asOf: Position? = nil
    ) throws(LedgerError) -> ModelEvent? {
        do throws(ModelDecider.Refusal) {
            return try decider.decide(command)
        } catch {
            switch error {
            case .unknown(let version):
                _ = try model(version, asOf: asOf)
                throw LedgerError(.notFound, "there is no model \(version)")
            case .isActive(let version):
                if case .shadow = command {
                    throw LedgerError(
                        .refused, "model \(version) is active: it reads and counts already")
                }
                throw LedgerError(.refused, "model \(version) is active already")
            case .wasNeverActive(let version):
                throw LedgerError(
                    .refused,
                    "model \(version) was never active, so there is nothing to go back to",
                    remedy: .activate(version))
            case .nothingWasActivated:
                throw LedgerError(
                    .refused, "no model was ever activated: there is nothing to undo")
            case .isFirst(let version):
                throw LedgerError(
                    .refused,
                    "model \(version) is the first that was activated: there is none to go back to")
            case .doesNotShadow(let version):
                throw LedgerError(.refused, "model \(version) does not shadow")
            }
        }
    }
}

extension ModelRegistry {
    /// What the log tells of models before `asOf`.
    func lives(asOf: Position? = nil) throws -> RecordedLives {
        let end = try asOf ?? ledger.log.head().size
        var lives = RecordedLives()
        try ledger.log.forEachEvent(in: 0..<end, named: ModelEvent.names) { event in
            try lives.follow(event)
            return true
        }
        return lives
    }

    /// Every version registered before `asOf`, in order.
    public func list(asOf: Position? = nil) throws -> [RegisteredModel] {
        try lives(asOf: asOf).models
    }

    /// The active version, or nil where none was activated.
    public func active(asOf: Position? = nil) throws -> RegisteredModel? {
        try list(asOf: asOf).first { $0.isActive }
    }

    /// The version of this number, as it stood by `asOf`.
    ///
    /// - Throws: `LedgerError` with code `notFound`, naming the versions there are.
    public func model(
        _ version: ModelVersion, asOf: Position? = nil
    ) throws -> RegisteredModel {
        try lives(asOf: asOf).model(version, asOf: asOf)
    }
}

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
