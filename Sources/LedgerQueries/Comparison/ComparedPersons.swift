import LedgerCore
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

    static func += (left: inout PersonOnSides, right: PersonOnSides) {
        left.onlyAfter = left.onlyAfter + right.onlyAfter
        left.shared = left.shared + right.shared
        left.onlyBefore = left.onlyBefore + right.onlyBefore
    }
}

/// Two sides of a comparison, whose responses and whose persons may be on both: what the error of
/// their difference and its p are made of.
struct ComparedPersons {
    private(set) var sums: ClusterPairSums
    /// The same where each person counts once on each side, by the mean of their answers there; nil
    /// unless that was asked.
    private(set) var averaged: ClusterPairSums?
    let after: NPSCounts
    let before: NPSCounts
    /// What is on both sides.
    let shared: NPSCounts
    /// The persons with several answers, by what they answered on a side.
    private var several: (after: [PersonAnswers: Int], before: [PersonAnswers: Int]) = ([:], [:])
    /// Their answers, which are part of the counts.
    private var theirs = (after: NPSCounts.zero, before: NPSCounts.zero)

    /// Two sides where each response is a person, until persons are joined.
    init(
        onlyAfter: NPSCounts, shared: NPSCounts, onlyBefore: NPSCounts, per unit: CountingUnit
    ) {
        self.shared = shared
        after = onlyAfter + shared
        before = onlyBefore + shared
        sums = ClusterPairSums(
            onlyFirst: ExpectedScore(onlyAfter), shared: ExpectedScore(shared),
            onlySecond: ExpectedScore(onlyBefore))
        averaged = unit == .person ? sums : nil
    }

    /// One segment and the rest.
    ///
    /// - Parameters:
    ///   - several: the persons with several answers who have some in the segment, by those.
    ///   - theirs: those answers.
    init(
        _ sums: ClusterPairSums, averaged: ClusterPairSums?, segment: NPSCounts, rest: NPSCounts,
        several: [PersonAnswers: Int], theirs: NPSCounts
    ) {
        self.sums = sums
        self.averaged = averaged
        shared = .zero
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
        averaged?.average(
            onlyFirst: ExpectedScore(person.onlyAfter), shared: ExpectedScore(person.shared),
            onlySecond: ExpectedScore(person.onlyBefore))
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
    /// Adds one answer: −1 for a detractor, 0, or 1 for a promoter.
    mutating func add(_ value: Int) {
        switch value {
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
    /// All segments together, and each beside the rest, with each person once; nil unless that was
    /// asked.
    private var averaged: (all: ClusterSums, changes: [ClusterPairSums])?
    private var several: [[PersonAnswers: Int]]
    private var theirs: [NPSCounts]
    private var pool: [PersonAnswers: Int] = [:]

    /// - Parameter places: of each slot of the answers, which segment it is.
    init(
        _ segments: [NPSCounts], _ answers: AnswersByPerson, places: [Int?],
        per unit: CountingUnit
    ) {
        self.segments = segments
        total = segments.reduce(.zero, +)
        all = ClusterSums(ExpectedScore(total))
        changes = segments.map { _ in .zero }
        averaged = unit == .person ? (all, changes) : nil
        several = segments.map { _ in [:] }
        theirs = segments.map { _ in .zero }
        answers.forEachPerson { add($0, places) }
        pool = ComparedPersons.persons(pool, total - theirs.reduce(.zero, +))
    }

    /// - Parameter cells: one person's answers, by segment.
    private mutating func add(
        _ cells: UnsafeBufferPointer<AnswersByPerson.Cell>, _ places: [Int?]
    ) {
        let whole = cells.reduce(NPSCounts.zero) { $0 + $1.answers }
        all.join(ExpectedScore(whole))
        averaged?.all.average(ExpectedScore(whole))
        pool[PersonAnswers(whole), default: 0] += 1
        for cell in cells {
            // What counts is in a segment that has answers.
            guard let place = places[cell.slot] else { continue }
            let inside = cell.answers
            changes[place].remove(PersonAnswers(), PersonAnswers(whole))
            changes[place].add(PersonAnswers(inside), PersonAnswers(whole - inside))
            averaged?.changes[place].remove(PersonAnswers(), PersonAnswers(whole).averaged)
            averaged?.changes[place].add(
                PersonAnswers(inside).averaged, PersonAnswers(whole - inside).averaged)
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
            averaged: averaged.map {
                ClusterPairSums(first: single, second: $0.all - single) + $0.changes[place]
            },
            segment: segments[place], rest: total - segments[place], several: several[place],
            theirs: theirs[place])
    }
}

/// Two windows of time, which may overlap.
struct WindowPair {
    let before: Range<Microseconds>
    let after: Range<Microseconds>

    /// Calls `body` with the answers in each group of each person who gave several there, and
    /// `whole` with those in all groups of each who gave several.
    ///
    /// - Parameter lens: that of a window.
    /// - Returns: answers, in any group, beyond the first of their person.
    func forEachPerson<State: StateReader>(
        _ query: NPSBySegmentQuery<State>, _ selection: SegmentSelection,
        _ lens: (Microseconds, Microseconds) throws -> ResolvedLens,
        _ body: ([String?], PersonOnSides) -> Void, whole: (PersonOnSides) -> Void
    ) throws -> Int {
        // Spans that lie in the same of the windows as a whole.
        let spans = TimeSpans(
            between: [before, after].filter { !$0.isEmpty }
                .flatMap { [$0.lowerBound, $0.upperBound] })
        guard let start = spans.bounds.first, let end = spans.bounds.last else { return 0 }
        let found = try query.answersByPerson(try lens(start, end), selection, spans: spans)
        var repeats = 0
        found.forEachPerson { cells in
            var (person, group) = (PersonOnSides(), cells[0].slot / spans.count)
            var all = PersonOnSides()
            func end() {
                if person.count > 1 { body(found.groups[group], person) }
                all += person
            }
            for cell in cells {
                let (next, span) = cell.slot.quotientAndRemainder(dividingBy: spans.count)
                if next != group {
                    end()
                    (person, group) = (PersonOnSides(), next)
                }
                add(cell.answers, in: spans.bounds[span], to: &person)
            }
            end()
            guard all.count > 1 else { return }
            whole(all)
            repeats += all.count - 1
        }
        return repeats
    }

    /// Adds answers of a span, which may lie in neither window.
    private func add(
        _ answers: NPSCounts, in start: Microseconds, to person: inout PersonOnSides
    ) {
        switch (before.contains(start), after.contains(start)) {
        case (true, true): person.shared += answers
        case (true, false): person.onlyBefore += answers
        case (false, true): person.onlyAfter += answers
        case (false, false): break
        }
    }
}

/// The answer of each person that counts in each of two windows, where one of each does.
struct PickedAnswers {
    /// What counts in both windows, by group.
    private(set) var shared: [[String?]: NPSCounts] = [:]
    private var groups: [[String?]] = []
    private var persons: [UInt64: (before: Answer?, after: Answer?)] = [:]

    private struct Answer {
        let position: Position
        let group: Int
        let value: Int
    }

    init<State: StateReader>(
        _ query: NPSBySegmentQuery<State>, _ selection: SegmentSelection, before: ResolvedLens,
        after: ResolvedLens
    ) throws {
        groups = try query.forEachCounted(before, selection) { row, group, npsClass in
            persons[row.subject, default: (nil, nil)].before = Answer(
                position: row.position, group: group, value: Int(npsClass.rawValue) - 1)
        }
        _ = try query.forEachCounted(after, selection) { row, group, npsClass in
            let answer = Answer(
                position: row.position, group: group, value: Int(npsClass.rawValue) - 1)
            persons[row.subject, default: (nil, nil)].after = answer
            if persons[row.subject]?.before?.position == row.position {
                shared[groups[group], default: .zero].add(answer.value)
            }
        }
    }

    /// Calls `whole` with the answers of each person whose answer in one window is another than that
    /// in the other, and `body` where they are of the same group.
    ///
    /// - Returns: how many have two answers, of whichever groups.
    func forEachPerson(
        _ body: ([String?], PersonOnSides) -> Void, whole: (PersonOnSides) -> Void
    ) -> Int {
        var repeats = 0
        for case (let before?, let after?) in persons.values
        where before.position != after.position {
            repeats += 1
            var person = PersonOnSides()
            person.onlyBefore.add(before.value)
            person.onlyAfter.add(after.value)
            whole(person)
            if before.group == after.group { body(groups[before.group], person) }
        }
        return repeats
    }
}
