/// Whether stated confidence is borne out: equal-width bins and the calibration errors from them.
///
/// The number of bins is part of the figure: more bins give a larger error from the same
/// forecasts, so it is always given with ``bins``' count.
public struct Reliability: Sendable, Hashable {
    /// The bins, from low to high confidence, empty ones included.
    public let bins: [ReliabilityBin]

    /// The reliability of yes/no forecasts: probability of yes against how often it was yes.
    ///
    /// - Returns: `nil` for arrays of different length, no cases, a probability outside [0, 1],
    ///   or fewer than one bin.
    public init?(probabilities: [Double], outcomes: [Bool], binCount: Int = 10) {
        guard binCount >= 1,
            ProbabilityLoss.isValid(probabilities, cases: outcomes.count)
        else { return nil }
        var counts = [Int](repeating: 0, count: binCount)
        var hits = counts
        var sums = [Double](repeating: 0, count: binCount)
        for (p, outcome) in zip(probabilities, outcomes) {
            let bin = min(Int(p * Double(binCount)), binCount - 1)
            counts[bin] += 1
            sums[bin] += p
            if outcome { hits[bin] += 1 }
        }
        bins = (0..<binCount).map { bin in
            ReliabilityBin(
                range: Interval(
                    low: Double(bin) / Double(binCount), high: Double(bin + 1) / Double(binCount)),
                count: counts[bin], confidenceSum: sums[bin], hits: hits[bin])
        }
    }

    /// The reliability of the most likely class: its probability against how often it was right.
    ///
    /// Of equally likely classes the first counts as chosen.
    /// - Returns: `nil` as above, or for a class out of range.
    public init?(classProbabilities: [[Double]], classes: [Int], binCount: Int = 10) {
        guard ProbabilityLoss.isValid(classProbabilities, classes: classes) else { return nil }
        var confidences: [Double] = []
        var right: [Bool] = []
        for (row, truth) in zip(classProbabilities, classes) {
            guard let best = row.max(), let choice = row.firstIndex(of: best) else { return nil }
            confidences.append(best)
            right.append(choice == truth)
        }
        self.init(probabilities: confidences, outcomes: right, binCount: binCount)
    }

    /// Σ (n_b/n)·|confidence − rate|, the expected calibration error (Naeini 2015).
    public var expectedCalibrationError: Double {
        let total = bins.reduce(0) { $0 + $1.count }
        return bins.reduce(0) { $0 + Double($1.count) / Double(total) * $1.gap }
    }

    /// The largest gap of any bin that holds something.
    public var maximumCalibrationError: Double {
        bins.reduce(0) { max($0, $1.gap) }
    }
}
