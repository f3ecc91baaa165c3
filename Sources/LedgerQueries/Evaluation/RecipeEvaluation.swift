import Classification
import LedgerCore
import LedgerStore
import LedgerVault
import NPSBySegmentProjection
import NPSLedger

/// Trains again as a version was trained, on some responses, and tests on others: how good the way
/// of training is, which a model that has learnt from everything cannot show itself.
struct RecipeEvaluation {
    typealias Outcome = (recipe: EvaluationAnswer.Recipe, evaluated: Evaluated)

    let open: OpenLedger
    let model: RegisteredModel
    let record: TrainingRecord
    /// What the recipe selects, as of now.
    let pool: LedgerLabels
    /// What is tested on, where it is not learnt from.
    let asked: LedgerLabels
    /// Texts that have been opened, by the position of their event: each is learnt from or tested on
    /// in several trainings.
    private var digests: [Position: TextDigest] = [:]

    /// - Parameter dimension: whose values are told apart in what is learnt from.
    /// - Throws: `LedgerError` with code `refused` where there is no recipe to be tried again.
    init(
        _ open: OpenLedger, _ model: RegisteredModel, _ trained: TrainedOn,
        asked: LedgerLabels, _ lens: LensRequest, dimension: String?
    ) throws {
        guard let record = trained.record else {
            throw LedgerError(
                .refused,
                "model \(model.version) was not trained on this ledger, so there is no way of "
                    + "training to evaluate", remedy: .nameTrained)
        }
        self.open = open
        self.model = model
        self.record = record
        pool = try LedgerLabels(
            open, try record.selection(), lens, by: dimension.map { [$0] } ?? [],
            includesDecided: true)
        self.asked = asked
    }

    /// - Parameter ground: one that is about the way of training.
    mutating func evaluate(_ ground: EvaluationRequest.Ground) throws -> Outcome {
        switch ground {
        case .later(let time): try later(than: time)
        case .unseenSegments(let dimension, let trainings):
            try unseenSegments(of: dimension, count: trainings)
        case .crossValidation, .ledger, .file: try crossValidation()
        }
    }

    /// Each response by a model that had not seen it, in the folds of the training itself.
    private func crossValidation() throws -> Outcome {
        let trained = try train(pool.items, .crossValidation)
        var outcome = Evaluated()
        var read: [Position: (detractor: UInt16, promoter: UInt16)] = [:]
        for entry in trained.model.outOfFold {
            read[trained.responses[entry.example]] = (entry.detractor, entry.promoter)
        }
        // What the recipe does not select has no place in its folds.
        let pooled = Set(pool.items.map(\.response))
        collect(asked.items.filter { pooled.contains($0.response) }, into: &outcome) {
            read[$0.response]
        }
        return try checked(
            EvaluationAnswer.Recipe(
                split: .crossValidation, trainings: trained.model.metrics.folds,
                examples: trained.responses.count...trained.responses.count, folds: [],
                before: nil, dimension: nil), outcome)
    }

    /// Learns from what came before a time and tests on what came from then on.
    private mutating func later(than time: Microseconds) throws -> Outcome {
        let earlier = pool.items.filter { $0.occurredAt < time }
        let later = asked.items.filter { $0.occurredAt >= time }
        let trained = try train(earlier, .earlier)
        var outcome = Evaluated()
        try test(later, with: trained, not: earlier, into: &outcome)
        return try checked(
            EvaluationAnswer.Recipe(
                split: .later, trainings: 1, examples: earlier.count...earlier.count, folds: [],
                before: time, dimension: nil), outcome)
    }

    /// Learns from all segments but some and tests on those, until each was tested.
    ///
    /// What has no value of the dimension is learnt from and never tested.
    /// - Parameter count: trainings at most: with more values than that, several are left out at a
    ///   time. The pool's values are those of the dimension alone.
    private mutating func unseenSegments(of dimension: String, count: Int) throws -> Outcome {
        var sizes: [String: Int] = [:]
        var valueOfResponse: [Position: String] = [:]
        for item in pool.items {
            guard let value = item.values.first ?? nil else { continue }
            sizes[value, default: 0] += 1
            valueOfResponse[item.response] = value
        }
        let folds = SegmentFolds(sizes, count: count)
        guard folds.folds.count > 1 else {
            throw LedgerError(
                .refused,
                "what model \(model.version) is trained on has \(sizes.count) value"
                    + "\(sizes.count == 1 ? "" : "s") of that dimension: to leave one out, two "
                    + "are needed")
        }
        func fold(_ item: LedgerLabels.Item) -> Int? {
            valueOfResponse[item.response].flatMap { folds.fold(of: $0) }
        }
        var outcome = Evaluated()
        var examples: [Int] = []
        for index in folds.folds.indices {
            let kept = pool.items.filter { fold($0) != index }
            let trained = try train(kept, .segments(index + 1, of: folds.folds.count))
            examples.append(kept.count)
            try test(
                asked.items.filter { fold($0) == index }, with: trained, not: kept, into: &outcome)
        }
        return try checked(
            EvaluationAnswer.Recipe(
                split: .unseenSegments, trainings: folds.folds.count,
                examples: (examples.min() ?? 0)...(examples.max() ?? 0), folds: folds.folds,
                before: nil, dimension: dimension), outcome)
    }

    // MARK: Steps

    private func train(
        _ items: [LedgerLabels.Item], _ fold: Work.Fold
    ) throws -> ModelTraining.Result {
        let work = open.observer.begin(.trainingToTest(fold, texts: items.count))
        defer { work.finish() }
        return try ModelTraining(open.ledger).train(
            items.map {
                ModelTraining.Example(response: $0.response, text: $0.text, label: $0.label)
            }, asOf: pool.lens.lens.asOf, selection: "{}", seed: record.seed,
            threads: open.threads, encoder: try open.models.encoder(of: model)
        ) { share in
            work.update(done: Int(share * 100), total: 100)
        }
    }

    /// - Parameter learnt: what `trained` has learnt from: who said the same words as one of those
    ///   is left out.
    private mutating func test(
        _ asked: [LedgerLabels.Item], with trained: ModelTraining.Result,
        not learnt: [LedgerLabels.Item], into outcome: inout Evaluated
    ) throws {
        let known = Set(try learnt.compactMap { try digest(of: $0) })
        let items = try asked.filter { item in
            try digest(of: item).map { !known.contains($0) } ?? true
        }
        outcome.counts.labelled += asked.count - items.count
        outcome.counts.leftOut += asked.count - items.count
        let model = try open.models.reader(artefact: trained.model.artefact)
        var outputs = try StoredTextReading(open, model, as: .testing)
            .read(items.map(\.text))[...]
        collect(items, into: &outcome) { _ in
            // A recipe learns the languages of its texts, and is measured on all of them.
            (outputs.popFirst() ?? nil).map { ($0.detractor, $0.promoter) }
        }
    }

    /// Nil for an erased text.
    private mutating func digest(of item: LedgerLabels.Item) throws -> TextDigest? {
        if let known = digests[item.text] { return known }
        let digest = try open.ledger.personalData(at: item.text)?.text.map { TextDigest($0) }
        digests[item.text] = digest
        return digest
    }

    private func collect(
        _ items: [LedgerLabels.Item], into outcome: inout Evaluated,
        read: (LedgerLabels.Item) -> (detractor: UInt16, promoter: UInt16)?
    ) {
        outcome.counts.labelled += items.count
        for item in items {
            guard let read = read(item) else {
                outcome.counts.erased += 1
                continue
            }
            outcome.counts.reviewed += item.isReviewed ? 1 : 0
            outcome.readings.append(
                Evaluated.Reading(
                    label: item.label, detractor: read.detractor, promoter: read.promoter,
                    values: item.values))
        }
    }

    private func checked(
        _ recipe: EvaluationAnswer.Recipe, _ evaluated: Evaluated
    ) throws -> Outcome {
        guard !evaluated.readings.isEmpty else {
            throw LedgerError(
                .refused,
                "no response asked about with a text and a stated score is left to test on")
        }
        return (recipe, evaluated)
    }
}
