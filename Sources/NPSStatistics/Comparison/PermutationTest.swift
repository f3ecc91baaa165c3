import RealModule

/// Whether two samples could be one, dealt out at random: a p that holds for few responses.
///
/// If A and B answer alike, which of all the responses fell to A is chance alone: given the pooled
/// counts, A's classes are multivariate hypergeometric. The two-sided p is the probability of a
/// split in which the scores differ by at least as much as they do, in either direction (Fisher's
/// permutation test of a difference of means). Differences are compared as integers, N·S_A − n_A·S
/// for sums S of ±1, so a split that differs by exactly as much counts, and no rounding decides.
///
/// Exact by enumeration where the smaller sample has up to ``exactResponsesMax`` responses or all
/// but so many of the pool are of one class, and by saddlepoint beyond (``SampledSum``). The normal curve's p is two to five times too small in
/// the far tail for 10 to 40 responses, which is where the best of a thousand segments lies.
///
/// It assumes one answer a person: for others see ``ClusterPairSums/difference(adjusted:)`` and
/// ``PersonPermutationTest``.
public enum PermutationTest {
    /// Up to this many responses in the smaller sample the p is exact.
    ///
    /// Measured: there the saddlepoint's p is within 0.01 % of the exact one for every p above
    /// 10⁻¹⁰ (within 16 % for five responses, 2 % for forty), in a two-hundredth of the time.
    public static let exactResponsesMax = 1000

    /// The two-sided p; 1 where everybody answers alike. `nil` if either sample is empty.
    public static func pValue(_ first: NPSCounts, _ second: NPSCounts) -> Double? {
        let pool = first + second
        guard
            first.isConsistent, second.isConsistent, first.total > 0, second.total > 0
        else { return nil }
        let smaller = first.total <= second.total ? first : second
        let split = Split(smaller, of: pool)
        if split.isCentral { return 1 }
        return isExact(first, second)
            ? min(split.exactTails(), 1) : split.approximateTails()
    }

    /// Whether ``pValue(_:_:)`` of these is by enumeration, not by saddlepoint.
    public static func isExact(_ first: NPSCounts, _ second: NPSCounts) -> Bool {
        let pool = first + second
        let commonest = max(pool.detractors, pool.passives, pool.promoters)
        return min(first.total, second.total, pool.total - commonest) <= exactResponsesMax
    }

    /// The same by enumeration however many there are; `nil` if either sample is empty.
    ///
    /// About 35 µs for 100 responses, 1.4 ms for 10,000, and half a second for a million.
    package static func exactPValue(_ first: NPSCounts, _ second: NPSCounts) -> Double? {
        guard first.score != nil, second.score != nil else { return nil }
        let split = Split(first.total <= second.total ? first : second, of: first + second)
        return split.isCentral ? 1 : min(split.exactTails(), 1)
    }

    /// The same by saddlepoint however few there are; `nil` if either sample is empty.
    package static func approximatePValue(_ first: NPSCounts, _ second: NPSCounts) -> Double? {
        guard first.score != nil, second.score != nil else { return nil }
        let split = Split(first.total <= second.total ? first : second, of: first + second)
        return split.isCentral ? 1 : split.approximateTails()
    }
}

/// One way to deal a pool out, and how far others would have to lie from what is expected.
private struct Split {
    /// Fewer detractors than promoters: the pool mirrored if need be, which changes no p.
    let pool: NPSCounts
    let drawn: Int
    /// The sums in the sample from which on, and down to which, a split differs as much.
    let upper: Int
    let lower: Int

    init(_ sample: NPSCounts, of pool: NPSCounts) {
        let isMirrored = pool.detractors > pool.promoters
        let sample = isMirrored ? sample.mirrored : sample
        self.pool = isMirrored ? pool.mirrored : pool
        drawn = sample.total
        // In 128 bits: products of two counts.
        let size = Int128(pool.total)
        let expected = Int128(drawn) * Int128(self.pool.promoters - self.pool.detractors)
        let distance = (size * Int128(sample.promoters - sample.detractors) - expected).magnitude
        let reach = Int128(distance)
        upper = Int(Self.floor(expected + reach + size - 1, size))
        lower = Int(Self.floor(expected - reach, size))
    }

    /// Every split differs at least as much.
    var isCentral: Bool { lower + 1 >= upper }

    private static func floor(_ value: Int128, _ divisor: Int128) -> Int128 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// A row or a cell that adds less than this share of what there is already is left out.
    private static let negligible = 0x1p-60

    /// The probability of a sum of `upper` or more, or `lower` or less.
    ///
    /// A row for each number of detractors in the sample, from the likeliest outwards; within it
    /// the two tails, each from its likeliest cell outwards. Rows and cells are unimodal, so the
    /// first that is negligible ends a walk.
    func exactTails() -> Double {
        let others = pool.total - pool.detractors
        let most = min(pool.detractors, drawn)
        let least = max(drawn - others, 0)
        let likeliest = min(max(drawn * pool.detractors / pool.total, least), most)
        let share = Double(drawn) / Double(pool.total)
        // A pool dealt out as a whole has no other split.
        guard share < 1 else { return 1 }
        let cells = CellChances(pool: pool, drawn: drawn, share: share)
        var total = 0.0
        for step in [1, -1] {
            var detractors = step > 0 ? likeliest : likeliest - 1
            while detractors >= least, detractors <= most {
                let row = cells.row(detractors: detractors)
                total += tails(row)
                if row.chance < total * Self.negligible { break }
                detractors += step
            }
        }
        return total
    }

    private func tails(_ row: CellChances.Row) -> Double {
        let least = max(row.drawn - pool.passives, 0)
        let most = min(row.drawn, pool.promoters)
        let upperLeast = max(upper + row.detractors, least)
        let lowerMost = min(lower + row.detractors, most)
        return sum(row, upperLeast, most) + sum(row, least, lowerMost)
    }

    /// The chance of `least` to `most` promoters in a row.
    private func sum(_ row: CellChances.Row, _ least: Int, _ most: Int) -> Double {
        guard least <= most else { return 0 }
        let promoters = pool.promoters
        let passives = pool.passives
        let mode = (row.drawn + 1) * (promoters + 1) / (promoters + passives + 2)
        let start = min(max(mode, least), most)
        let first = row.cell(promoters: start)
        var total = first
        var cell = first
        var q = start
        while q < most, cell > total * Self.negligible {
            let p = row.drawn - q
            cell *= Double(promoters - q) * Double(p) / (Double(q + 1) * Double(passives - p + 1))
            total += cell
            q += 1
        }
        cell = first
        q = start
        while q > least, cell > total * Self.negligible {
            let p = row.drawn - q
            cell *= Double(q) * Double(passives - p) / (Double(promoters - q + 1) * Double(p + 1))
            total += cell
            q -= 1
        }
        return total
    }

    func approximateTails() -> Double {
        // Without passives a sum changes by two at a time.
        let span = pool.passives == 0 ? 2 : 1
        let sums = SampledSum([
            SampledSum.Stratum(
                values: [-1, 0, 1],
                multiplicities: [pool.detractors, pool.passives, pool.promoters].map(Double.init),
                drawn: Double(drawn))
        ])
        let parity = span == 2 ? (upper - drawn) & 1 : 0
        let lowerParity = span == 2 ? (lower - drawn) & 1 : 0
        return min(
            sums.upperTail(Double(upper + parity), span: Double(span))
                + sums.lowerTail(Double(lower - lowerParity), span: Double(span)), 1)
    }
}

/// Chances of a sample's classes: three binomial chances over that of the sample's size.
private struct CellChances {
    let pool: NPSCounts
    let drawn: Int
    let share: Double
    private let logOfSize: Double

    init(pool: NPSCounts, drawn: Int, share: Double) {
        self.pool = pool
        self.drawn = drawn
        self.share = share
        logOfSize = BinomialChance.log(drawn, of: pool.total, share)
    }

    /// The cells with one number of detractors.
    struct Row {
        let cells: CellChances
        let detractors: Int
        let logChance: Double
        /// Of the row as a whole.
        let chance: Double

        /// Promoters and passives in the sample.
        var drawn: Int { cells.drawn - detractors }

        func cell(promoters: Int) -> Double {
            let pool = cells.pool
            return Double.exp(
                logChance + BinomialChance.log(promoters, of: pool.promoters, cells.share)
                    + BinomialChance.log(drawn - promoters, of: pool.passives, cells.share))
        }
    }

    func row(detractors: Int) -> Row {
        let log = BinomialChance.log(detractors, of: pool.detractors, share) - logOfSize
        let rest = pool.total - pool.detractors
        let chance = Double.exp(log + BinomialChance.log(drawn - detractors, of: rest, share))
        return Row(cells: self, detractors: detractors, logChance: log, chance: chance)
    }
}
