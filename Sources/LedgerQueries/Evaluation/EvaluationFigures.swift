import LedgerCore
import NPSLedger
import NPSStatistics

/// The figures of a model over all responses together, with their intervals.
public struct EvaluationFigures: Sendable {
    /// What a Brier score and a log loss can be: of few texts, the normal curve reaches beyond.
    private static let everyBrier = Interval(low: 0, high: 2)
    private static let everyLoss = Interval(low: 0, high: .infinity)

    /// What decides the draws of bootstraps; always the same, so that the same question has the
    /// same answer.
    public static let seed: UInt64 = 1

    /// A figure with its interval.
    public struct Figure: Hashable, Sendable {
        /// The value; nil where nothing can be measured.
        public let value: Double?
        /// The ends of its interval.
        public let interval: Interval?

        package init(value: Double?, interval: Interval?) {
            self.value = value
            self.interval = interval
        }
    }

    /// The share of right classes; its interval is Wilson's.
    public let accuracy: Figure
    /// What always naming the commonest class would reach.
    public let majority: (share: Double, npsClass: NPSClass)
    /// The mean of the classes' F1; its interval is a bootstrap's, as those of both kappas.
    public let macroF1: Figure
    /// Cohen's kappa.
    public let kappa: Figure
    /// Kappa with quadratic weights.
    public let weightedKappa: Figure
    /// The Brier score, 0 to 2; its interval is normal, as that of the log loss.
    public let brier: Figure
    /// The log loss, in nats.
    public let logLoss: Figure
    /// How often the model is right by how sure it was.
    public let reliability: Reliability?
    /// By how much a model whose probabilities are right would be off by chance.
    public let byChance: CalibrationByChance?

    init(_ quality: ClassifierQuality, confidence: Double) {
        let matrix = quality.confusion
        func drawn(_ figure: (ConfusionMatrix) -> Double?) -> Figure {
            Self.drawn(figure, matrix, confidence: confidence)
        }
        accuracy = Self.accuracy(quality, confidence: confidence)
        macroF1 = drawn(\.macroF1)
        kappa = drawn(\.kappa)
        weightedKappa = drawn(\.quadraticWeightedKappa)
        brier = Figure(
            value: quality.brier.value,
            interval: quality.brier.interval(confidence: confidence)?.clipped(to: Self.everyBrier))
        logLoss = Figure(
            value: quality.logLoss.value,
            interval: quality.logLoss.interval(confidence: confidence)?.clipped(to: Self.everyLoss))
        reliability = quality.reliability
        byChance = quality.reliability?.errorByChance(seed: Self.seed)
        let counts = NPSClass.allCases.map { ($0, matrix.actualCount(Int($0.rawValue))) }
        let largest = counts.max { $0.1 < $1.1 } ?? (.detractor, 0)
        majority = (Double(largest.1) / Double(max(1, quality.count)), largest.0)
    }

    static func accuracy(_ quality: ClassifierQuality, confidence: Double) -> Figure {
        Figure(
            value: quality.accuracy,
            interval: quality.accuracy.flatMap {
                Proportion.interval(share: $0, of: quality.count, confidence: confidence)
            })
    }

    static func drawn(
        _ figure: (ConfusionMatrix) -> Double?, _ matrix: ConfusionMatrix, confidence: Double
    ) -> Figure {
        Figure(
            value: figure(matrix),
            interval: matrix.bootstrapInterval(of: figure, confidence: confidence, seed: seed))
    }

    /// Expected calibration error.
    public var calibrationError: Double? { reliability?.expectedCalibrationError }

    /// Whether the probabilities can be taken at their word; nil without responses.
    public var calibration: CalibrationGrade? {
        guard let reliability, let byChance else { return nil }
        return CalibrationGrade(reliability, byChance)
    }
}

/// Whether the probabilities of a model can be taken at their word.
public enum CalibrationGrade: String, Sendable {
    /// Off by no more than chance, or by so little that it does not matter.
    case good
    /// Off by no more than chance, which on so few responses may be much.
    case unclear
    /// Off by more than chance, and by less than ``badFrom``.
    case fair
    /// Off by so much that they mislead.
    case bad

    /// From what expected calibration error on probabilities mislead: five points.
    public static let badFrom = 0.05
    /// Up to what expected calibration error it does not matter whether it is chance.
    public static let goodTo = 0.02

    /// The grade of what was found.
    public init(_ reliability: Reliability, _ byChance: CalibrationByChance) {
        let error = reliability.expectedCalibrationError
        self =
            if error <= Self.goodTo {
                .good
            } else if error <= byChance.high {
                byChance.high < Self.badFrom ? .good : .unclear
            } else {
                error < Self.badFrom ? .fair : .bad
            }
    }
}

/// A figure of an evaluation and what it must reach: for a pipeline that stops where it does not.
public struct EvaluationLimit: Hashable, Sendable {
    /// What can be limited.
    public enum Metric: String, CaseIterable, Sendable {
        /// The share of right classes.
        case accuracy
        /// The mean of the classes' F1.
        case macroF1
        /// Cohen's kappa.
        case kappa
        /// Kappa with quadratic weights.
        case weightedKappa
        /// Expected calibration error.
        case ece
        /// The Brier score.
        case brier
        /// The log loss, in nats.
        case logLoss
        /// By how much the expected score of all responses is off, in points.
        case npsBias
        /// By how much that of segments is off on average, in points.
        case segmentError

        /// Whether more of it is better.
        public var isBetterHigh: Bool {
            switch self {
            case .accuracy, .macroF1, .kappa, .weightedKappa: true
            case .ece, .brier, .logLoss, .npsBias, .segmentError: false
            }
        }

        /// What it can be; points for the last two.
        public var range: ClosedRange<Double> {
            switch self {
            case .accuracy, .macroF1, .ece: 0...1
            case .kappa, .weightedKappa: -1...1
            case .brier: 0...2
            case .logLoss: 0...100
            case .npsBias, .segmentError: 0...200
            }
        }

        /// Its value; points for the last two. Nil where it cannot be measured.
        public func value(_ answer: EvaluationAnswer) -> Double? {
            let figures = answer.figures
            return switch self {
            case .accuracy: figures.accuracy.value
            case .macroF1: figures.macroF1.value
            case .kappa: figures.kappa.value
            case .weightedKappa: figures.weightedKappa.value
            case .ece: figures.calibrationError
            case .brier: figures.brier.value
            case .logLoss: figures.logLoss.value
            case .npsBias:
                answer.evaluation.total.bias.difference.map { $0.estimate.magnitude * 100 }
            case .segmentError: answer.segmentError.map { $0.expected * 100 }
            }
        }
    }

    /// Which figure.
    public let metric: Metric
    /// What it must reach, or not go beyond.
    public let limit: Double

    /// Reads `macroF1=0.7`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let metric = Metric(rawValue: String(parts[0])),
            let limit = Double(parts[1]), limit.isFinite
        else { return nil }
        self.metric = metric
        self.limit = limit
    }

    /// Whether the figure could ever be on either side of it.
    public var isPossible: Bool { metric.range.contains(limit) }

    /// Whether an evaluation reaches it. What cannot be measured is not reached.
    public func isMet(by answer: EvaluationAnswer) -> Bool {
        guard let value = metric.value(answer) else { return false }
        return metric.isBetterHigh ? value >= limit : value <= limit
    }
}
