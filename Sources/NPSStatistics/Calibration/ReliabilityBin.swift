/// One bar of a reliability diagram: forecasts of about the same confidence, and what came of them.
public struct ReliabilityBin: Sendable, Hashable {
    /// The confidences that fall in: from `range.low`, up to but not including `range.high`; the
    /// last bin includes 1.
    public let range: Interval
    /// How many forecasts fell in.
    public let count: Int
    /// Their mean confidence; `nil` if there were none.
    public let meanConfidence: Double?
    /// The share of them that came true; `nil` if there were none.
    public let observedRate: Double?

    init(range: Interval, count: Int, confidenceSum: Double, hits: Int) {
        self.range = range
        self.count = count
        meanConfidence = count > 0 ? confidenceSum / Double(count) : nil
        observedRate = count > 0 ? Double(hits) / Double(count) : nil
    }

    /// |mean confidence − observed rate|; 0 for an empty bin.
    public var gap: Double {
        guard let meanConfidence, let observedRate else { return 0 }
        return (meanConfidence - observedRate).magnitude
    }
}
