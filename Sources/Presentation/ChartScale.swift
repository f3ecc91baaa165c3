/// Maps values to places along an axis, and says where to write numbers on it.
public struct ChartScale: Sendable, Hashable {
    /// The values at the two ends.
    public let domain: ClosedRange<Double>
    /// The places of the two ends.
    public let range: ClosedRange<Double>

    /// A scale whose domain holds `values`, with a twentieth to spare on either side.
    ///
    /// - Parameters:
    ///   - values: those to be shown; what is not finite is left out.
    ///   - leastSpan: how much the domain spans at least, so that rounding errors do not fill a
    ///     chart; positive.
    ///   - range: the places of the two ends.
    public init(holding values: [Double], leastSpan: Double, range: ClosedRange<Double>) {
        precondition(leastSpan > 0, "a scale needs a span")
        let finite = values.filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
        let missing = max(leastSpan - (high - low), 0) / 2
        let margin = (high - low) / 20
        domain = (low - missing - margin)...(high + missing + margin)
        self.range = range
    }

    /// Where a value stands; values beyond the domain stand at its end.
    public func place(_ value: Double) -> Double {
        let share = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
        return range.lowerBound
            + min(max(share, 0), 1) * (range.upperBound - range.lowerBound)
    }

    /// Round values within the domain, at most `count` of them: multiples of 1, 2 or 5 times a
    /// power of ten.
    public func ticks(atMost count: Int) -> [Double] {
        let span = domain.upperBound - domain.lowerBound
        var power = 0.000_001
        while true {
            for factor in [1.0, 2.0, 5.0] {
                let step = power * factor
                guard span / step <= Double(max(count, 1)) else { continue }
                let first = Int((domain.lowerBound / step).rounded(.up))
                let last = Int((domain.upperBound / step).rounded(.down))
                return first <= last ? (first...last).map { Double($0) * step } : []
            }
            power *= 10
        }
    }
}
