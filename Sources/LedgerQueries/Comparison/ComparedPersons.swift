import NPSBySegmentProjection
import NPSStatistics

/// Which test the p of a comparison is from; the raw value is its name everywhere.
public enum ComparisonTest: String, Sendable, Hashable {
    /// One answer a person, nobody on both sides: every way to deal the answers out.
    case exact
    /// The same of many answers, by saddlepoint.
    case saddlepoint
    /// Persons dealt out with all their answers, and no less than the clustered normal p.
    case persons
    /// Persons on both sides: Student's t of the clustered error.
    case clustered
    /// The same responses read twice: every way the flips could have gone.
    case signFlip = "sign-flip"
    /// The same of many flips, by the normal curve.
    case normal
}

/// One person's answers by side of a comparison.
struct PersonOnSides {
    var onlyAfter = NPSCounts.zero
    var shared = NPSCounts.zero
    var onlyBefore = NPSCounts.zero

    var count: Int { onlyAfter.total + shared.total + onlyBefore.total }
}

/// Two sides of a comparison, whose responses and whose persons may be on both: what the error of
/// their difference and its p are made of.
struct ComparedPersons {
    private(set) var sums: ClusterPairSums
    let after: NPSCounts
    let before: NPSCounts
    /// The persons with several answers, by what they answered on a side.
    private var several: (after: [PersonAnswers: Int], before: [PersonAnswers: Int]) = ([:], [:])
    /// Their answers, which are part of the counts.
    private var theirs = (after: NPSCounts.zero, before: NPSCounts.zero)

    /// Two sides where each response is a person, until persons are joined.
    init(onlyAfter: NPSCounts, shared: NPSCounts, onlyBefore: NPSCounts) {
        after = onlyAfter + shared
        before = onlyBefore + shared
        sums = ClusterPairSums(
            onlyFirst: ExpectedScore(onlyAfter), shared: ExpectedScore(shared),
            onlySecond: ExpectedScore(onlyBefore))
    }

    /// One segment and the rest.
    ///
    /// - Parameters:
    ///   - several: the persons with several answers who have some in the segment, by those.
    ///   - theirs: those answers.
    init(
        _ sums: ClusterPairSums, segment: NPSCounts, rest: NPSCounts,
        several: [PersonAnswers: Int], theirs: NPSCounts
    ) {
        self.sums = sums
        after = segment
        before = rest
        self.several.after = several
        self.theirs.after = theirs
    }

    /// Makes one person of responses that are counted as a person each.
    mutating func join(_ person: PersonOnSides) {
        sums.join(
            onlyFirst: ExpectedScore(person.onlyAfter), shared: ExpectedScore(person.shared),
            onlySecond: ExpectedScore(person.onlyBefore))
        let sides = (person.onlyAfter + person.shared, person.onlyBefore + person.shared)
        theirs = (theirs.after + sides.0, theirs.before + sides.1)
        if sides.0.total > 0 { several.after[PersonAnswers(sides.0), default: 0] += 1 }
        if sides.1.total > 0 { several.before[PersonAnswers(sides.1), default: 0] += 1 }
    }

    /// The two-sided p, by the test that assumes least of those that hold; nil where a side is empty.
    ///
    /// - Parameter pool: all persons, where several comparisons share them; nil for those of the two
    ///   sides.
    func tested(
        pool: (() -> PersonPermutationTest)? = nil
    ) -> (p: Double, test: ComparisonTest)? {
        guard let difference = sums.difference() else { return nil }
        if sums.isIndependent {
            return PermutationTest.pValue(after, before).map {
                ($0, PermutationTest.isExact(after, before) ? .exact : .saddlepoint)
            }
        }
        guard sums.personsInBoth == 0 else { return (difference.pValue, .clustered) }
        let group = Self.persons(several.after, after - theirs.after)
        let test =
            pool?()
            ?? PersonPermutationTest(
                group.merging(
                    Self.persons(several.before, before - theirs.before), uniquingKeysWith: +))
        let everyone = group.lazy.flatMap { repeatElement($0.key, count: $0.value) }
        return test.pValue(of: everyone, with: difference).map { ($0, .persons) }
    }

    /// The persons with several answers and those with one, by what they answered.
    static func persons(
        _ several: [PersonAnswers: Int], _ single: NPSCounts
    ) -> [PersonAnswers: Int] {
        var persons = several
        let unit = Int64(ExpectedScore.basisPointsMax)
        for (sum, count) in [
            (-unit, single.detractors), (0, single.passives), (unit, single.promoters),
        ] where count > 0 {
            persons[PersonAnswers(sum: sum, count: 1), default: 0] += count
        }
        return persons
    }
}

extension PersonAnswers {
    /// Answers by class.
    init(_ counts: NPSCounts) {
        self.init(sum: ExpectedScore(counts).sum, count: counts.total)
    }
}

extension NPSCounts {
    /// Adds one answer.
    mutating func add(_ answer: RespondentAnswer) {
        switch answer.value {
        case ..<0: detractors += 1
        case 0: passives += 1
        default: promoters += 1
        }
    }
}

/// Every segment and the rest, from one walk over the persons.
///
/// A person counts in a segment by what they answered there, and in the rest by all else.
struct SegmentsAndRest {
    /// All segments together.
    private(set) var all: ClusterSums
    private let segments: [NPSCounts]
    private let total: NPSCounts
    private var changes: [ClusterPairSums]
    private var several: [[PersonAnswers: Int]]
    private var theirs: [NPSCounts]
    private var pool: [PersonAnswers: Int] = [:]

    /// - Parameter places: of each slot of the answers, which segment it is.
    init(_ segments: [NPSCounts], _ answers: RespondentAnswers, places: [Int?]) {
        self.segments = segments
        total = segments.reduce(.zero, +)
        all = ClusterSums(ExpectedScore(total))
        changes = segments.map { _ in .zero }
        several = segments.map { _ in [:] }
        theirs = segments.map { _ in .zero }
        var own: [(place: Int, value: RespondentAnswer)] = []
        answers.forEachRespondent { answers in
            own.removeAll(keepingCapacity: true)
            for answer in answers {
                if let place = places[Int(answer.slot)] { own.append((place, answer)) }
            }
            own.sort { $0.place < $1.place }
            add(own)
        }
        pool = ComparedPersons.persons(pool, total - theirs.reduce(.zero, +))
    }

    /// - Parameter own: one person's answers, by segment.
    private mutating func add(_ own: [(place: Int, value: RespondentAnswer)]) {
        guard own.count > 1 else { return }
        var whole = NPSCounts.zero
        for answer in own { whole.add(answer.value) }
        all.join(ExpectedScore(whole))
        pool[PersonAnswers(whole), default: 0] += 1
        var start = 0
        while start < own.count {
            let place = own[start].place
            var inside = NPSCounts.zero
            while start < own.count, own[start].place == place {
                inside.add(own[start].value)
                start += 1
            }
            changes[place].remove(PersonAnswers(), PersonAnswers(whole))
            changes[place].add(PersonAnswers(inside), PersonAnswers(whole - inside))
            several[place][PersonAnswers(inside), default: 0] += 1
            theirs[place] = theirs[place] + inside
        }
    }

    /// All persons, to be dealt out.
    func everyone() -> PersonPermutationTest { PersonPermutationTest(pool) }

    /// A segment beside the rest.
    func compared(_ place: Int) -> ComparedPersons {
        let single = ClusterSums(ExpectedScore(segments[place] - theirs[place]))
        return ComparedPersons(
            ClusterPairSums(first: single, second: all - single) + changes[place],
            segment: segments[place], rest: total - segments[place], several: several[place],
            theirs: theirs[place])
    }
}

/// Answers of two windows, by respondent and group.
struct AnswersOfWindows {
    let before: RespondentAnswers
    let after: RespondentAnswers

    /// Answers, on either side and in any group, beyond the first of their respondent.
    var repeats: Int {
        var (answers, persons) = (0, 0)
        var last: UInt64?
        forEachSubject { subject, _, person in
            answers += person.count
            if subject != last { persons += 1 }
            last = subject
        }
        return answers - persons
    }

    /// Calls `body` with each respondent's answers in each group.
    func visit(_ body: (_ slot: Int, PersonOnSides) -> Void) {
        forEachSubject { _, slot, person in body(slot, person) }
    }

    private func forEachSubject(_ body: (UInt64, _ slot: Int, PersonOnSides) -> Void) {
        let (first, second) = (before.all, after.all)
        var (i, j) = (0, 0)
        var own: [Int: PersonOnSides] = [:]
        while i < first.count || j < second.count {
            let subject = min(
                i < first.count ? first[i].subject : .max,
                j < second.count ? second[j].subject : .max)
            own.removeAll(keepingCapacity: true)
            while true {
                let one = i < first.count && first[i].subject == subject ? first[i] : nil
                let other = j < second.count && second[j].subject == subject ? second[j] : nil
                guard let next = one ?? other else { break }
                if let one, let other, one.position == other.position {
                    own[Int(one.slot), default: PersonOnSides()].shared.add(one)
                    (i, j) = (i + 1, j + 1)
                } else if let one, one.position < other?.position ?? .max {
                    own[Int(one.slot), default: PersonOnSides()].onlyBefore.add(one)
                    i += 1
                } else {
                    let answer = other ?? next
                    own[Int(answer.slot), default: PersonOnSides()].onlyAfter.add(answer)
                    j += 1
                }
            }
            for (slot, person) in own { body(subject, slot, person) }
        }
    }
}
