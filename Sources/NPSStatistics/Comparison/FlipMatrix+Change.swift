extension FlipMatrix {
    /// The change of the score, after minus before, with the error of a paired comparison.
    ///
    /// Each response changes the score by to − from, in −2 … 2; the change is their mean and
    /// SE = √(variance / n), divisor n. It speaks about the population the responses came from:
    /// on these very responses the change is exact. Nothing flipped gives 0 with p = 1. With
    /// fewer than about 20 flips, prefer ``exactPValue``.
    /// - Returns: `nil` without responses.
    public var change: Difference? {
        guard total > 0 else { return nil }
        let n = Double(total)
        let mean = Double(netChange) / n
        let squares = Double(oneStepFlips + 4 * twoStepFlips)
        let variance = max(squares / n - mean * mean, 0)
        return Difference(
            estimate: mean, center: mean, standardError: (variance / n).squareRoot())
    }

    /// The same change where the first side is the truth and the second a reading of it, with the error
    /// of a sample: a few responses that are all read well do not make a reading certain.
    public var bias: PairedBias {
        let step = Int64(ExpectedScore.basisPointsMax)
        return PairedBias(
            count: total, sum: Int64(netChange) * step,
            sumOfSquares: Int64(oneStepFlips + 4 * twoStepFlips) * step * step)
    }

    /// The exact two-sided p of "flips in either direction are equally likely".
    ///
    /// Fisher's sign-flip test over the responses that changed class: McNemar's exact test, with
    /// jumps across two classes counting double. 1 when nothing flipped.
    public var exactPValue: Double {
        let observed = netChange.magnitude
        guard observed > 0 else { return 1 }
        // Steps down are heads too: by symmetry one tail is computed and doubled.
        let single = FairBinomial.probabilities(flips: oneStepFlips)
        var tail = single
        for index in stride(from: tail.count - 2, through: 0, by: -1) {
            tail[index] += tail[index + 1]
        }
        let double = FairBinomial.probabilities(flips: twoStepFlips)
        var probability = 0.0
        for (up, chance) in double.enumerated() {
            let needed = Int(observed) - 2 * (2 * up - twoStepFlips) + oneStepFlips
            let least = max((needed + 1) >> 1, 0)
            if least < tail.count { probability += chance * tail[least] }
        }
        return min(2 * probability, 1)
    }

    /// With fewer flips than this the normal approximation is no good.
    public static let exactFlipsMax = 20

    /// Whether ``pValue`` is that of the exact test.
    public var isExact: Bool { flipped < Self.exactFlipsMax }

    /// The two-sided p of the change: exact where few responses flipped, else that of ``change``.
    ///
    /// - Returns: `nil` without responses.
    public var pValue: Double? {
        guard let change else { return nil }
        return isExact ? exactPValue : change.pValue
    }

    /// The sum of to − from over all responses.
    private var netChange: Int {
        let after = after
        let before = before
        return (after.promoters - after.detractors) - (before.promoters - before.detractors)
    }

    private var twoStepFlips: Int { self[from: 0, to: 2] + self[from: 2, to: 0] }

    private var oneStepFlips: Int { flipped - twoStepFlips }
}
