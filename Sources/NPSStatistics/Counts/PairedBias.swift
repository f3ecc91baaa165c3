/// By how much the score a model reads is off, on responses whose stated class is known: integer
/// sums of (read − stated) contributions.
///
/// Each response contributes (chance of promoter − chance of detractor) as it is read and −1, 0 or
/// +1 as it is stated, in basis points. The two come from the same responses, so their difference
/// is taken response by response: what varies between respondents cancels, and the interval is that
/// of the bias alone.
public struct PairedBias: AdditiveArithmetic, Sendable, Hashable {
    /// How many responses.
    public var count: Int
    /// The sum of differences, in basis points.
    public var sum: Int64
    /// The sum of their squares, in squared basis points.
    public var sumOfSquares: Int64

    /// Sums kept elsewhere.
    public init(count: Int, sum: Int64, sumOfSquares: Int64) {
        self.count = count
        self.sum = sum
        self.sumOfSquares = sumOfSquares
    }

    /// No responses.
    public static let zero = PairedBias(count: 0, sum: 0, sumOfSquares: 0)

    /// Adds a response with both contributions.
    ///
    /// - Precondition: both are from −10000 to 10000.
    public mutating func add(readBasisPoints: Int, statedBasisPoints: Int) {
        let full = ExpectedScore.basisPointsMax.magnitude
        precondition(
            readBasisPoints.magnitude <= full && statedBasisPoints.magnitude <= full,
            "a contribution lies between -10000 and 10000 basis points")
        let difference = Int64(readBasisPoints - statedBasisPoints)
        count += 1
        sum += difference
        sumOfSquares += difference * difference
    }

    /// The mean of read less stated, with the error of paired responses; `nil` without responses.
    ///
    /// The centre and the error are adjusted like ``IntervalMethod/adjustedWald``: 0.75 responses
    /// off by one whole step either way and 1.5 that are right are added, so that a few responses
    /// that are all off by the same are not called certain. The estimate stays plain. With fewer
    /// than about 30 responses the interval is too narrow all the same.
    public var difference: Difference? {
        guard count > 0 else { return nil }
        let full = Double(ExpectedScore.basisPointsMax)
        let mean = Double(sum) / Double(count) / full
        let size = Double(count) + PseudoCounts.total
        let center = Double(sum) / full / size
        let squares = Double(sumOfSquares) / (full * full) + PseudoCounts.extremes
        let variance = max(squares / size - center * center, 0)
        return Difference(
            estimate: mean, center: center, standardError: (variance / size).squareRoot())
    }

    /// Sum by sum.
    public static func + (left: PairedBias, right: PairedBias) -> PairedBias {
        PairedBias(
            count: left.count + right.count, sum: left.sum + right.sum,
            sumOfSquares: left.sumOfSquares + right.sumOfSquares)
    }

    /// Sum by sum.
    public static func - (left: PairedBias, right: PairedBias) -> PairedBias {
        PairedBias(
            count: left.count - right.count, sum: left.sum - right.sum,
            sumOfSquares: left.sumOfSquares - right.sumOfSquares)
    }
}
