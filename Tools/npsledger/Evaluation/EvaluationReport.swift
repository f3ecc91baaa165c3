import LedgerCore
import LedgerProof
import LedgerQueries
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

/// An evaluation of a model, or of the way it was trained: everything that is shown of it, in
/// whatever form.
struct EvaluationReport {
    /// What was evaluated, and on what.
    enum Subject {
        /// The version as it is, on responses of the ledger.
        case version
        /// The version as it is, on a file.
        case file(path: String, digest: String?)
        /// The way the version was trained, by models trained for this.
        case recipe(RecipeEvaluation.Outcome, before: Microseconds?, dimension: String?)
    }

    /// A segment with what is tested about it.
    struct Row {
        let segment: ModelEvaluation.Segment
        /// p of the bias of the expected score, adjusted over the segments.
        let adjustedP: Double?
    }

    /// What decides the draws of bootstraps; always the same, so that the same question has the
    /// same answer.
    static let seed: UInt64 = 1

    /// The ledger's name.
    let origin: String
    /// Root of the tree over the log as of the evaluation.
    let root: String
    let recordedAt: Microseconds?
    let model: RegisteredModel
    let subject: Subject
    let trained: TrainedOn
    let lens: ResolvedLens
    let selection: SegmentSelection
    /// Of the intervals, as a share.
    let confidence: Double
    let counts: Evaluated.Counts
    let evaluation: ModelEvaluation
    /// Segments with fewer responses are summed up.
    let responsesAtLeast: Int
    let rows: [Row]
    /// All segments with fewer responses than that.
    let small: (count: Int, sum: ModelEvaluation.Segment)?
    /// Figures with their intervals.
    let figures: Figures

    init(
        _ session: OpenLedger, _ model: RegisteredModel, _ subject: Subject, _ trained: TrainedOn,
        lens: ResolvedLens, selection: SegmentSelection, confidence: Double,
        responsesAtLeast: Int, _ evaluated: Evaluated
    ) throws {
        origin = session.ledger.manifest.origin
        root = try session.ledger.log.root(at: lens.lens.asOf).description
        recordedAt = try session.recordedAt(lens.lens.asOf)
        self.model = model
        self.subject = subject
        self.trained = trained
        self.lens = lens
        self.selection = selection
        self.confidence = confidence
        self.responsesAtLeast = responsesAtLeast
        counts = evaluated.counts
        evaluation = evaluated.evaluation
        let (large, small) = evaluation.segments(atLeast: responsesAtLeast)
        let adjusted = MultipleComparisons.benjaminiHochberg(
            large.map { $0.bias.difference?.pValue ?? 1 })
        rows = zip(large, adjusted).map { Row(segment: $0, adjustedP: $1) }
        self.small = small
        figures = Figures(evaluation.quality, confidence: confidence)
    }

    /// How many points segments are off, on average.
    var segmentError: (expected: Double, counted: Double)? {
        ModelEvaluation.meanError(rows.map(\.segment))
    }

    /// Whether a segment's bias is told from chance, all of them looked at together.
    func isReal(_ row: Row) -> Bool { (row.adjustedP ?? 1) < 1 - confidence }

    /// The interval of a bias.
    func interval(_ difference: Difference?) -> Interval? {
        difference?.interval(confidence: confidence)
    }

    /// The recipe's outcome, where it is the recipe that was evaluated.
    var recipe: RecipeEvaluation.Outcome? {
        if case .recipe(let outcome, _, _) = subject { outcome } else { nil }
    }
}

extension EvaluationReport {
    /// A figure with its interval.
    struct Figure {
        let value: Double?
        let interval: Interval?
    }

    /// The figures of all responses together.
    struct Figures {
        let accuracy: Figure
        /// What always naming the commonest class would reach.
        let majority: (share: Double, name: String)
        let macroF1: Figure
        let kappa: Figure
        let weightedKappa: Figure
        let brier: Figure
        let logLoss: Figure
        let reliability: Reliability?
        let byChance: CalibrationByChance?

        init(_ quality: ClassifierQuality, confidence: Double) {
            let matrix = quality.confusion
            func drawn(_ figure: (ConfusionMatrix) -> Double?) -> Figure {
                Figure(
                    value: figure(matrix),
                    interval: matrix.bootstrapInterval(
                        of: figure, confidence: confidence, seed: EvaluationReport.seed))
            }
            accuracy = Figure(
                value: quality.accuracy,
                interval: quality.accuracy.flatMap {
                    Proportion.interval(share: $0, of: quality.count, confidence: confidence)
                })
            macroF1 = drawn(\.macroF1)
            kappa = drawn(\.kappa)
            weightedKappa = drawn(\.quadraticWeightedKappa)
            brier = Figure(
                value: quality.brier.value, interval: quality.brier.interval(confidence: confidence)
            )
            logLoss = Figure(
                value: quality.logLoss.value,
                interval: quality.logLoss.interval(confidence: confidence))
            reliability = quality.reliability
            byChance = quality.reliability?.errorByChance(seed: EvaluationReport.seed)
            let counts = NPSClass.allCases.map { ($0, matrix.actualCount(Int($0.rawValue))) }
            let largest = counts.max { $0.1 < $1.1 } ?? (.detractor, 0)
            majority = (
                Double(largest.1) / Double(max(1, quality.count)), largest.0.name
            )
        }

        /// Expected calibration error.
        var ece: Double? { reliability?.expectedCalibrationError }
    }
}
