extension Reliability {
    /// The reliability of yes/no forecasts that were counted by their probability: how many there
    /// were of each, and how many of those came true.
    ///
    /// The same figures as from the forecasts one by one, but for the rounding of their sum, without
    /// keeping them.
    /// - Returns: `nil` without a case, for a probability outside [0, 1], more hits than cases or
    ///   fewer than none, or fewer than one bin.
    public init?(
        counts: [(probability: Double, cases: Int, hits: Int)], binCount: Int = 10
    ) {
        guard binCount >= 1, counts.contains(where: { $0.cases > 0 }) else { return nil }
        var cases = [Int](repeating: 0, count: binCount)
        var hits = cases
        var sums = [Double](repeating: 0, count: binCount)
        for item in counts {
            guard (0...1).contains(item.probability), item.cases >= 0,
                (0...item.cases).contains(item.hits)
            else { return nil }
            let bin = min(Int(item.probability * Double(binCount)), binCount - 1)
            cases[bin] += item.cases
            hits[bin] += item.hits
            sums[bin] += item.probability * Double(item.cases)
        }
        bins = (0..<binCount).map { bin in
            ReliabilityBin(
                range: Interval(
                    low: Double(bin) / Double(binCount), high: Double(bin + 1) / Double(binCount)),
                count: cases[bin], confidenceSum: sums[bin], hits: hits[bin])
        }
    }
}
