/// Two readings of the same labelled cases: how many of each label were taken for which classes by the
/// first and by the second.
///
/// Which of two is better is asked of the same cases, so their figures are not independent: what makes
/// a case hard makes it hard for both. Differences are taken case by case.
public struct PairedReadings: Sendable, Hashable {
    /// How many classes there are; they are numbered from 0.
    public let classCount: Int
    /// By label, first reading, second reading.
    private var cells: [Int]

    /// No cases.
    ///
    /// - Precondition: `classCount` ≥ 1.
    public init(classCount: Int) {
        precondition(classCount >= 1, "readings need at least one class")
        self.classCount = classCount
        cells = [Int](repeating: 0, count: classCount * classCount * classCount)
    }

    /// Adds `count` cases.
    ///
    /// - Precondition: all are classes of these readings and `count` ≥ 0.
    public mutating func add(label: Int, first: Int, second: Int, count: Int = 1) {
        let classes = 0..<classCount
        precondition(
            classes.contains(label) && classes.contains(first) && classes.contains(second)
                && count >= 0, "a class outside the readings, or a negative count")
        cells[(label * classCount + first) * classCount + second] += count
    }

    /// All cases.
    public var total: Int { cells.reduce(0, +) }

    /// The first reading against the labels.
    public var first: ConfusionMatrix { matrix { first, _ in first } }

    /// The second reading against the labels.
    public var second: ConfusionMatrix { matrix { _, second in second } }

    private func matrix(_ read: (Int, Int) -> Int) -> ConfusionMatrix {
        var matrix = ConfusionMatrix(classCount: classCount)
        forEachCell { label, first, second, count in
            matrix.add(actual: label, predicted: read(first, second), count: count)
        }
        return matrix
    }

    private func forEachCell(_ body: (Int, Int, Int, Int) -> Void) {
        for (cell, count) in cells.enumerated() where count > 0 {
            let (rest, second) = cell.quotientAndRemainder(dividingBy: classCount)
            body(rest / classCount, rest % classCount, second, count)
        }
    }

    /// Cases that one of the two alone got right.
    public var onlyRight: (first: Int, second: Int) {
        var only = (first: 0, second: 0)
        forEachCell { label, first, second, count in
            if first == label, second != label { only.first += count }
            if second == label, first != label { only.second += count }
        }
        return only
    }

    /// The second's accuracy less the first's, with the paired error.
    ///
    /// The interval is adjusted as Bonett and Price, Journal of Educational and Behavioral Statistics 37
    /// (2012), do it: one case is added to either that one alone got right, and two to all; so it has
    /// a width where the two never differ. The estimate stays plain.
    /// - Returns: `nil` without cases.
    public var accuracyChange: Difference? {
        guard total > 0 else { return nil }
        let (first, second) = onlyRight
        let size = Double(total + 2)
        let center = Double(second - first) / size
        let variance = Double(first + second + 2) / size - center * center
        return Difference(
            estimate: Double(second - first) / Double(total), center: center,
            standardError: (max(variance, 0) / size).squareRoot())
    }

    /// The exact two-sided p of “each of the two is as often right alone as the other”: McNemar's test
    /// by the binomial distribution. 1 where neither ever is.
    public var accuracyPValue: Double {
        let (first, second) = onlyRight
        let chances = FairBinomial.probabilities(flips: first + second)
        return min(1, 2 * chances[...min(first, second)].reduce(0, +))
    }

    /// The second's figure less the first's; `nil` where one of them has none.
    public func change(of figure: (ConfusionMatrix) -> Double?) -> Double? {
        guard let one = figure(first), let other = figure(second) else { return nil }
        return other - one
    }

    /// The percentile bootstrap interval of the change of a figure: cases are drawn with both readings,
    /// so that what they have in common cancels in each draw.
    ///
    /// As ``ConfusionMatrix/bootstrapInterval(of:confidence:draws:seed:)``; the same seed gives the
    /// same interval on every platform. Draws in which a side has no figure are left out.
    /// - Returns: `nil` where there is no change, in most of the draws either, or for a confidence
    ///   outside (0, 1).
    public func bootstrapInterval(
        of figure: (ConfusionMatrix) -> Double?, confidence: Double = 0.95,
        draws: Int = NPSCounts.bootstrapDrawsMin, seed: UInt64
    ) -> Interval? {
        guard confidence > 0, confidence < 1, change(of: figure) != nil else { return nil }
        let drawCount = max(draws, NPSCounts.bootstrapDrawsMin)
        var generator = SeededGenerator(seed: seed)
        var values: [Double] = []
        values.reserveCapacity(drawCount)
        for _ in 0..<drawCount {
            if let value = drawn(using: &generator).change(of: figure) { values.append(value) }
        }
        guard values.count > drawCount / 2 else { return nil }
        values.sort()
        let rank = max(Int(Double(values.count + 1) * (1 - confidence) / 2), 1)
        return Interval(low: values[rank - 1], high: values[values.count - rank])
    }

    /// As many cases, each falling into a cell with the chance that is the cell's share of all.
    private func drawn(using generator: inout SeededGenerator) -> PairedReadings {
        var result = PairedReadings(classCount: classCount)
        var (left, weight) = (total, total)
        for (cell, count) in cells.enumerated() where count > 0 {
            guard left > 0, weight > 0 else { return result }
            let drawn = generator.binomial(trials: left, numerator: count, denominator: weight)
            result.cells[cell] = drawn
            left -= drawn
            weight -= count
        }
        return result
    }
}
