/// The permutation test of ``PermutationTest`` with persons dealt out instead of responses.
///
/// Where people answer more than once, their answers stay together: if A and B are alike, which of
/// all the *persons* fell to A is chance alone. What is compared is Σ (s_p − m·n_p) over the
/// persons of A, where s_p and n_p are the sum and number of p's answers and m is the mean of all
/// answers; its tails are those of a sample without replacement, by saddlepoint (``SampledSum``).
///
/// Persons are dealt out among those who answer about as often: once, twice, 3 to 4 times, 5 to 8,
/// and so on. Dealt out among all, a segment whose people answer ten times as often as others
/// looks improbable whatever they say: in simulations of a thousand segments that do not differ,
/// something was marked nearly always.
///
/// It knows how skewed the answers are, which ``ClusterPairSums/difference(adjusted:)`` does not,
/// and knows the spread of those only that it can deal out. ``pValue(of:with:)`` is the larger of
/// the two: it holds where either does.
public struct PersonPermutationTest: Sendable {
    /// The persons of one band of frequency.
    private struct Band {
        var deviations: [Double] = []
        var numbers: [Double] = []
        var persons = 0
    }

    /// What one answer of another class changes, in basis points: the sums are treated as if they
    /// were so far apart. They are where everybody answers once; otherwise they lie closer, and
    /// half an answer is on the safe side.
    private static let step = Double(ExpectedScore.basisPointsMax)
    /// What is less than this many basis points off, in sum, is off by rounding, or by so little
    /// that all ways to deal the persons out are.
    private static let rounding = 1e-3

    private let mean: Double
    private let total: Int
    /// By how often they answer: index k is for 2^(k − 1) < n ≤ 2^k.
    private let bands: [Band]

    /// All persons of A and B, by what they answered; nobody is in both.
    ///
    /// - Precondition: no number is negative.
    public init(_ persons: [PersonAnswers: Int]) {
        // Sorted: the order of a dictionary is chance, and sums depend on it in the last digit.
        let sorted = persons.filter { $0.key.count > 0 && $0.value != 0 }.sorted {
            ($0.key.count, $0.key.sum) < ($1.key.count, $1.key.sum)
        }
        var all = PersonAnswers()
        for (answers, number) in sorted {
            precondition(number > 0, "a number of persons is not negative")
            all.sum += answers.sum * Int64(number)
            all.count += answers.count * number
        }
        let mean = Double(all.sum) / Double(max(all.count, 1))
        var bands: [Band] = []
        var total = 0
        for (answers, number) in sorted {
            let index = Self.band(answers)
            while bands.count <= index { bands.append(Band()) }
            bands[index].deviations.append(Double(answers.sum) - mean * Double(answers.count))
            bands[index].numbers.append(Double(number))
            bands[index].persons += number
            total += number
        }
        self.mean = mean
        self.total = total
        self.bands = bands
    }

    /// The two-sided p of a group of these persons, against all the others: the chance that the
    /// sum lies at least as far from what is expected. 1 where nothing can be dealt out.
    ///
    /// The time is that of a few dozen passes over the different answers that people gave, of which
    /// there are few where scores are stated.
    /// - Returns: `nil` if the group or the rest is empty.
    /// - Precondition: the group's persons are among those of the test.
    public func pValue(of group: some Sequence<PersonAnswers>) -> Double? {
        var drawn = [Int](repeating: 0, count: bands.count)
        // Integers: a sum does not depend on the order in which the persons come.
        var answers = PersonAnswers()
        for person in group where person.count > 0 {
            let band = Self.band(person)
            precondition(band < bands.count, "a group of the persons that are dealt out")
            drawn[band] += 1
            answers.sum += person.sum
            answers.count += person.count
        }
        let sum = Double(answers.sum) - mean * Double(answers.count)
        let size = drawn.reduce(0, +)
        guard size > 0, size < total else { return nil }
        var fixed = 0.0
        var strata: [SampledSum.Stratum] = []
        for (band, drawn) in zip(bands, drawn) where drawn > 0 {
            precondition(drawn <= band.persons, "a group of the persons that are dealt out")
            // Where a band is the group's alone, its people are what they are.
            if drawn == band.persons {
                fixed += zip(band.deviations, band.numbers).reduce(0) { $0 + $1.0 * $1.1 }
            } else {
                strata.append(
                    SampledSum.Stratum(
                        values: band.deviations, multiplicities: band.numbers,
                        drawn: Double(drawn)))
            }
        }
        let sums = SampledSum(strata)
        let distance = (sum - fixed - sums.mean).magnitude
        guard distance > Self.rounding else { return 1 }
        return min(
            sums.upperTail(sums.mean + distance, span: Self.step)
                + sums.lowerTail(sums.mean - distance, span: Self.step), 1)
    }

    /// The p to show of a group against the rest, whose difference with its error is `difference`:
    /// the larger of that one's and this one's. `nil` if the group or the rest is empty.
    ///
    /// So the interval of the difference leaves 0 out wherever the p is below 1 − confidence.
    public func pValue(
        of group: some Sequence<PersonAnswers>, with difference: Difference
    ) -> Double? {
        pValue(of: group).map { max($0, difference.pValue) }
    }

    private static func band(_ person: PersonAnswers) -> Int {
        Int.bitWidth - (person.count - 1).leadingZeroBitCount
    }
}
