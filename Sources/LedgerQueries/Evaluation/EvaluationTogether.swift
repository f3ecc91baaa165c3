import Catalog
import LedgerCore
import LedgerProof
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// Several versions held against the same labelled responses, and what tells each from the first.
public struct VersionsEvaluation: Sendable {
    /// One version.
    public struct Version: Sendable {
        /// The version.
        public let model: RegisteredModel
        /// Texts that were read for this, since no classification of them is recorded.
        public let readNow: Int
        /// Its figures.
        public let figures: EvaluationFigures
        /// By how much the expected score is off.
        public let bias: Difference?
        /// What tells it from the first version; nil of that one.
        public let change: Change?
    }

    /// A version's figures less those of the first, on the same responses.
    ///
    /// Positive is larger, be that better or worse.
    public struct Change: Sendable {
        /// Of the share of right classes, with its paired error.
        public let accuracy: Difference
        /// The exact p of no difference in it (McNemar).
        public let accuracyPValue: Double
        /// Responses that one of the two alone got right.
        public let onlyRight: (first: Int, second: Int)
        /// Of the mean of the classes' F1; its interval is a paired bootstrap's, as those of the kappas.
        public let macroF1: EvaluationFigures.Figure
        /// Of Cohen's kappa.
        public let kappa: EvaluationFigures.Figure
        /// Of kappa with quadratic weights.
        public let weightedKappa: EvaluationFigures.Figure
        /// Of the Brier score; its interval is normal, as that of the log loss.
        public let brier: EvaluationFigures.Figure
        /// Of the log loss, in nats.
        public let logLoss: EvaluationFigures.Figure
        /// Of the expected calibration error. It has no interval: it is a mean of absolute values, which
        /// chance alone raises.
        public let calibrationError: Double?
        /// Of the expected score.
        public let expectedScore: Difference?
    }

    /// The ledger's name.
    public let origin: String
    /// Root of the tree over the log as of the evaluation, in hexadecimal.
    public let root: String
    /// The lens under which labels and what was read were looked up; it names all versions.
    public let frame: AnswerFrame
    /// Which responses.
    public let selection: SegmentSelection
    /// Responses that have a text and a label.
    public let labelled: Int
    /// Of those, what one of the versions has learnt from.
    public let leftOut: Int
    /// Of those, what has no text any more.
    public let erased: Int
    /// Of those, what one of the versions leaves unread, because it has not learnt the language.
    public let unlearnt: Int
    /// What all versions are measured on.
    public let evaluated: Int
    /// In the order asked for.
    public let versions: [Version]

    /// Confidence of the intervals, as a share.
    public var confidence: Double { frame.confidenceShare }
}

extension OpenLedger {
    /// Holds several versions against the ledger's labels, all against the same: what one of them has
    /// learnt from is left out for all.
    ///
    /// - Parameter request: its version is passed over.
    /// - Throws: as ``evaluate(_:for:)`` does; `invalid` for fewer than two versions, one that is named
    ///   twice, or another ground than the ledger; `refused` where nothing is left for all of them.
    public func evaluate(
        _ versions: [ModelVersion], together request: EvaluationRequest,
        for viewer: Viewer = .everything
    ) throws -> VersionsEvaluation {
        guard versions.count > 1, Set(versions).count == versions.count else {
            throw LedgerError(.invalid, "versions are held against each other: name two or more")
        }
        guard case .ledger = request.ground, request.selection.segments.by.isEmpty else {
            throw LedgerError(
                .invalid, "several versions are measured on the ledger's own labels, ungrouped")
        }
        try request.check()
        try refresh(try catalog.npsBySegment)
        // Of one position, whatever is recorded while one version after the other is looked at.
        var request = request
        if request.asOf == .now {
            request.asOf = .position(try catalog.npsBySegment.live().position)
        }
        var measured: [(evaluation: VersionEvaluation, labels: LedgerLabels)] = []
        var learnt: Set<Position> = []
        for version in versions {
            request.version = version
            let model = try models.model(version)
            let trained = try TrainedOn(model, self)
            let labels = try LedgerLabels(self, request.selection, request.lens)
            let evaluation = VersionEvaluation(open: self, model: model, trained: trained)
            learnt.formUnion(
                try evaluation.learnt(
                    among: labels,
                    refusesOverlap: request.selection.hasTime && !request.leavesOutLearnt))
            if case .unknown = trained { observer.notice(.trainingUnknown(model: version)) }
            measured.append((evaluation, labels))
        }
        let readings = try measured.map { evaluation, labels in
            try evaluation.outputs(of: labels.items.filter { !learnt.contains($0.response) })
        }
        let items = measured[0].labels.items.filter { !learnt.contains($0.response) }
        let whole = items.indices.filter { index in
            readings.allSatisfy { $0.outputs[index] != nil }
        }
        let unlearnt = readings.reduce(into: Set<Int>()) { $0.formUnion($1.unlearnt) }
        guard !whole.isEmpty else {
            throw LedgerError(
                .refused,
                "no response asked about has a text and a stated score and is new to all of the models",
                remedy: .leaveOutLearnt)
        }
        let readers = zip(measured, readings).map { measured, read in
            MeasuredVersion(
                measured.evaluation.model, read.readNow,
                whole.map { (items[$0].label, read.outputs[$0] ?? (0, 0)) })
        }
        let lens = measured[0].labels.lens
        return VersionsEvaluation(
            origin: origin, root: try log.root(at: lens.lens.asOf).description,
            frame: try frame(lens, request.lens, models: versions),
            selection: measured[0].labels.selection,
            labelled: measured[0].labels.items.count,
            leftOut: measured[0].labels.items.count - items.count,
            erased: items.count - whole.count - unlearnt.count, unlearnt: unlearnt.count,
            evaluated: whole.count,
            versions: readers.enumerated().map { index, reader in
                reader.answer(
                    against: index == 0 ? nil : readers[0], confidence: request.confidence / 100)
            })
    }
}

/// What one version reads in the responses that all are measured on.
private struct MeasuredVersion {
    let model: RegisteredModel
    let readNow: Int
    let readings: [(label: NPSClass, read: (detractor: UInt16, promoter: UInt16))]

    init(
        _ model: RegisteredModel, _ readNow: Int,
        _ readings: [(label: NPSClass, read: (detractor: UInt16, promoter: UInt16))]
    ) {
        (self.model, self.readNow, self.readings) = (model, readNow, readings)
    }

    func answer(
        against first: MeasuredVersion?, confidence: Double
    ) -> VersionsEvaluation.Version {
        var evaluation = ModelEvaluation()
        for (label, read) in readings {
            evaluation.add(label: label, detractor: read.detractor, promoter: read.promoter)
        }
        return VersionsEvaluation.Version(
            model: model, readNow: readNow,
            figures: EvaluationFigures(evaluation.quality, confidence: confidence),
            bias: evaluation.total.bias.difference,
            change: first.flatMap { change(from: $0, evaluation.quality, confidence) })
    }

    private func change(
        from first: MeasuredVersion, _ quality: ClassifierQuality, _ confidence: Double
    ) -> VersionsEvaluation.Change? {
        var pairs = PairedReadings(classCount: NPSClass.allCases.count)
        var (brier, logLoss) = (SampleMean(), SampleMean())
        var expected = PairedBias.zero
        var before = ClassifierQuality()
        for ((label, read), (_, former)) in zip(readings, first.readings) {
            let classes = [former, read].map {
                ClassifierQuality.likeliest(detractor: $0.detractor, promoter: $0.promoter)
            }
            pairs.add(
                label: Int(label.rawValue), first: Int(classes[0].rawValue),
                second: Int(classes[1].rawValue))
            let losses = [former, read].map {
                ClassifierQuality.loss(
                    stated: label, detractor: $0.detractor, promoter: $0.promoter)
            }
            brier.add(losses[1].brier - losses[0].brier)
            logLoss.add(losses[1].log - losses[0].log)
            expected.add(
                readBasisPoints: Self.expectation(read), statedBasisPoints: Self.expectation(former)
            )
            before.add(stated: label, detractor: former.detractor, promoter: former.promoter)
        }
        guard let accuracy = pairs.accuracyChange else { return nil }
        func drawn(_ figure: (ConfusionMatrix) -> Double?) -> EvaluationFigures.Figure {
            EvaluationFigures.Figure(
                value: pairs.change(of: figure),
                interval: pairs.bootstrapInterval(
                    of: figure, confidence: confidence, seed: EvaluationFigures.seed))
        }
        func mean(_ sample: SampleMean) -> EvaluationFigures.Figure {
            EvaluationFigures.Figure(
                value: sample.value, interval: sample.interval(confidence: confidence))
        }
        let errors = (before.calibrationError, quality.calibrationError)
        return VersionsEvaluation.Change(
            accuracy: accuracy, accuracyPValue: pairs.accuracyPValue, onlyRight: pairs.onlyRight,
            macroF1: drawn(\.macroF1), kappa: drawn(\.kappa),
            weightedKappa: drawn(\.quadraticWeightedKappa), brier: mean(brier),
            logLoss: mean(logLoss),
            calibrationError: errors.0.flatMap { first in errors.1.map { $0 - first } },
            expectedScore: expected.difference)
    }

    /// Promoter less detractor probability; what is beyond one comes from a damaged state.
    private static func expectation(_ read: (detractor: UInt16, promoter: UInt16)) -> Int {
        min(max(Int(read.promoter) - Int(read.detractor), -10_000), 10_000)
    }
}
