import Catalog
import LedgerCore
import LedgerProof
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// How good a model is, or the way in which it was trained.
public struct EvaluationAnswer: Sendable {
    /// What was evaluated, and on what.
    public enum Subject: Sendable {
        /// The version as it is, on responses of the ledger.
        case version
        /// The version as it is, on a file with this SHA-256.
        case file(name: String, digest: [UInt8])
        /// The way the version was trained, by models trained for this.
        case recipe(Recipe)
    }

    /// How a way of training was tried again.
    public struct Recipe: Sendable {
        /// How responses were parted.
        public let split: EvaluationSplit
        /// Models that were trained for this.
        public let trainings: Int
        /// Responses learnt from: the fewest and the most of a training.
        public let examples: ClosedRange<Int>
        /// What was left out at a time, for segments.
        public let folds: [[String]]
        /// The time that parts what is learnt from and what is tested on, where one does.
        public let before: Microseconds?
        /// The dimension whose values were left out, where one was.
        public let dimension: String?
    }

    /// What is known of what the version has learnt from.
    public enum Training: Sendable {
        /// It was trained here, on so many responses that are selected again.
        case here(TrainingRecord, responses: Int)
        /// It came with the program: it has learnt from public texts, before this ledger.
        case embedded
        /// It came as a file, and nothing is known.
        case unknown

        /// What it was trained from, where that was here.
        public var record: TrainingRecord? {
            if case .here(let record, _) = self { record } else { nil }
        }
    }

    /// How many responses there were, and why some are in no figure:
    /// labelled = evaluated + leftOut + erased + unlearnt.
    public struct Counts: Hashable, Sendable {
        /// Responses asked about that have a text and a stated score.
        public package(set) var labelled = 0
        /// Of those, what the model has learnt from.
        public package(set) var leftOut = 0
        /// Of those, what has no text any more.
        public package(set) var erased = 0
        /// Of those, texts in a language that the model has not learnt, which it leaves unread.
        public package(set) var unlearnt = 0
        /// Labels that come from a person's decision.
        public package(set) var reviewed = 0
        /// Texts that were read for this, since no classification of them is recorded.
        public package(set) var readNow = 0
        /// Rows of a file that have no score or no text.
        public package(set) var unlabelled = 0
        /// Rows of a file that cannot be read, or that the mapping takes out.
        public package(set) var rejected = 0
    }

    /// A segment with what is tested about it.
    public struct Row: Sendable {
        /// Its values and sums.
        public let segment: ModelEvaluation.Segment
        /// p of the bias of the expected score, adjusted over the segments (Benjamini and Hochberg).
        public let adjustedP: Double?
    }

    /// The ledger's name.
    public let origin: String
    /// Root of the tree over the log as of the evaluation, in hexadecimal.
    public let root: String
    /// The version.
    public let model: RegisteredModel
    /// What was evaluated, and on what.
    public let subject: Subject
    /// What is known of what the version has learnt from.
    public let training: Training
    /// The lens under which labels and what was read were looked up.
    public let frame: AnswerFrame
    /// Which responses, and by what they are grouped.
    public let selection: SegmentSelection
    /// How many responses there were, and why some are in no figure.
    public let counts: Counts
    /// Sums over all responses and by segment.
    public let evaluation: ModelEvaluation
    /// Segments with fewer responses are summed up.
    public let responsesAtLeast: Int
    /// Segments with at least that many.
    public let rows: [Row]
    /// All segments with fewer responses than that.
    public let small: (count: Int, sum: ModelEvaluation.Segment)?
    /// Figures of all responses, with their intervals.
    public let figures: EvaluationFigures

    init(
        _ open: OpenLedger, _ request: EvaluationRequest, _ model: RegisteredModel,
        _ subject: Subject, _ trained: TrainedOn, _ lens: ResolvedLens,
        _ selection: SegmentSelection, _ evaluated: Evaluated
    ) throws {
        origin = open.origin
        root = try open.log.root(at: lens.lens.asOf).description
        self.model = model
        self.subject = subject
        training =
            switch trained {
            case .here(let record, let examples): .here(record, responses: examples.count)
            case .embedded: .embedded
            case .unknown: .unknown
            }
        frame = try open.frame(lens, request.lens)
        self.selection = selection
        responsesAtLeast = request.responsesAtLeast
        counts = evaluated.counts
        evaluation = evaluated.evaluation
        let (large, small) = evaluation.segments(atLeast: responsesAtLeast)
        let adjusted = MultipleComparisons.benjaminiHochberg(
            large.map { $0.bias.difference?.pValue ?? 1 })
        rows = zip(large, adjusted).map { Row(segment: $0, adjustedP: $1) }
        self.small = small
        figures = EvaluationFigures(evaluation.quality, confidence: frame.confidenceShare)
    }

    /// Confidence of the intervals, as a share.
    public var confidence: Double { frame.confidenceShare }

    /// How many points segments are off, on average, as a share.
    public var segmentError: (expected: Double, counted: Double)? {
        ModelEvaluation.meanError(rows.map(\.segment))
    }

    /// Whether a segment's bias is told from chance, all of them looked at together.
    public func isReal(_ row: Row) -> Bool { (row.adjustedP ?? 1) < 1 - confidence }

    /// The interval of a bias.
    public func interval(_ difference: Difference?) -> Interval? {
        difference?.interval(confidence: confidence)
    }

    /// How the way of training was tried again, where it is that which was evaluated.
    public var recipe: Recipe? {
        if case .recipe(let recipe) = subject { recipe } else { nil }
    }
}

/// Labelled responses as a model read them, and what became of the others.
struct Evaluated {
    /// One labelled response with what a model read in its text.
    struct Reading {
        let label: NPSClass
        let detractor: UInt16
        let promoter: UInt16
        /// Its segment, in the order of the dimensions asked for.
        let values: [String?]
    }

    var readings: [Reading] = []
    var counts = EvaluationAnswer.Counts()

    /// The figures.
    var evaluation: ModelEvaluation {
        var evaluation = ModelEvaluation()
        for reading in readings {
            evaluation.add(
                label: reading.label, detractor: reading.detractor, promoter: reading.promoter,
                segment: reading.values)
        }
        return evaluation
    }
}

extension OpenLedger {
    /// Holds a version against labels that it has not learnt from, or tries again how it was trained.
    /// Nothing is recorded.
    ///
    /// - Throws: `LedgerError` with code `not-found` for an unknown version, threshold set, dimension
    ///   or value; `refused` where figures would flatter the version or there is nothing to hold it
    ///   against; `mismatch` where what it was trained on cannot be found again; `invalid` where the
    ///   request contradicts itself. `ImportError` for a file that cannot be read, `TrainingError`
    ///   where there is too little to learn from.
    public func evaluate(
        _ request: EvaluationRequest, for viewer: Viewer = .everything
    ) throws -> EvaluationAnswer {
        try request.check()
        let model = try models.model(request.version)
        try refresh(try catalog.npsBySegment)
        let trained = try TrainedOn(model, self)
        let answer: EvaluationAnswer
        switch request.ground {
        case .ledger: answer = try evaluateVersion(request, model, trained)
        case .file(let file): answer = try evaluate(request, model, trained, on: file)
        case .crossValidation, .later, .unseenSegments:
            answer = try evaluateRecipe(request, model, trained)
        }
        if let files = answer.recipe.flatMap({ _ in trained.record?.files }), !files.isEmpty {
            let texts = files.reduce(0) { $0 + Int(clamping: $1.examples) }
            observer.notice(.labelledFilesLeftOut(model: model.version, texts: texts))
        }
        if case .unknown = trained { observer.notice(.trainingUnknown(model: model.version)) }
        return answer
    }

    private func evaluateVersion(
        _ request: EvaluationRequest, _ model: RegisteredModel, _ trained: TrainedOn
    ) throws -> EvaluationAnswer {
        let labels = try LedgerLabels(self, request.selection, request.lens)
        let evaluated = try VersionEvaluation(open: self, model: model, trained: trained)
            .evaluate(
                labels, refusesOverlap: request.selection.hasTime && !request.leavesOutLearnt)
        return try EvaluationAnswer(
            self, request, model, .version, trained, labels.lens, labels.selection, evaluated)
    }

    private func evaluate(
        _ request: EvaluationRequest, _ model: RegisteredModel, _ trained: TrainedOn,
        on file: LabelledFile
    ) throws -> EvaluationAnswer {
        let reader = try models.reader(model)
        let lens = try catalog.npsBySegment.read { state, build in
            try resolve(request.lens, request.selection, horizon: build.position, state)
        }
        if trained.record?.files.contains(where: { $0.digest == file.digest }) == true {
            throw LedgerError(
                .refused,
                "model \(model.version) has learnt from \(file.name): figures on it would flatter "
                    + "it. Take a file of other texts")
        }
        let learnt = try LearntTexts(model, trained, self)
        let evaluated = try LabelledFileEvaluation(
            file: file, selection: request.selection, thresholds: lens.thresholds
        ).evaluate(
            model.version, reader, self, learntTexts: learnt,
            refusesOverlap: !request.leavesOutLearnt)
        return try EvaluationAnswer(
            self, request, model, .file(name: file.name, digest: file.digest), trained, lens,
            request.selection.segments, evaluated)
    }

    private func evaluateRecipe(
        _ request: EvaluationRequest, _ model: RegisteredModel, _ trained: TrainedOn
    ) throws -> EvaluationAnswer {
        let asked = try LedgerLabels(self, request.selection, request.lens)
        var dimension: String?
        if case .unseenSegments(let name, _) = request.ground { dimension = name }
        var evaluation = try RecipeEvaluation(
            self, model, trained, asked: asked, request.lens, dimension: dimension)
        let (recipe, evaluated) = try evaluation.evaluate(request.ground)
        return try EvaluationAnswer(
            self, request, model, .recipe(recipe), trained, asked.lens, asked.selection, evaluated)
    }
}
