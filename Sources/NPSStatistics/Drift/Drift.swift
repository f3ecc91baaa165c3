import RealModule

/// How far one distribution has moved from another: binned counts, bin by bin in the same order.
///
/// Every measure is symmetric in meaning but not in role: `reference` is what was normal, for
/// instance the training period. Arrays of different length, negative counts and empty totals
/// give `nil`.
public enum Drift {
    /// Added to each bin for the population stability index, so that an empty bin is not infinite.
    public static let pseudoCount = 0.5

    /// The population stability index, Σ (c − r)·ln(c/r) over bin shares.
    ///
    /// `pseudoCount` is added to every bin of both. Common rules of thumb call 0.1 notable and
    /// 0.25 large, but with few responses chance alone exceeds them: compare with
    /// ``populationStabilityPValue(reference:current:pseudoCount:)``.
    public static func populationStabilityIndex(
        reference: [Int], current: [Int], pseudoCount: Double = pseudoCount
    ) -> Double? {
        guard
            let r = shares(reference, pseudoCount: pseudoCount),
            let c = shares(current, pseudoCount: pseudoCount), r.count == c.count
        else { return nil }
        var index = 0.0
        for (old, new) in zip(r, c) {
            if old == new { continue }
            index += (new - old) * (Double.log(new) - Double.log(old))
        }
        return index
    }

    /// The chance of an index at least this large if nothing had moved.
    ///
    /// Without drift, index·n·m/(n + m) is about χ² with (bins − 1) degrees of freedom (Yurdakul
    /// 2018). `nil` also with fewer than two bins that hold anything.
    public static func populationStabilityPValue(
        reference: [Int], current: [Int], pseudoCount: Double = pseudoCount
    ) -> Double? {
        guard
            let index = populationStabilityIndex(
                reference: reference, current: current, pseudoCount: pseudoCount),
            let n = total(reference), let m = total(current)
        else { return nil }
        let used = zip(reference, current).reduce(0) { $0 + ($1.0 > 0 || $1.1 > 0 ? 1 : 0) }
        guard used >= 2 else { return nil }
        return ChiSquare.survival(index * n * m / (n + m), degreesOfFreedom: used - 1)
    }

    /// The Jensen–Shannon divergence in bits: 0 for equal shares, 1 for no bin in common.
    ///
    /// Lin (1991). Needs no pseudo-counts: each share is compared with the mean of the two.
    public static func jensenShannonDivergence(reference: [Int], current: [Int]) -> Double? {
        guard
            let r = shares(reference, pseudoCount: 0), let c = shares(current, pseudoCount: 0),
            r.count == c.count
        else { return nil }
        var nats = 0.0
        for (old, new) in zip(r, c) {
            let middle = (old + new) / 2
            if old > 0 { nats += old * Double.log(old / middle) }
            if new > 0 { nats += new * Double.log(new / middle) }
        }
        return min(max(nats / (2 * Double.log(2)), 0), 1)
    }

    /// The two-sample Kolmogorov–Smirnov test over ordered bins, such as scores 0 to 10.
    ///
    /// Ties within bins make the p conservative: it is at least the true one.
    public static func kolmogorovSmirnov(
        reference: [Int], current: [Int]
    ) -> KolmogorovSmirnov? {
        guard
            let r = shares(reference, pseudoCount: 0), let c = shares(current, pseudoCount: 0),
            r.count == c.count, let n = total(reference), let m = total(current)
        else { return nil }
        var gap = 0.0
        var statistic = 0.0
        for (old, new) in zip(r, c) {
            gap += new - old
            statistic = max(statistic, gap.magnitude)
        }
        return KolmogorovSmirnov(statistic: min(statistic, 1), firstCount: n, secondCount: m)
    }

    /// The two-sample Kolmogorov–Smirnov test over plain values, such as model confidences.
    ///
    /// - Returns: `nil` if either is empty or holds a value that is not a number.
    public static func kolmogorovSmirnov(
        reference: [Double], current: [Double]
    ) -> KolmogorovSmirnov? {
        guard !reference.isEmpty, !current.isEmpty,
            !reference.contains(where: \.isNaN), !current.contains(where: \.isNaN)
        else { return nil }
        let old = reference.sorted()
        let new = current.sorted()
        var i = 0
        var j = 0
        var statistic = 0.0
        while i < old.count, j < new.count {
            let value = min(old[i], new[j])
            while i < old.count, old[i] == value { i += 1 }
            while j < new.count, new[j] == value { j += 1 }
            let gap = Double(i) / Double(old.count) - Double(j) / Double(new.count)
            statistic = max(statistic, gap.magnitude)
        }
        return KolmogorovSmirnov(
            statistic: statistic, firstCount: Double(old.count), secondCount: Double(new.count))
    }

    private static func total(_ counts: [Int]) -> Double? {
        guard counts.allSatisfy({ $0 >= 0 }) else { return nil }
        let sum = counts.reduce(0.0) { $0 + Double($1) }
        return sum > 0 ? sum : nil
    }

    private static func shares(_ counts: [Int], pseudoCount: Double) -> [Double]? {
        guard let sum = total(counts), pseudoCount >= 0, pseudoCount.isFinite else { return nil }
        let size = sum + pseudoCount * Double(counts.count)
        return counts.map { (Double($0) + pseudoCount) / size }
    }
}
