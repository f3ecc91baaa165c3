/// The calibration error that chance alone would show, were every stated probability true.
///
/// An expected calibration error is never zero, even for perfect probabilities: a bin of a hundred
/// forecasts of 80 % seldom comes true exactly eighty times. Only what goes beyond is the model's.
public struct CalibrationByChance: Sendable, Hashable {
    /// The mean error of a perfectly calibrated model on as many cases of the same confidence.
    public let mean: Double
    /// The error that one in twenty such models would exceed.
    public let high: Double
}

extension Reliability {
    /// Draws outcomes by the stated confidence and measures their error, again and again:
    /// consistency resampling (Bröcker and Smith, "Increasing the Reliability of Reliability
    /// Diagrams", Weather and Forecasting 22, 2007).
    ///
    /// The same seed gives the same figures on every platform.
    /// - Parameter draws: at least ``NPSCounts/bootstrapDrawsMin``; fewer are raised to it.
    public func errorByChance(
        draws: Int = NPSCounts.bootstrapDrawsMin, seed: UInt64
    ) -> CalibrationByChance {
        let drawCount = max(draws, NPSCounts.bootstrapDrawsMin)
        let total = Double(bins.reduce(0) { $0 + $1.count })
        var generator = SeededGenerator(seed: seed)
        var errors: [Double] = []
        errors.reserveCapacity(drawCount)
        for _ in 0..<drawCount {
            var error = 0.0
            for bin in bins {
                guard let confidence = bin.meanConfidence else { continue }
                // Chances are fractions of whole numbers here; a millionth is far below what any
                // count of forecasts could show.
                let numerator = Int((confidence * 1e6).rounded())
                let hits = generator.binomial(
                    trials: bin.count, numerator: min(max(numerator, 0), 1_000_000),
                    denominator: 1_000_000)
                error += (Double(bin.count) * confidence - Double(hits)).magnitude / total
            }
            errors.append(error)
        }
        errors.sort()
        return CalibrationByChance(
            mean: errors.reduce(0, +) / Double(drawCount), high: errors[drawCount * 19 / 20])
    }

    /// The stated confidence less how often it came true, over all forecasts: positive where the
    /// model is too sure of itself.
    public var overconfidence: Double {
        let total = bins.reduce(0) { $0 + $1.count }
        let excess = bins.reduce(0.0) { sum, bin in
            sum + ((bin.meanConfidence ?? 0) - (bin.observedRate ?? 0)) * Double(bin.count)
        }
        return total > 0 ? excess / Double(total) : 0
    }
}

extension ReliabilityBin {
    /// The score interval of the observed rate; `nil` for an empty bin.
    public func interval(confidence: Double = 0.95) -> Interval? {
        observedRate.flatMap { Proportion.interval(share: $0, of: count, confidence: confidence) }
    }
}
