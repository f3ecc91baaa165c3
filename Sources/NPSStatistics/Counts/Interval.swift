/// A closed range of scores, as a share: a score of +30 points is 0.3.
public struct Interval: Sendable, Hashable {
    /// The lower end.
    public var low: Double
    /// The upper end; not below `low` in anything this module returns.
    public var high: Double

    /// An interval from `low` to `high`.
    public init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    /// `high` − `low`.
    public var width: Double { high - low }

    /// Whether `value` lies inside, ends included.
    public func contains(_ value: Double) -> Bool {
        low <= value && value <= high
    }

    /// The part of this interval inside `bounds`.
    ///
    /// An interval wholly outside collapses to the nearest bound.
    public func clipped(to bounds: Interval) -> Interval {
        Interval(
            low: min(max(low, bounds.low), bounds.high),
            high: max(min(high, bounds.high), bounds.low))
    }

    /// The shortest interval that holds this one and `value`.
    ///
    /// Whoever reads an interval beside an estimate expects the one around the other. Adding to an
    /// interval never lowers the share of such intervals that hold.
    func stretched(to value: Double) -> Interval {
        Interval(low: min(low, value), high: max(high, value))
    }

    /// Every possible Net Promoter Score: −1 to 1.
    public static let everyScore = Interval(low: -1, high: 1)

    /// Every possible difference of two scores: −2 to 2.
    public static let everyDifference = Interval(low: -2, high: 2)

    /// `center` ± `halfWidth`.
    static func around(_ center: Double, halfWidth: Double) -> Interval {
        Interval(low: center - halfWidth, high: center + halfWidth)
    }
}
