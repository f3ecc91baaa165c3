/// How good a classifier is where nobody knows the truth, from its own calibrated probabilities.
///
/// Confidence-based performance estimation (CBPE): of a text with 80 % for the class that was read,
/// 0.8 is counted as right, and the rest as the classes that the other 20 % name. Summed up, that
/// is a confusion matrix as it is to be expected, and every figure that a confusion matrix has can
/// be estimated from it: accuracy is the mean confidence, F1 follows from the cells.
///
/// Białek, Kuberski, Perrakis and Bifet, "Estimating Model Performance Under Covariate Shift
/// Without Labels" (2024), and the documentation of NannyML. It is as good as the calibration is:
/// an over-confident model overstates itself, and a change of what the words mean is not seen. Hold
/// it against the truth where there is some.
///
/// Probabilities are integers, so merging is exact and does not depend on order.
public struct ConfidenceBasedEstimate: Sendable, Hashable {
    /// One whole, in basis points.
    public static let whole = 10_000

    /// How many texts were judged.
    public private(set) var count = 0
    /// The expected confusion matrix in basis points of a case: by class that may be true (rows)
    /// and class that was read (columns).
    public private(set) var expected: ConfusionMatrix

    /// Nothing judged.
    ///
    /// - Precondition: `classCount` ≥ 1.
    public init(classCount: Int) {
        expected = ConfusionMatrix(classCount: classCount)
    }

    /// Adds a judgement.
    ///
    /// - Parameters:
    ///   - predicted: the class that was read.
    ///   - basisPoints: the probability of each class.
    /// - Precondition: there is one probability for each class, none is negative, they sum to
    ///   ``whole``, and `predicted` is one of the classes.
    public mutating func add(predicted: Int, basisPoints: [Int]) {
        precondition(
            basisPoints.count == expected.classCount && basisPoints.reduce(0, +) == Self.whole,
            "the probabilities of all classes sum to one")
        count += 1
        for (actual, points) in basisPoints.enumerated() {
            expected.add(actual: actual, predicted: predicted, count: points)
        }
    }

    /// The share that is right, as it is to be expected: the mean confidence. `nil` without cases.
    public var accuracy: Double? { expected.accuracy }

    /// Macro-F1 of the expected confusion matrix; `nil` without cases.
    ///
    /// The ratio of expectations stands for the expectation of the ratio: exact in the limit of many
    /// cases.
    public var macroF1: Double? { expected.macroF1 }

    /// The Wilson interval of ``accuracy``: what as many labels would show, were the probabilities
    /// true.
    public func accuracyInterval(confidence: Double = 0.95) -> Interval? {
        guard let accuracy else { return nil }
        return Proportion.interval(share: accuracy, of: count, confidence: confidence)
    }

    /// The bootstrap interval of a figure of the expected confusion matrix, with as many cases in
    /// each draw as were judged: what as many labels would show, were the probabilities true. Draws
    /// of a few cases lack whole classes and lie to one side; the figure itself is always within.
    public func bootstrapInterval(
        of figure: (ConfusionMatrix) -> Double?, confidence: Double = 0.95,
        draws: Int = NPSCounts.bootstrapDrawsMin, seed: UInt64
    ) -> Interval? {
        let interval = expected.bootstrapInterval(
            of: figure, count: count, confidence: confidence, draws: draws, seed: seed)
        guard let interval, let value = figure(expected) else { return interval }
        return Interval(low: min(interval.low, value), high: max(interval.high, value))
    }
}
