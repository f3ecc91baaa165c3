/// A mean of measured values with its error, such as a Brier score or a log loss.
public struct SampleMean: Sendable, Hashable {
    /// How many values.
    public private(set) var count = 0
    private var mean = 0.0
    /// Σ (value − mean)².
    private var squares = 0.0

    /// No values.
    public init() {}

    /// Adds a value, by Welford's recurrence: nothing cancels, however large the values are.
    ///
    /// - Precondition: it is finite.
    public mutating func add(_ value: Double) {
        precondition(value.isFinite, "a mean of what is no number is none")
        count += 1
        let before = value - mean
        mean += before / Double(count)
        squares += before * (value - mean)
    }

    /// The mean; `nil` without values.
    public var value: Double? { count > 0 ? mean : nil }

    /// √(variance / n), with divisor n; `nil` without values.
    public var standardError: Double? {
        guard count > 0 else { return nil }
        return (squares / Double(count) / Double(count)).squareRoot()
    }

    /// ``value`` ± z·SE: good for means of many values.
    ///
    /// - Returns: `nil` with fewer than two values, or for a confidence out of range.
    public func interval(confidence: Double = 0.95) -> Interval? {
        guard count > 1, let standardError,
            let z = StandardNormal.criticalValue(confidence: confidence)
        else { return nil }
        return Interval.around(mean, halfWidth: z * standardError)
    }
}
