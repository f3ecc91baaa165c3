/// The Page–Hinkley test over any numeric series; it learns the mean as it goes.
///
/// Page (1954), Hinkley (1971). Adds up how far each value lies beyond the running mean plus
/// ``tolerance``, and signals when the sum is ``threshold`` above its lowest point (or below its
/// highest). After a signal the mean is learned anew. It states no run length; where one is
/// needed use ``CusumChart``.
public struct PageHinkley: Sendable, Hashable {
    /// Deviations up to this are noise; in the series' own unit.
    public let tolerance: Double
    /// Where it signals; in the series' own unit.
    public let threshold: Double

    /// A test.
    ///
    /// - Returns: `nil` unless `tolerance` ≥ 0 and `threshold` > 0, both finite.
    public init?(tolerance: Double, threshold: Double) {
        guard tolerance >= 0, threshold > 0, tolerance.isFinite, threshold.isFinite else {
            return nil
        }
        self.tolerance = tolerance
        self.threshold = threshold
    }

    /// All signals along a series; values that are not finite are passed over.
    public func signals(in series: [Double]) -> [ChangeSignal] {
        var signals: [ChangeSignal] = []
        var rise = CumulativeSum()
        var fall = CumulativeSum()
        var mean = 0.0
        var count = 0.0
        for (index, value) in series.enumerated() where value.isFinite {
            count += 1
            mean += (value - mean) / count
            // Sum minus its running minimum is the sum that restarts at zero: the same chart.
            rise.add(value - mean - tolerance, at: index)
            fall.add(mean - value - tolerance, at: index)
            let signal =
                rise.signal(above: threshold, at: index, direction: .rise)
                ?? fall.signal(above: threshold, at: index, direction: .fall)
            guard let signal else { continue }
            signals.append(signal)
            rise.reset()
            fall.reset()
            mean = 0
            count = 0
        }
        return signals
    }
}
