import Foundation
import LedgerCore
import NPSStatistics

/// How what a model reads stands against what respondents stated: counts alone, so that memory does
/// not grow with the ledger.
public struct ClassifierQuality: Hashable, Sendable {
    /// Bins of the calibration error, as many as training measures with.
    public static let calibrationBins = 15
    /// The smallest probability that the log loss believes: outputs are whole basis points, so 0
    /// means less than half of one. A miss that was called certain costs 9.9 nats.
    public static let probabilityMin = 0.000_05

    /// By stated class (rows) and likeliest class (columns).
    public private(set) var confusion = ConfusionMatrix(classCount: NPSClass.allCases.count)
    /// The Brier score: Σ over classes of (probability − what came true)², 0 to 2 (Brier 1950).
    public private(set) var brier = SampleMean()
    /// The log loss: −ln of the stated class's probability, in nats.
    public private(set) var logLoss = SampleMean()
    /// Classifications by confidence in basis points, and how many of those were right.
    private var cases = [Int](repeating: 0, count: 10_001)
    private var hits = [Int](repeating: 0, count: 10_001)

    /// Nothing classified.
    public init() {}

    /// Counts one classification: the stated class, and the model's probabilities in basis points.
    ///
    /// The likeliest class is the model's, however unsure it is: a confidence that thresholds ask
    /// for would leave out what it is worst at.
    ///
    /// Probabilities beyond one are those of a damaged state, and count as a certain classification.
    public mutating func add(stated: NPSClass, detractor: UInt16, promoter: UInt16) {
        let shares = Self.shares(detractor: detractor, promoter: promoter)
        let read = Self.likeliest(detractor: detractor, promoter: promoter)
        confusion.add(actual: Int(stated.rawValue), predicted: Int(read.rawValue))
        let confidence = min(10_000, shares.max() ?? 0)
        cases[confidence] += 1
        hits[confidence] += read == stated ? 1 : 0
        let loss = Self.loss(stated: stated, detractor: detractor, promoter: promoter)
        brier.add(loss.brier)
        logLoss.add(loss.log)
    }

    /// What one classification costs: by the Brier score, and by the log loss in nats.
    public static func loss(
        stated: NPSClass, detractor: UInt16, promoter: UInt16
    ) -> (brier: Double, log: Double) {
        let shares = shares(detractor: detractor, promoter: promoter)
        var miss = 0
        for (index, share) in shares.enumerated() {
            let truth = index == Int(stated.rawValue) ? 10_000 : 0
            miss += (min(share, 10_000) - truth) * (min(share, 10_000) - truth)
        }
        let chance = Double(min(shares[Int(stated.rawValue)], 10_000)) / 10_000
        return (Double(miss) / 1e8, -log(max(chance, probabilityMin)))
    }

    /// Probabilities of detractor, passive and promoter in basis points.
    public static func shares(detractor: UInt16, promoter: UInt16) -> [Int] {
        let (low, high) = (Int(detractor), Int(promoter))
        return [low, max(0, 10_000 - low - high), high]
    }

    /// The likeliest class, ties to the lower one.
    public static func likeliest(detractor: UInt16, promoter: UInt16) -> NPSClass {
        // The standard thresholds ask for no confidence, so there always is one.
        Thresholds.standard.classify(detractor: detractor, promoter: promoter) ?? .passive
    }

    /// Classifications counted.
    public var count: Int { confusion.total }

    /// Share of the classifications that are right; nil without any.
    public var accuracy: Double? { confusion.accuracy }

    /// Mean F1 over the classes that were stated or read; nil without classifications.
    public var macroF1: Double? { confusion.macroF1 }

    /// How often the likeliest class was right, by its probability; nil without classifications.
    public var reliability: Reliability? {
        Reliability(
            counts: cases.indices.map { (Double($0) / 10_000, cases[$0], hits[$0]) },
            binCount: Self.calibrationBins)
    }

    /// Expected calibration error of the likeliest class; nil without classifications.
    public var calibrationError: Double? { reliability?.expectedCalibrationError }
}

/// Numbers as they are spelled in JSON, read without going through floating point.
enum DecimalText {
    /// Most digits that any Int64 of them can hold.
    private static let digitsMax = 18
    /// Beyond the digits of the largest file.
    private static let exponentMax = 10_000_000

    /// `text` times ten to the power of `decimals`; nil where that is no whole number. What is too
    /// large for an integer comes out as the largest. `text` follows the grammar of JSON.
    static func scaled(_ text: String, decimals: Int) -> Int64? {
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(
            omittingEmptySubsequences: false
        ) { $0 == "e" || $0 == "E" }
        let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = halves.count == 2 ? halves[1] : ""
        var digits = (halves[0] + fraction).drop { $0 == "0" }
        guard !digits.isEmpty else { return 0 }
        let written = parts.count == 2 ? parts[1] : "0"
        // An exponent beyond any file's digits: the number is nearly nothing, or beyond everything.
        let exponent = Int(written) ?? (written.hasPrefix("-") ? -exponentMax : exponentMax)
        var shift = decimals - fraction.count + min(max(exponent, -exponentMax), exponentMax)
        while shift < 0, digits.last == "0" {
            digits.removeLast()
            shift += 1
        }
        guard shift >= 0 else { return nil }
        let isHuge = digits.count + shift > digitsMax
        let magnitude =
            isHuge ? nil : Int64(String(digits) + String(repeating: "0", count: shift))
        return (magnitude ?? .max) * (isNegative ? -1 : 1)
    }
}
