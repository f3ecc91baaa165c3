/// Two selections A and B that may share persons, responses, both or neither, as sums.
///
/// The difference of their scores is a sum of influences, one for each response,
/// (x − NPS_A)·1_A/n_A − (x − NPS_B)·1_B/n_B, and its variance is the sum over persons of their
/// squared summed influences:
///
///     Var(d) = Σ_p ((s_A − NPS_A·n_A)/n_A − (s_B − NPS_B·n_B)/n_B)²        (sums of person p)
///
/// One formula for groups that have nothing in common, for the same people asked twice, for people
/// who answer often, for windows that overlap and for a segment beside the whole. It is a
/// quadratic form of ten sums over persons, kept as integers; see ``ClusterSums`` for sources.
/// The prediction-powered score is the same form, too: A are the inferred answers, B those with
/// both, each contributing inferred − stated; see ``RectifiedScore``.
public struct ClusterPairSums: AdditiveArithmetic, Sendable, Hashable {
    /// The first selection.
    public private(set) var first: ClusterSums
    /// The second.
    public private(set) var second: ClusterSums
    /// Persons with an answer in each of the two.
    public private(set) var personsInBoth: Int
    /// Those of them whose mean answer in A is not that in B.
    public private(set) var personsChanged: Int
    /// Σ s_A·s_B.
    private var squares: Int128
    /// Σ s_A·n_B.
    private var firstProducts: Int128
    /// Σ n_A·s_B.
    private var secondProducts: Int128
    /// Σ n_A·n_B.
    private var counts: Int128

    /// Nobody.
    public static let zero = ClusterPairSums(first: .zero, second: .zero)

    /// Two selections that have no person in common.
    public init(first: ClusterSums, second: ClusterSums) {
        self.first = first
        self.second = second
        personsInBoth = 0
        personsChanged = 0
        squares = 0
        firstProducts = 0
        secondProducts = 0
        counts = 0
    }

    /// Two selections where each response is a person: those in A alone, in both, in B alone.
    ///
    /// Persons with several are then brought together with ``join(onlyFirst:shared:onlySecond:)``.
    public init(onlyFirst: ExpectedScore, shared: ExpectedScore, onlySecond: ExpectedScore) {
        self.init(
            first: ClusterSums(onlyFirst + shared), second: ClusterSums(onlySecond + shared))
        personsInBoth = shared.count
        squares = Int128(shared.sumOfSquares)
        firstProducts = Int128(shared.sum)
        secondProducts = Int128(shared.sum)
        counts = Int128(shared.count)
    }

    /// Adds a person by their answers in either selection; one in both counts in both.
    public mutating func add(_ first: PersonAnswers, _ second: PersonAnswers) {
        self.first.add(first)
        self.second.add(second)
        guard first.count > 0, second.count > 0 else { return }
        let sums = (Int128(first.sum), Int128(second.sum))
        let numbers = (Int128(first.count), Int128(second.count))
        personsInBoth += 1
        if sums.0 * numbers.1 != sums.1 * numbers.0 { personsChanged += 1 }
        squares += sums.0 * sums.1
        firstProducts += sums.0 * numbers.1
        secondProducts += numbers.0 * sums.1
        counts += numbers.0 * numbers.1
    }

    /// Takes a person away who was added before.
    ///
    /// So a segment is set against the rest: begin with nobody in A and everybody in B, and for
    /// each person of the segment remove their answers from B and add them as they are divided.
    public mutating func remove(_ first: PersonAnswers, _ second: PersonAnswers) {
        var one = ClusterPairSums.zero
        one.add(first, second)
        self -= one
    }

    /// Makes one person of responses that were counted as a person each.
    public mutating func join(
        onlyFirst: ExpectedScore, shared: ExpectedScore, onlySecond: ExpectedScore
    ) {
        let (first, second) = (onlyFirst + shared, onlySecond + shared)
        self -= ClusterPairSums(onlyFirst: onlyFirst, shared: shared, onlySecond: onlySecond)
        add(
            PersonAnswers(sum: first.sum, count: first.count),
            PersonAnswers(sum: second.sum, count: second.count))
    }

    /// Makes one person, who counts once in each selection by their mean there, of responses that were
    /// counted as a person each.
    public mutating func average(
        onlyFirst: ExpectedScore, shared: ExpectedScore, onlySecond: ExpectedScore
    ) {
        let (first, second) = (onlyFirst + shared, onlySecond + shared)
        self -= ClusterPairSums(onlyFirst: onlyFirst, shared: shared, onlySecond: onlySecond)
        add(
            PersonAnswers(sum: first.sum, count: first.count).averaged,
            PersonAnswers(sum: second.sum, count: second.count).averaged)
    }

    /// Persons with an answer in at least one of the two.
    public var persons: Int { first.persons + second.persons - personsInBoth }

    /// Whether nobody has more than one answer, and nobody is in both: two plain samples.
    ///
    /// Then ``PermutationTest`` gives a p that assumes nothing more.
    public var isIndependent: Bool {
        personsInBoth == 0 && !first.hasRepeatedAnswers && !second.hasRepeatedAnswers
    }

    /// Sum by sum.
    public static func + (left: ClusterPairSums, right: ClusterPairSums) -> ClusterPairSums {
        left.combined(
            with: right, +, +, first: left.first + right.first, left.second + right.second)
    }

    /// Sum by sum.
    public static func - (left: ClusterPairSums, right: ClusterPairSums) -> ClusterPairSums {
        left.combined(
            with: right, -, -, first: left.first - right.first, left.second - right.second)
    }

    private func combined(
        with other: ClusterPairSums, _ persons: (Int, Int) -> Int,
        _ sums: (Int128, Int128) -> Int128, first: ClusterSums, _ second: ClusterSums
    ) -> ClusterPairSums {
        var result = ClusterPairSums(first: first, second: second)
        result.personsInBoth = persons(personsInBoth, other.personsInBoth)
        result.personsChanged = persons(personsChanged, other.personsChanged)
        result.squares = sums(squares, other.squares)
        result.firstProducts = sums(firstProducts, other.firstProducts)
        result.secondProducts = sums(secondProducts, other.secondProducts)
        result.counts = sums(counts, other.counts)
        return result
    }
}

extension ClusterPairSums {
    /// The difference of the scores, first minus second, with the error described above.
    ///
    /// Adjusted (the default) as in ``ClusterSums/interval(confidence:adjusted:)``: pseudo-persons
    /// are added to A and to B. They are in one selection only, so their number is 3 times the
    /// share of persons who are: 3 for groups with nobody in common, and none where everybody is
    /// in both, so that a segment beside itself differs by 0, give or take nothing. Where all are
    /// in both and all differ by the same, no error is left to see, and all 3 are added after all.
    ///
    /// With one answer each and nobody in both it is the difference of two independent groups;
    /// where responses are in both, the formula of the three disjoint parts gives less if the parts'
    /// own scores differ, because it takes the sizes of the parts as given.
    ///
    /// Where persons are in both, p and interval use Student's t with the smaller number of
    /// persons, less one; and p is no smaller than 2^(1 − k) for k persons who tell A from B (in
    /// one only, or ``personsChanged``), as many signs as could have been otherwise. Where nobody
    /// is, p and interval are the normal curve's, and the p to show is that of ``PermutationTest``
    /// or ``PersonPermutationTest``.
    /// - Returns: `nil` if either selection is empty.
    public func difference(adjusted: Bool = true) -> Difference? {
        guard first.count > 0, second.count > 0 else { return nil }
        let estimate = first.share - second.share
        let alone = persons - personsInBoth
        var pseudoPersons =
            adjusted ? PseudoCounts.total * Double(alone) / Double(persons) : 0
        var moments = moments(pseudoPersons: pseudoPersons)
        if adjusted, moments.variance == 0, estimate != 0 {
            pseudoPersons = PseudoCounts.total
            moments = self.moments(pseudoPersons: pseudoPersons)
        }
        guard personsInBoth > 0 else {
            return Difference(
                estimate: estimate, center: moments.center,
                standardError: moments.variance.squareRoot())
        }
        let fewest = min(first.persons, second.persons)
        let telling = alone + personsChanged
        return Difference(
            estimate: estimate, center: moments.center,
            standardError: moments.variance.squareRoot(),
            degreesOfFreedom: max(fewest - 1, 1),
            pValueMin: telling > 1 ? Double(sign: .plus, exponent: 1 - telling, significand: 1) : 1)
    }

    private func moments(pseudoPersons: Double) -> (center: Double, variance: Double) {
        let a = first.moments(pseudoPersons: pseudoPersons)
        let b = second.moments(pseudoPersons: pseudoPersons)
        let shared =
            sharedDeviations + a.pull * countTimesSecondDeviation
            + b.pull * countTimesFirstDeviation + a.pull * b.pull * Double(counts)
        let variance = a.variance + b.variance - 2 * (shared / (a.size * b.size))
        return (a.center - b.center, max(variance, 0))
    }

    /// Σ (s_A − NPS_A·n_A)(s_B − NPS_B·n_B), as a share.
    private var sharedDeviations: Double {
        WideSum.quadratic(
            scale: first.count, second.count, first.sum, second.sum, squares: squares,
            products: firstProducts, secondProducts, counts: counts)
            / (Double(first.count) * Double(second.count) * ClusterSums.unit * ClusterSums.unit)
    }

    /// Σ n_A·(s_B − NPS_B·n_B), as a share.
    private var countTimesSecondDeviation: Double {
        WideSum.linear(
            scale: second.count, second.sum, products: secondProducts, counts: counts)
            / (Double(second.count) * ClusterSums.unit)
    }

    /// Σ n_B·(s_A − NPS_A·n_A), as a share.
    private var countTimesFirstDeviation: Double {
        WideSum.linear(scale: first.count, first.sum, products: firstProducts, counts: counts)
            / (Double(first.count) * ClusterSums.unit)
    }
}
