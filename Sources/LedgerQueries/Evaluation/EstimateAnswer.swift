import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// Asks how good versions are on texts without a score, from their own confidence.
public struct EstimateRequest: Hashable, Sendable {
    /// The versions; empty for the active one and those that shadow.
    public var versions: [ModelVersion]
    /// Which responses; not grouped.
    public var selection = Selection()
    /// As of when.
    public var asOf = LensRequest.Moment.now
    /// Confidence of the intervals in percent, from 50 to below 100.
    public var confidence = 95.0

    /// An estimate over everything there is.
    public init(_ versions: [ModelVersion] = []) { self.versions = versions }

    func check() throws(LedgerError) {
        try selection.check()
        guard selection.segments.by.isEmpty else {
            throw LedgerError(.invalid, "an estimate is of one selection, which is not grouped")
        }
        guard Set(versions).count == versions.count else {
            throw LedgerError(.invalid, "a version is named twice")
        }
    }
}

/// How good versions are: estimated where nobody stated a score (confidence-based performance
/// estimation, CBPE), measured where somebody did.
public struct EstimateAnswer: Sendable {
    /// Figures over some texts.
    public struct Figures: Sendable {
        /// How many texts.
        public let texts: Int
        /// The share of right classes.
        public let accuracy: EvaluationFigures.Figure
        /// The mean of the classes' F1.
        public let macroF1: EvaluationFigures.Figure
    }

    /// What is told of one version.
    public struct Model: Sendable {
        /// The version.
        public let model: RegisteredModel
        /// Texts asked about.
        public let texts: Int
        /// Of those, what it has read.
        public let read: Int
        /// Texts that it has learnt from: they are in no figure.
        public let leftOut: Int
        /// By confidence, on texts without a stated score.
        public let unlabelled: Figures
        /// By confidence, on those with one: to be held against what is measured there.
        public let labelled: Figures
        /// Measured, on those with one.
        public let measured: Figures
        /// Whether the estimate, where scores are stated, lies as close to what is measured there as
        /// chance and tolerance allow; nil with too few to tell.
        public let holds: Bool?
    }

    /// Fewer measured texts than this say nothing about whether an estimate holds.
    public static let measuredLeast = 30
    /// By how much an estimate may be off without being called wrong, where there are so many texts
    /// that chance makes no difference: two points.
    public static let toleratedError = 0.02

    /// As of which position.
    public let asOf: Position
    /// Events before it that could not be applied, so that the answer lacks them.
    public let incomplete: Int
    /// Which responses.
    public let selection: Selection
    /// Confidence of the intervals, as a share.
    public let confidence: Double
    /// One by version, in the order asked for.
    public let models: [Model]
}

extension OpenLedger {
    /// Estimates how good versions are where nobody stated a score.
    ///
    /// - Throws: `LedgerError` with code `not-found` for an unknown version, dimension or value,
    ///   `refused` where no version is named and none is active or shadows, `invalid` where the
    ///   request contradicts itself.
    public func estimate(
        _ request: EstimateRequest, for viewer: Viewer = .everything
    ) throws -> EstimateAnswer {
        try request.check()
        try refresh(try catalog.npsBySegment)
        let asOf = try asOf(request.asOf, horizon: try catalog.npsBySegment.live().position)
        let chosen = try estimatedModels(request.versions, asOf)
        // Of one position, whatever is recorded while one version after the other is looked at.
        var lens = LensRequest(asOf: .position(asOf), basis: .inferred)
        lens.confidence = request.confidence
        return EstimateAnswer(
            asOf: asOf, incomplete: try incomplete(asOf: asOf, [catalog.npsBySegment]),
            selection: request.selection, confidence: request.confidence / 100,
            models: try chosen.map { try estimate($0, request.selection, lens) })
    }

    private func estimatedModels(
        _ versions: [ModelVersion], _ asOf: Position
    ) throws -> [RegisteredModel] {
        guard versions.isEmpty else {
            return try versions.map { try models.model($0) }
        }
        let known = try models.list(asOf: asOf)
        let chosen = known.filter(\.isActive) + known.filter { $0.shadow != nil }
        guard !chosen.isEmpty else {
            throw LedgerError(
                .refused, "no model is active or shadows", remedy: .nameVersions)
        }
        return chosen
    }

    private func estimate(
        _ model: RegisteredModel, _ selection: Selection, _ lens: LensRequest
    ) throws -> EstimateAnswer.Model {
        var lens = lens
        lens.model = model.version
        let chosen = selection.segments
        let (rows, thresholds) = try catalog.npsBySegment.read { state, build in
            let query = NPSBySegmentQuery(state, workers: workers)
            try check(chosen, query)
            let lens = try resolve(lens, selection, horizon: build.position, state)
            var rows: [ResponseText] = []
            try query.forEachText(lens, chosen) { rows.append($0) }
            return (rows, lens.thresholds)
        }
        let learnt = try LearntTexts(model, try TrainedOn(model, self), self)
            .responses(among: rows.filter(\.row.isClassified).map { ($0.row.position, $0.event) })
        var tally = EstimateTally(texts: rows.count)
        for row in rows.lazy.map(\.row) where row.isClassified {
            tally.add(row, thresholds, isLearnt: learnt.contains(row.position))
        }
        return tally.answer(model, confidence: lens.confidence / 100)
    }
}

/// What a version has read, counted by its confidence.
private struct EstimateTally {
    let texts: Int
    var read = 0
    var leftOut = 0
    var unlabelled = ConfidenceBasedEstimate(classCount: NPSClass.allCases.count)
    var labelled = ConfidenceBasedEstimate(classCount: NPSClass.allCases.count)
    var measured = ClassifierQuality()

    init(texts: Int) { self.texts = texts }

    mutating func add(_ row: VisibleRow, _ thresholds: Thresholds, isLearnt: Bool) {
        read += 1
        let shares = ClassifierQuality.shares(detractor: row.detractor, promoter: row.promoter)
        // What does not sum to one is that of a damaged state.
        guard shares.reduce(0, +) == ConfidenceBasedEstimate.whole else { return }
        let likeliest = Int(
            ClassifierQuality.likeliest(detractor: row.detractor, promoter: row.promoter)
                .rawValue)
        // What people decided was learnt from too, without a score.
        guard !isLearnt else {
            leftOut += 1
            return
        }
        guard let score = row.score else {
            unlabelled.add(predicted: likeliest, basisPoints: shares)
            return
        }
        labelled.add(predicted: likeliest, basisPoints: shares)
        measured.add(
            stated: row.decision ?? thresholds.classify(score: score),
            detractor: row.detractor, promoter: row.promoter)
    }

    func answer(_ model: RegisteredModel, confidence: Double) -> EstimateAnswer.Model {
        EstimateAnswer.Model(
            model: model, texts: texts, read: read, leftOut: leftOut,
            unlabelled: Self.figures(unlabelled, confidence),
            labelled: Self.figures(labelled, confidence),
            measured: EstimateAnswer.Figures(
                texts: measured.count,
                accuracy: EvaluationFigures.accuracy(measured, confidence: confidence),
                macroF1: EvaluationFigures.drawn(
                    \.macroF1, measured.confusion, confidence: confidence)),
            holds: holds(confidence: confidence))
    }

    private static func figures(
        _ estimate: ConfidenceBasedEstimate, _ confidence: Double
    ) -> EstimateAnswer.Figures {
        EstimateAnswer.Figures(
            texts: estimate.count,
            accuracy: EvaluationFigures.Figure(
                value: estimate.accuracy,
                interval: estimate.accuracyInterval(confidence: confidence)),
            macroF1: EvaluationFigures.Figure(
                value: estimate.macroF1,
                interval: estimate.bootstrapInterval(
                    of: \.macroF1, confidence: confidence, seed: EvaluationFigures.seed)))
    }

    private func holds(confidence: Double) -> Bool? {
        guard measured.count >= EstimateAnswer.measuredLeast, let accuracy = measured.accuracy,
            let claimed = labelled.accuracy,
            let interval = labelled.accuracyInterval(confidence: confidence)
        else { return nil }
        return interval.contains(accuracy)
            || (claimed - accuracy).magnitude < EstimateAnswer.toleratedError
    }
}
