import Catalog
import Classification
import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger
import Presentation

/// Asks to train again as a version was trained, on what there is by now.
public struct RetrainingRequest: Sendable {
    /// What it is for.
    public enum Occasion: Sendable {
        /// A new request, which is recorded. Nobody but a plan goes without a reason; the trigger is
        /// that of new labels where so many are asked for, else a person's.
        case new(like: ModelVersion?, RetrainingTrigger?, reason: String?)
        /// The request at this position, of an interrupted run or of somebody else.
        case recorded(Position)
    }

    /// What it is for.
    public var occasion: Occasion
    /// Files of labels; those that the version has learnt from must be among them.
    public var labels: [LabelledFile] = []
    /// Only where so many labels are new.
    public var newLabelsAtLeast: Int?

    /// A training again.
    public init(_ occasion: Occasion) { self.occasion = occasion }

    func check() throws(LedgerError) {
        if let newLabelsAtLeast, newLabelsAtLeast < 1 {
            throw LedgerError(.invalid, "new labels are asked for by a number from 1")
        }
    }
}

/// A training again before anything is done: which version it follows, and what is new since that
/// was trained.
public struct RetrainingPlan: Sendable {
    /// The version it follows.
    public let model: RegisteredModel
    /// How that was trained.
    public let record: TrainingRecord
    /// As of which position was looked for what can be learnt from.
    public var asOf: Position { found.asOf }
    /// Texts of responses that can be learnt from by now.
    public var examples: Int { found.examples.count }
    /// Responses to learn from that the version had not, or had under another label.
    public let newLabels: Int
    /// Requests that nothing has come of yet.
    public let openRequests: [Retraining.Request]

    let request: RetrainingRequest
    /// From where on another request or version makes it another decision.
    let decidedOn: Position
    let found: TrainingExamples
    let run: TrainingRun
}

/// What came of a training again.
public struct RetrainingAnswer: Sendable {
    /// What was found before.
    public let plan: RetrainingPlan
    /// Position of the request that it answers.
    public let request: Position
    /// Whether a version was registered for it, or the same artefact came out again.
    public let outcome: RetrainingOutcome
    /// The version.
    public let model: RegisteredModel
    /// What it reached out of fold.
    public let metrics: TrainingMetrics
    /// Texts that were selected and are erased.
    public let erased: Int
}

extension OpenLedger {
    /// Finds out what training again would learn from. Nothing is trained or recorded.
    ///
    /// - Throws: `LedgerError` with code `refused` where no version was trained here, a file that it
    ///   has learnt from is missing or the request is answered already; `not-found` for an unknown
    ///   version or request; `mismatch` for labels that cannot be read.
    public func planRetraining(
        _ request: RetrainingRequest, for viewer: Viewer = .everything
    ) throws -> RetrainingPlan {
        try request.check()
        // What is new is counted from here on: a request that comes in meanwhile counts the same.
        let decidedOn = try log.head().size
        try refresh(try catalog.npsBySegment)
        let version: ModelVersion? =
            switch request.occasion {
            case .new(let like, _, _): like
            case .recorded(let position): try Retraining(ledger).open(position).request.follows
            }
        let (model, record, before) = try followed(version)
        // The artefact holds the topics it was taught, so that nobody has to keep their file.
        let taxonomy = try models.file(model).taxonomy
        let selection = try record.selection()
        let found = try TrainingExamples(self, selection)
        let labels = try TrainingRun.labels(request.labels, taxonomy, self, asOf: found.asOf)
        if let missing = record.files.first(where: { file in
            !labels.contains { $0.digest == file.digest }
        }) {
            throw LedgerError(
                .refused,
                "model \(model.version) has learnt from a file of "
                    + "\(Formatted.count(Int(clamping: missing.examples))) labelled texts too",
                remedy: .giveLabels(digest: Hex.encode(missing.digest)))
        }
        let openRequests = try Retraining(ledger).history().filter { $0.completion == nil }
        return RetrainingPlan(
            model: model, record: record,
            // What a person decided meanwhile, or other thresholds make of a score, is as new as a
            // response.
            newLabels: found.examples.count { before[$0.response]?.label != $0.label },
            openRequests: openRequests, request: request, decidedOn: decidedOn, found: found,
            run: TrainingRun(
                open: self, selection: selection, seed: record.seed,
                encoder: try models.encoder(of: model), labels: labels, taxonomy: taxonomy))
    }

    /// The version to follow, how it was trained and on what; the latest that was trained here where
    /// none is named.
    private func followed(
        _ version: ModelVersion?
    ) throws -> (RegisteredModel, TrainingRecord, [Position: ModelTraining.Example]) {
        let model: RegisteredModel
        if let version {
            model = try models.model(version)
        } else {
            guard let latest = try models.list().last(where: { $0.training != nil }) else {
                throw LedgerError(
                    .refused, "no model was trained on this ledger yet", remedy: .train)
            }
            model = latest
        }
        guard model.training != nil, case .here(let record, let before) = try TrainedOn(model, self)
        else {
            throw LedgerError(
                .refused,
                "model \(model.version) was not trained on this ledger, so there is no way of "
                    + "training to follow", remedy: .train)
        }
        return (model, record, before)
    }

    /// Trains as planned. Request and outcome are events, also where the training fails; the new
    /// version is registered, not activated.
    ///
    /// - Throws: `LedgerError` with code `refused`, and nothing recorded, where fewer labels are new
    ///   than the request asks for; `invalid` without a reason; `overtaken` where the same was asked
    ///   for, or a version was trained here, since it was planned. `TrainingError` where there is too
    ///   little to learn from, which is recorded.
    public func retrain(_ plan: RetrainingPlan, by actor: Actor) throws -> RetrainingAnswer {
        if let least = plan.request.newLabelsAtLeast, plan.newLabels < least {
            throw LedgerError(
                .refused,
                "\(Formatted.count(plan.newLabels, of: "label")) \(plan.newLabels == 1 ? "is" : "are") new since model "
                    + "\(plan.model.version) was trained, fewer than \(least): nothing was trained")
        }
        let retraining = Retraining(ledger)
        let request = try position(of: plan, retraining, actor)
        let trained: ModelTraining.Result
        do {
            trained = try plan.run.train(plan.found)
        } catch let error as TrainingError {
            _ = try retraining.complete(request, .failed, error: error.description, actor: actor)
            throw error
        }
        let model = try models.register(trained, request: request, actor: actor)
        let outcome: RetrainingOutcome =
            // Registered for this request, be it by a run that was interrupted.
            model.registration.request == request ? .registered : .unchanged
        _ = try retraining.complete(request, outcome, model: model.version, actor: actor)
        return RetrainingAnswer(
            plan: plan, request: request, outcome: outcome, model: model,
            metrics: trained.model.metrics, erased: Int(clamping: trained.evidence.erased))
    }

    /// Where the request is on record that a plan answers.
    private func position(
        of plan: RetrainingPlan, _ retraining: Retraining, _ actor: Actor
    ) throws -> Position {
        switch plan.request.occasion {
        case .recorded(let position): return position
        case .new(_, let trigger, let reason):
            guard let reason, !reason.isEmpty else {
                throw LedgerError(
                    .invalid, "a request to train again needs a reason", remedy: .giveReason)
            }
            let position = try retraining.request(
                trigger ?? (plan.request.newLabelsAtLeast == nil ? .asked : .newLabels),
                follows: plan.model.version, newLabels: UInt64(plan.newLabels), reason: reason,
                actor: actor, asOf: plan.decidedOn
            ).position
            observer.notice(.retrainingRequested(at: position))
            return position
        }
    }
}
