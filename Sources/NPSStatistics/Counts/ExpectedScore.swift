/// The score of responses whose class is known only in probability, as integer sums.
///
/// Each response contributes (chance of promoter − chance of detractor) in basis points, from
/// −10000 to 10000; a stated score contributes exactly −10000, 0 or 10000, so stated and inferred
/// responses add up in one value. Sums are integers: merging is exact and order does not matter.
/// 9·10¹⁰ responses fit.
public struct ExpectedScore: AdditiveArithmetic, Sendable, Hashable {
    /// The contribution of a certain promoter, in basis points.
    public static let basisPointsMax = 10_000

    /// n, the number of responses.
    public var count: Int
    /// The sum of contributions, in basis points.
    public var sum: Int64
    /// The sum of squared contributions, in squared basis points.
    public var sumOfSquares: Int64

    /// Sums kept elsewhere, for instance in a projection's state.
    public init(count: Int, sum: Int64, sumOfSquares: Int64) {
        self.count = count
        self.sum = sum
        self.sumOfSquares = sumOfSquares
    }

    /// Stated responses: each contributes its class in full.
    public init(_ counts: NPSCounts) {
        let full = Int64(Self.basisPointsMax)
        self.init(
            count: counts.total,
            sum: Int64(counts.promoters - counts.detractors) * full,
            sumOfSquares: Int64(counts.promoters + counts.detractors) * full * full)
    }

    /// No responses.
    public static let zero = ExpectedScore(count: 0, sum: 0, sumOfSquares: 0)

    /// Adds one response.
    ///
    /// - Precondition: `basisPoints` is from −10000 to 10000.
    public mutating func add(basisPoints: Int) {
        precondition(
            basisPoints.magnitude <= Self.basisPointsMax.magnitude,
            "a contribution lies between -10000 and 10000 basis points")
        count += 1
        sum += Int64(basisPoints)
        sumOfSquares += Int64(basisPoints * basisPoints)
    }

    /// Whether these sums can belong to `count` contributions at all.
    ///
    /// The square of the sum never exceeds count × sum of squares (Cauchy and Schwarz), and no
    /// contribution exceeds ``basisPointsMax``.
    public var isConsistent: Bool {
        guard count >= 0, sumOfSquares >= 0 else { return false }
        let full = UInt64(Self.basisPointsMax)
        let limit = UInt64(count).multipliedReportingOverflow(by: full * full)
        guard limit.overflow || UInt64(sumOfSquares) <= limit.partialValue else { return false }
        return spread != nil
    }

    /// The mean contribution as a share, −1 to 1: the expected score. `nil` without responses.
    public var mean: Double? {
        guard isConsistent, count > 0 else { return nil }
        return Double(sum) / Double(count) / Double(Self.basisPointsMax)
    }

    /// The variance of the contributions as shares, with divisor n; `nil` without responses.
    public var variance: Double? {
        guard isConsistent, count > 0, let spread else { return nil }
        let scale = Double(count) * Double(Self.basisPointsMax)
        return spread / (scale * scale)
    }

    /// √(variance / n), with divisor n; `nil` without responses.
    public var standardError: Double? {
        guard let variance else { return nil }
        return (variance / Double(count)).squareRoot()
    }

    /// Sum by sum.
    public static func + (left: ExpectedScore, right: ExpectedScore) -> ExpectedScore {
        ExpectedScore(
            count: left.count + right.count, sum: left.sum + right.sum,
            sumOfSquares: left.sumOfSquares + right.sumOfSquares)
    }

    /// Sum by sum.
    public static func - (left: ExpectedScore, right: ExpectedScore) -> ExpectedScore {
        ExpectedScore(
            count: left.count - right.count, sum: left.sum - right.sum,
            sumOfSquares: left.sumOfSquares - right.sumOfSquares)
    }

    /// count × sum of squares − sum², in 128 bits so that nothing cancels; `nil` if negative.
    private var spread: Double? {
        guard count >= 0, sumOfSquares >= 0 else { return nil }
        let squares = UInt64(count).multipliedFullWidth(by: UInt64(sumOfSquares))
        let square = sum.magnitude.multipliedFullWidth(by: sum.magnitude)
        let (low, borrow) = squares.low.subtractingReportingOverflow(square.low)
        let (partial, first) = squares.high.subtractingReportingOverflow(square.high)
        let (high, second) = partial.subtractingReportingOverflow(borrow ? 1 : 0)
        guard !first, !second else { return nil }
        return Double(high) * 0x1p64 + Double(low)
    }
}
