/// How scores from 0 to 10 are spread, as exact counts.
///
/// Scores are kept in hundredths, so that a rescaled or fractional one is what it was; merging is
/// exact and does not depend on order.
public struct ScoreDistribution: Sendable, Hashable {
    /// The highest score, in hundredths.
    public static let hundredthsMax: UInt16 = 1_000

    /// Counts of the whole scores, 0…10.
    private var whole = [Int](repeating: 0, count: 11)
    /// Counts of the others, by hundredths; there are few, or none.
    private var fractions: [UInt16: Int] = [:]
    /// Sum of the scores, in hundredths.
    private var sum = 0
    /// Sum of their squares.
    private var sumOfSquares = 0
    /// n, the number of scores.
    public private(set) var count = 0

    /// No scores.
    public init() {}

    /// Adds a score.
    ///
    /// - Precondition: `hundredths` is at most 1,000.
    public mutating func add(hundredths: UInt16, count added: Int = 1) {
        precondition(hundredths <= Self.hundredthsMax, "a score lies between 0 and 10")
        let (quotient, rest) = Int(hundredths).quotientAndRemainder(dividingBy: 100)
        if rest == 0 {
            whole[quotient] += added
        } else {
            fractions[hundredths, default: 0] += added
        }
        count += added
        sum += Int(hundredths) * added
        sumOfSquares += Int(hundredths) * Int(hundredths) * added
    }

    /// Adds another distribution.
    public mutating func merge(_ other: ScoreDistribution) {
        for (hundredths, count) in other.values { add(hundredths: hundredths, count: count) }
    }

    /// The scores that occur in hundredths with their counts, ascending.
    public var values: [(hundredths: UInt16, count: Int)] {
        let entire = whole.enumerated().filter { $1 > 0 }.map { (UInt16($0 * 100), $1) }
        return (entire + fractions.map { ($0, $1) }).sorted { $0.0 < $1.0 }
    }

    /// Counts of eleven bins: bin k holds the scores from k to below k + 1, the last those of 10.
    ///
    /// So a score is in the bin whose class it has, wherever classes begin at whole scores.
    public var bins: [Int] {
        var bins = whole
        for (hundredths, count) in fractions { bins[Int(hundredths) / 100] += count }
        return bins
    }

    /// Scores that are not whole.
    public var fractional: Int { fractions.values.reduce(0, +) }

    /// The mean, 0…10; nil without scores.
    public var mean: Double? { count > 0 ? Double(sum) / Double(count) / 100 : nil }

    /// The median, 0…10: of an even number the mean of the middle two; nil without scores.
    public var median: Double? {
        guard count > 0 else { return nil }
        let middle = [(count - 1) / 2, count / 2].map { Int(hundredths(ofRank: $0)) }
        return Double(middle[0] + middle[1]) / 200
    }

    /// The standard deviation of the sample, with divisor n − 1; nil below two scores.
    public var standardDeviation: Double? {
        guard count > 1 else { return nil }
        // n·Σx² − (Σx)² as an integer of 128 bits, so that nothing cancels.
        let (squares, square) = (
            count.multipliedFullWidth(by: sumOfSquares), sum.multipliedFullWidth(by: sum)
        )
        let (low, borrow) = squares.low.subtractingReportingOverflow(square.low)
        let spread = Double(squares.high - square.high - (borrow ? 1 : 0)) * 0x1p64 + Double(low)
        return (spread / Double(count) / Double(count - 1)).squareRoot() / 100
    }

    /// The score of a rank, 0 for the lowest.
    private func hundredths(ofRank rank: Int) -> UInt16 {
        var before = 0
        for (hundredths, count) in values {
            before += count
            if rank < before { return hundredths }
        }
        return Self.hundredthsMax
    }
}
