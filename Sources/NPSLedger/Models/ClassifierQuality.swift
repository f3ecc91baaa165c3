import LedgerCore
import NPSStatistics

/// How what a model reads stands against what respondents stated: counts alone, so that memory does
/// not grow with the ledger.
public struct ClassifierQuality: Hashable, Sendable {
    /// Bins of the calibration error, as many as training measures with.
    public static let calibrationBins = 15

    private var confusion = ConfusionMatrix(classCount: NPSClass.allCases.count)
    /// Judgements by confidence in basis points, and how many of those were right.
    private var cases = [Int](repeating: 0, count: 10_001)
    private var hits = [Int](repeating: 0, count: 10_001)

    /// Nothing judged.
    public init() {}

    /// Counts one judgement: the stated class, and the model's probabilities in basis points.
    ///
    /// The likeliest class is the model's, however unsure it is: a confidence that thresholds ask
    /// for would leave out what it is worst at.
    ///
    /// Probabilities beyond one are those of a damaged state, and count as a certain judgement.
    public mutating func add(stated: NPSClass, detractor: UInt16, promoter: UInt16) {
        let confidence = min(
            10_000,
            max(Int(detractor), Int(promoter), 10_000 - Int(detractor) - Int(promoter)))
        let read = Self.likeliest(detractor: detractor, promoter: promoter)
        confusion.add(actual: Int(stated.rawValue), predicted: Int(read.rawValue))
        cases[confidence] += 1
        hits[confidence] += read == stated ? 1 : 0
    }

    /// The likeliest class, ties to the lower one.
    public static func likeliest(detractor: UInt16, promoter: UInt16) -> NPSClass {
        // The standard thresholds ask for no confidence, so there always is one.
        Thresholds.standard.classify(detractor: detractor, promoter: promoter) ?? .passive
    }

    /// Judgements counted.
    public var count: Int { confusion.total }

    /// Share of the judgements that are right; nil without any.
    public var accuracy: Double? { confusion.accuracy }

    /// Mean F1 over the classes that were stated or read; nil without judgements.
    public var macroF1: Double? { confusion.macroF1 }

    /// Expected calibration error of the likeliest class; nil without judgements.
    public var calibrationError: Double? {
        Reliability(
            counts: cases.indices.map { (Double($0) / 10_000, cases[$0], hits[$0]) },
            binCount: Self.calibrationBins
        )?.expectedCalibrationError
    }
}
