import ExternalModels
import LedgerCore
import LedgerProof
import LedgerStore
import LedgerVault
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
    /// - Parameter needsArtefact: whether one that is missing or was changed is a failure; else it is
    ///   told, for nothing of the account is from there.
    /// - Throws: `LedgerError` with code `not-found` for an unknown version or a position beyond the
    ///   log, `corrupt` where the artefact was changed.
    public func modelAccount(
        of version: ModelVersion, asOf moment: LensRequest.Moment = .now,
        for viewer: Viewer = .everything, needsArtefact: Bool = true
    ) throws -> ModelAccount {
        let asOf = try position(moment)
        let reader = SealedReader(ledger, sealed: false)
        let model = try models.model(version, asOf: asOf)
        let life = try ModelLife(version, ledger, asOf: asOf, reader: reader)
        let thresholds = try model.training.flatMap {
            try ThresholdRegistry(ledger).history(asOf: $0.asOf).last
        }
        do {
            _ = try models.file(model)
        } catch let error as LedgerError
            where !needsArtefact && [.corrupt, .notFound].contains(error.code)
        {
            observer.notice(.model(.artefactUnusable(version, error)))
        }
        return ModelAccount(
            model: model, life: life, asOf: asOf, root: try log.root(at: asOf).description,
            origin: origin, labelThresholds: thresholds, sealedBecause: reader.problem)
    }
}

/// What became of a model version and who did it, as the log tells it.
public struct ModelLife: Sendable {
    /// One act.
    public struct Step: Sendable {
        /// What was done.
        public enum Act: Hashable, Sendable {
            /// It was asked for, for some occasion, when so many labels were new.
            case requested(RetrainingTrigger, newLabels: UInt64)
            /// It was registered as this version.
            case registered(ModelVersion)
            /// It began to shadow; `share` is that of what comes in, in basis points, nil for all.
            case shadowing(share: UInt16?)
            /// Its shadow ended.
            case shadowEnded
            /// It was made to count; `takesBack` is the activation that was rolled back.
            case activated(takesBack: Position?)
            /// Another version was made to count instead.
            case superseded(by: ModelVersion, isRollback: Bool)
        }

        /// The kind of an act.
        public enum Kind: String, Sendable {
            /// It was asked for.
            case requested
            /// It was registered.
            case registered
            /// It began to shadow.
            case shadowing
            /// Its shadow ended.
            case shadowEnded
            /// It was made to count.
            case activated
            /// Another version was made to count instead.
            case superseded
        }

        /// What was done.
        public let act: Act
        /// Position of the event.
        public let position: Position
        /// When it was recorded.
        public let recordedAt: Microseconds
        /// Who acted.
        public let actor: String
        /// Why, where it was sealed beside the event and could be opened.
        public fileprivate(set) var reason: String?
        /// On what ground a gate let it pass.
        public let gate: GateEvidence?

        /// The kind of the act.
        public var kind: Kind {
            switch act {
            case .requested: .requested
            case .registered: .registered
            case .shadowing: .shadowing
            case .shadowEnded: .shadowEnded
            case .activated: .activated
            case .superseded: .superseded
            }
        }

        fileprivate init(_ act: Act, _ event: EventView, gate: GateEvidence? = nil) {
            self.act = act
            position = event.position
            recordedAt = event.recordedAt
            actor = event.actorName
            self.gate = gate
        }
    }

    /// The acts, in order.
    public let steps: [Step]

    /// The acts about a version before a position.
    package init(
        _ version: ModelVersion, _ ledger: Ledger, asOf: Position, reader: SealedReader
    ) throws {
        var request: Position?
        var found: [Step] = []
        try ledger.log.forEachEvent(
            in: 0..<asOf, named: [.modelRegistered, .modelShadowed, .modelActivated]
        ) { event in
            switch event.name {
            case .modelRegistered:
                let registered = try ModelRegistered(event)
                guard registered.model == version else { break }
                request = registered.request
                found.append(Step(.registered(version), event))
            case .modelShadowed:
                let shadowed = try ModelShadowed(event)
                guard shadowed.model == version else { break }
                found.append(
                    Step(shadowed.ends ? .shadowEnded : .shadowing(share: shadowed.share), event))
            default:
                let activated = try ModelActivated(event)
                if activated.model == version {
                    let act = Step.Act.activated(takesBack: activated.rollsBack)
                    found.append(Step(act, event, gate: activated.gate))
                } else if activated.previous == version {
                    let isRollback = activated.rollsBack != nil
                    found.append(
                        Step(.superseded(by: activated.model, isRollback: isRollback), event))
                }
            }
            return true
        }
        if let request, request < asOf {
            try ledger.log.withEvent(request) { event in
                let asked = try RetrainingRequested(event)
                found.insert(
                    Step(.requested(asked.trigger, newLabels: asked.newLabels), event), at: 0)
            }
        }
        steps = try found.map { step in
            var step = step
            step.reason = try reader.open(step.position)?.reason
            return step
        }
    }
}
