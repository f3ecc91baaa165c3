/// What one person contributed to a selection of responses: how many answers, and their sum.
public struct PersonAnswers: Sendable, Hashable {
    /// The sum of the contributions, in basis points; see ``ExpectedScore``.
    public var sum: Int64
    /// How many answers.
    public var count: Int

    /// A person's answers; none unless told.
    public init(sum: Int64 = 0, count: Int = 0) {
        self.sum = sum
        self.count = count
    }

    /// Adds one answer: −10000, 0 or 10000 for a class, anything between for an expected score.
    public mutating func add(basisPoints: Int) {
        sum += Int64(basisPoints)
        count += 1
    }

    /// The person as one answer, their mean, rounded to a basis point (half away from zero).
    ///
    /// A view in which everybody counts once, however often they answered. Rounding moves a score
    /// by at most 0.005 points. Nobody's mean is nobody's answer.
    public var averaged: PersonAnswers {
        guard count > 1 else { return self }
        let half = Int64(count) / 2
        let magnitude = (Int64(sum.magnitude) + half) / Int64(count)
        return PersonAnswers(sum: sum < 0 ? -magnitude : magnitude, count: 1)
    }
}

/// What it changes in ``ClusterSums`` that responses which were counted as a person each are in fact
/// several answers of the same persons.
///
/// In answers, not basis points: small integers, which a walk over millions of persons adds up.
public struct RepeatedAnswers: AdditiveArithmetic, Sendable, Hashable {
    /// Responses, less the persons who gave them.
    public private(set) var responsesBeyondFirst: Int
    /// Σ s² − Σ x², x being −1, 0 or 1.
    public private(set) var squares: Int
    /// Σ s·n − Σ x.
    public private(set) var products: Int
    /// Σ n² − Σ 1.
    public private(set) var countSquares: Int

    /// Nobody answered twice.
    public static let zero = RepeatedAnswers(
        responsesBeyondFirst: 0, squares: 0, products: 0, countSquares: 0)

    private init(responsesBeyondFirst: Int, squares: Int, products: Int, countSquares: Int) {
        self.responsesBeyondFirst = responsesBeyondFirst
        self.squares = squares
        self.products = products
        self.countSquares = countSquares
    }

    /// Adds a person.
    ///
    /// - Parameters:
    ///   - count: the person's answers.
    ///   - sum: promoters' less detractors'.
    ///   - extremes: promoters' and detractors'.
    @inlinable
    public mutating func join(count: Int, sum: Int, extremes: Int) {
        add(
            beyondFirst: count &- 1, squares: sum &* sum &- extremes,
            products: sum &* count &- sum, countSquares: count &* count &- count)
    }

    /// Adds what a person's answers in one part of a selection have with those in another: with
    /// each part's own sums they make the person's sums of both.
    @inlinable
    public mutating func cross(
        _ first: (count: Int, sum: Int), _ second: (count: Int, sum: Int)
    ) {
        add(
            beyondFirst: 0, squares: 2 &* first.sum &* second.sum,
            products: first.sum &* second.count &+ second.sum &* first.count,
            countSquares: 2 &* first.count &* second.count)
    }

    /// Counts persons of whom each was counted as `count`.
    public mutating func count(once persons: Int, insteadOf count: Int) {
        responsesBeyondFirst += persons * (count - 1)
    }

    @usableFromInline
    mutating func add(beyondFirst: Int, squares: Int, products: Int, countSquares: Int) {
        responsesBeyondFirst &+= beyondFirst
        self.squares &+= squares
        self.products &+= products
        self.countSquares &+= countSquares
    }

    /// Sum by sum.
    public static func + (left: RepeatedAnswers, right: RepeatedAnswers) -> RepeatedAnswers {
        RepeatedAnswers(
            responsesBeyondFirst: left.responsesBeyondFirst + right.responsesBeyondFirst,
            squares: left.squares + right.squares, products: left.products + right.products,
            countSquares: left.countSquares + right.countSquares)
    }

    /// Sum by sum.
    public static func - (left: RepeatedAnswers, right: RepeatedAnswers) -> RepeatedAnswers {
        RepeatedAnswers(
            responsesBeyondFirst: left.responsesBeyondFirst - right.responsesBeyondFirst,
            squares: left.squares - right.squares, products: left.products - right.products,
            countSquares: left.countSquares - right.countSquares)
    }
}

/// The score of one selection and its error when answers of one person belong together, as sums.
///
/// The score is a ratio of sums, so each response has an influence on it, (x − mean)/n, and the
/// variance of the score is the sum over *persons* of their squared summed influences:
///
///     Var = Σ_p (s_p − mean·n_p)² / n²        s_p, n_p: sum and number of p's answers
///
/// This is the linearisation (sandwich) estimate of survey practice: Binder, "On the variances of
/// asymptotically normal estimators from complex surveys", International Statistical Review 51
/// (1983); Liang and Zeger, Biometrika 73 (1986). It needs Σs², Σsn and Σn² only, which are kept
/// as integers: adding, merging and taking away are exact and order does not matter. Where
/// everybody answers once it is the variance of ``NPSCounts`` and ``ExpectedScore``.
///
/// No factor G/(G − 1) is applied, here or anywhere: divisors are n throughout this module, and
/// the pseudo-respondents of the adjusted interval do more for small samples than the factor.
///
/// Contributions are in basis points, as in ``ExpectedScore``, which also says what an inferred
/// answer contributes: its influence enters by its expectation. The module keeps no variance of
/// the model here; a bias common to all answers is not seen by any of these errors.
public struct ClusterSums: AdditiveArithmetic, Sendable, Hashable {
    /// n, the number of responses.
    public private(set) var count: Int
    /// The sum of contributions, in basis points.
    public private(set) var sum: Int64
    /// G, the number of persons; responses of nobody known are a person each.
    public private(set) var persons: Int
    /// Σ s².
    private(set) var squares: Int128
    /// Σ s·n.
    private(set) var products: Int128
    /// Σ n².
    private(set) var countSquares: Int128

    /// Nobody.
    public static let zero = ClusterSums(
        count: 0, sum: 0, persons: 0, squares: 0, products: 0, countSquares: 0)

    private init(
        count: Int, sum: Int64, persons: Int, squares: Int128, products: Int128,
        countSquares: Int128
    ) {
        self.count = count
        self.sum = sum
        self.persons = persons
        self.squares = squares
        self.products = products
        self.countSquares = countSquares
    }

    /// Responses that are a person each: what a plain tally holds.
    ///
    /// Those of persons with several are then brought together with ``join(_:)``, so that a fold
    /// pays only for the persons who answer more than once.
    public init(_ responses: ExpectedScore) {
        self.init(
            count: responses.count, sum: responses.sum, persons: responses.count,
            squares: Int128(responses.sumOfSquares), products: Int128(responses.sum),
            countSquares: Int128(responses.count))
    }

    /// Adds a person; nothing for one without answers.
    public mutating func add(_ person: PersonAnswers) {
        guard person.count > 0 else { return }
        let sum = Int128(person.sum)
        let count = Int128(person.count)
        self.count += person.count
        self.sum += person.sum
        persons += 1
        squares += sum * sum
        products += sum * count
        countSquares += count * count
    }

    /// Takes a person away who was added before.
    public mutating func remove(_ person: PersonAnswers) {
        var one = ClusterSums.zero
        one.add(person)
        self -= one
    }

    /// Makes one person of responses that were counted as a person each.
    public mutating func join(_ responses: ExpectedScore) {
        guard responses.count > 1 else { return }
        self -= ClusterSums(responses)
        add(PersonAnswers(sum: responses.sum, count: responses.count))
    }

    /// Makes one person, who counts once by their mean, of responses that were counted as a person
    /// each.
    public mutating func average(_ responses: ExpectedScore) {
        guard responses.count > 1 else { return }
        self -= ClusterSums(responses)
        add(PersonAnswers(sum: responses.sum, count: responses.count).averaged)
    }

    /// Makes persons of responses that were counted as a person each.
    public mutating func join(_ repeated: RepeatedAnswers) {
        let unit = Int128(ExpectedScore.basisPointsMax)
        persons -= repeated.responsesBeyondFirst
        squares += Int128(repeated.squares) * unit * unit
        products += Int128(repeated.products) * unit
        countSquares += Int128(repeated.countSquares)
    }

    /// Whether somebody answered more than once.
    public var hasRepeatedAnswers: Bool { persons < count }

    /// The mean contribution as a share: the score. `nil` without responses.
    public var mean: Double? { count > 0 ? share : nil }

    /// √Var, clustered by person, plain; `nil` without responses.
    public var standardError: Double? {
        guard count > 0 else { return nil }
        return moments(pseudoPersons: 0).variance.squareRoot()
    }

    /// The confidence interval of the score, inside [−1, 1], containing ``mean``.
    ///
    /// Adjusted Wald with the person as the unit: 0.75 persons who are always detractors, 1.5 who
    /// are always passive and 0.75 who are always promoters are added, each with as many answers
    /// as a person has on average, n/G. With one answer each, that is
    /// ``IntervalMethod/adjustedWald``. Three single answers would not do: beside persons with six
    /// answers each they are half a person, and of 95 % intervals as few as 74 % held (G = 5).
    /// - Parameter adjusted: whether pseudo-respondents are added; without, this is Wald's.
    /// - Returns: `nil` without responses, or for a confidence out of range.
    public func interval(confidence: Double = 0.95, adjusted: Bool = true) -> Interval? {
        guard count > 0, let z = StandardNormal.criticalValue(confidence: confidence) else {
            return nil
        }
        let moments = moments(pseudoPersons: adjusted ? PseudoCounts.total : 0)
        return Interval.around(moments.center, halfWidth: z * moments.variance.squareRoot())
            .clipped(to: .everyScore).stretched(to: share)
    }

    /// Sum by sum.
    public static func + (left: ClusterSums, right: ClusterSums) -> ClusterSums {
        ClusterSums(
            count: left.count + right.count, sum: left.sum + right.sum,
            persons: left.persons + right.persons, squares: left.squares + right.squares,
            products: left.products + right.products,
            countSquares: left.countSquares + right.countSquares)
    }

    /// Sum by sum.
    public static func - (left: ClusterSums, right: ClusterSums) -> ClusterSums {
        ClusterSums(
            count: left.count - right.count, sum: left.sum - right.sum,
            persons: left.persons - right.persons, squares: left.squares - right.squares,
            products: left.products - right.products,
            countSquares: left.countSquares - right.countSquares)
    }
}

extension ClusterSums {
    /// The score with pseudo-respondents added, and the variance of it.
    struct Moments {
        /// The score, pulled towards 0.
        var center: Double
        /// The variance of ``center``.
        var variance: Double
        /// n with the answers of the pseudo-respondents.
        var size: Double
        /// How far the centre lies below the score.
        var pull: Double
    }

    static let unit = Double(ExpectedScore.basisPointsMax)

    /// The mean; not for an empty selection.
    var share: Double { Double(sum) / Double(count) / Self.unit }

    /// Moments with `pseudoPersons` added in the proportions of the adjusted-Wald interval.
    ///
    /// Deviations are taken from the plain mean in integers first and moved to the centre after,
    /// so no large squares are subtracted from each other.
    func moments(pseudoPersons: Double) -> Moments {
        let n = Double(count)
        let each = n / Double(persons)
        let size = n + pseudoPersons * each
        // In this order: where nothing is added, the centre is the mean to the last bit.
        let center = share * (n / size)
        let pull = share - center
        let own =
            deviationSquares + 2 * pull * deviationTimesCount
            + pull * pull * Double(countSquares)
        // Of three, half are at the ends; all deviate from the centre.
        let extremes = PseudoCounts.extremes / PseudoCounts.total
        let added = pseudoPersons * each * each * (extremes + center * center)
        return Moments(
            center: center, variance: max(own + added, 0) / (size * size), size: size, pull: pull)
    }

    /// Σ (s − mean·n)², as a share.
    private var deviationSquares: Double {
        WideSum.quadratic(
            scale: count, count, sum, sum, squares: squares, products: products, products,
            counts: countSquares) / (Double(count) * Double(count) * Self.unit * Self.unit)
    }

    /// Σ n·(s − mean·n), as a share; 0 where everybody answers equally often.
    private var deviationTimesCount: Double {
        WideSum.linear(scale: count, sum, products: products, counts: countSquares)
            / (Double(count) * Self.unit)
    }
}
