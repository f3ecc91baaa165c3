import Testing

@testable import NPSStatistics

@Suite struct ClusterSumsTests {
    @Test(arguments: StatisticsReference.clustered.indices)
    func agreesWithClusterRobustRegression(index: Int) throws {
        let reference = StatisticsReference.clustered[index]
        let sums = reference.sums
        let plain = try #require(sums.difference(adjusted: false))
        #expect(isClose(plain.estimate, reference.difference, relative: 1e-9, absolute: 1e-12))
        #expect(isClose(plain.standardError, reference.error, relative: 1e-9))
        #expect(isClose(sums.first.mean, reference.mean, relative: 1e-9))
        #expect(isClose(sums.first.standardError, reference.meanError, relative: 1e-9))
    }

    /// The same 200 people in two waves: what was shown as −22.8…+7.1 with p 0.30.
    @Test func samePeopleInBothWaves() throws {
        var sums = ClusterPairSums.zero
        for index in 0..<200 {
            let before = index < 24 ? 1 : index < 32 ? 0 : index % 3 - 1
            let after = index < 24 ? 0 : index < 32 ? 1 : before
            sums.add(.classes([after]), .classes([before]))
        }
        let change = try #require(sums.difference())
        #expect(isClose(change.estimate, -0.08))
        #expect(isClose(change.standardError, 0.0277, relative: 0, absolute: 0.00005))
        let interval = try #require(change.interval())
        #expect(isClose(interval.low, -0.134, relative: 0, absolute: 0.0005))
        #expect(isClose(interval.high, -0.026, relative: 0, absolute: 0.0005))
        #expect(isClose(change.pValue, 0.004, relative: 0, absolute: 0.0005))
        #expect(sums.persons == 200 && sums.personsInBoth == 200 && sums.personsChanged == 32)
    }

    @Test(arguments: seeds)
    func everybodyOnceIsWhatItWas(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let (a, s, b) = (
                generator.nextNonEmptyCounts(limit: 60), generator.nextNonEmptyCounts(limit: 60),
                generator.nextNonEmptyCounts(limit: 60)
            )
            let apart = ClusterPairSums(
                onlyFirst: ExpectedScore(a), shared: .zero, onlySecond: ExpectedScore(b))
            for adjusted in [true, false] {
                let found = try #require(apart.difference(adjusted: adjusted))
                let expected = try #require(Difference.independent(a, b, adjusted: adjusted))
                #expect(isClose(found.estimate, expected.estimate, absolute: 1e-14))
                #expect(isClose(found.center, expected.center, absolute: 1e-14))
                #expect(isClose(found.standardError, expected.standardError))
                #expect(found.degreesOfFreedom == nil && apart.isIndependent)
            }
            let overlapping = ClusterPairSums(
                onlyFirst: ExpectedScore(a), shared: ExpectedScore(s),
                onlySecond: ExpectedScore(b))
            let found = try #require(overlapping.difference(adjusted: false))
            let expected = try #require(
                Difference.overlapping(onlyFirst: a, shared: s, onlySecond: b))
            #expect(isClose(found.estimate, expected.estimate, absolute: 1e-14))
            // That one takes the parts' sizes as given, and leaves out what their scores differ by.
            #expect(found.standardError >= expected.standardError * (1 - 1e-12))
            let alike = ClusterPairSums(
                onlyFirst: ExpectedScore(a), shared: ExpectedScore(a + a),
                onlySecond: ExpectedScore(a + a + a))
            let same = try #require(
                Difference.overlapping(onlyFirst: a, shared: a + a, onlySecond: a + a + a))
            let found2 = try #require(alike.difference(adjusted: false))
            #expect(isClose(found2.standardError, same.standardError, absolute: 1e-12))
            let one = ClusterSums(ExpectedScore(a))
            let interval = try #require(one.interval())
            let before = try #require(a.interval())
            #expect(isClose(interval.low, before.low, absolute: 1e-14))
            #expect(isClose(interval.high, before.high, absolute: 1e-14))
            #expect(isClose(one.standardError, try #require(a.standardError)))
        }
    }

    @Test(arguments: seeds)
    func nothingDiffersFromItself(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var sums = ClusterPairSums.zero
            sums.add(.classes([1, 0]), .classes([1, 0]))
            for _ in 0...generator.next(below: 40) {
                let person = generator.nextPerson(answersMax: 5)
                sums.add(person, person)
            }
            let none = try #require(sums.difference())
            #expect(none.estimate == 0 && none.center == 0 && none.standardError == 0)
            #expect(none.pValue == 1 && none.interval() == Interval(low: 0, high: 0))
        }
    }

    @Test(arguments: seeds)
    func sumsAreExactInAnyOrder(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let people = (0..<60).map { _ in
            (generator.nextPerson(answersMax: 3), generator.nextPerson(answersMax: 3))
        }
        var forward = ClusterPairSums.zero
        for person in people { forward.add(person.0, person.1) }
        var merged = ClusterPairSums.zero
        for person in generator.shuffled(people) {
            var one = ClusterPairSums.zero
            one.add(person.0, person.1)
            merged = one + merged
        }
        #expect(merged == forward)
        for person in people.dropLast(7) { merged.remove(person.0, person.1) }
        var last = ClusterPairSums.zero
        for person in people.suffix(7) { last.add(person.0, person.1) }
        #expect(merged == last && forward - (forward - last) == last)
    }

    /// A fold that counts responses first and brings those of one person together later.
    @Test(arguments: StatisticsReference.clustered.indices)
    func joiningIsAddingPersons(index: Int) {
        let reference = StatisticsReference.clustered[index]
        var parts = (ExpectedScore.zero, ExpectedScore.zero, ExpectedScore.zero)
        let people = reference.people.map { person in person.map(ExpectedScore.init(answers:)) }
        for person in people {
            parts.0 += person[0]
            parts.1 += person[1]
            parts.2 += person[2]
        }
        var joined = ClusterPairSums(
            onlyFirst: parts.0, shared: parts.1, onlySecond: parts.2)
        var one = ClusterSums(parts.0 + parts.1)
        for person in people {
            joined.join(onlyFirst: person[0], shared: person[1], onlySecond: person[2])
            one.join(person[0] + person[1])
        }
        #expect(joined == reference.sums && one == reference.sums.first)
    }

    /// A segment and its complement from the sums of all and the segment's people.
    @Test func aSegmentAgainstTheRest() throws {
        var generator = SeededGenerator(seed: 5)
        let people = (0..<80).map { _ in
            (generator.nextPerson(answersMax: 2), generator.nextPerson(answersMax: 3))
        }
        var all = ClusterSums.zero
        var expected = ClusterPairSums.zero
        for (inside, outside) in people {
            all.add(inside + outside)
            expected.add(inside, outside)
        }
        var found = ClusterPairSums(first: .zero, second: all)
        for (inside, outside) in people where inside.count > 0 {
            found.remove(PersonAnswers(), inside + outside)
            found.add(inside, outside)
        }
        #expect(found == expected)
    }

    @Test func fewPeopleAreNotCertain() throws {
        // All of four persons fell by a class: no spread at all, and no certainty either.
        var sums = ClusterPairSums.zero
        for _ in 0..<4 { sums.add(.classes([0]), .classes([1])) }
        let fall = try #require(sums.difference())
        #expect(fall.estimate == -1 && fall.standardError > 0.1)
        #expect(fall.pValueMin == 0.125 && fall.degreesOfFreedom == 3)
        #expect(fall.pValue >= 0.125)
        #expect(try #require(fall.interval()).contains(-1))
        // One account's six answers are one person's.
        var one = ClusterSums.zero
        one.add(.classes([1, 1, 1, 1, 1, 1]))
        #expect(one.standardError == 0 && one.persons == 1 && one.hasRepeatedAnswers)
        #expect(one.interval() == NPSCounts(promoters: 1).interval())
    }

    @Test func emptySelections() {
        #expect(ClusterSums.zero.mean == nil && ClusterSums.zero.interval() == nil)
        #expect(ClusterSums.zero.standardError == nil)
        let some = ClusterSums(ExpectedScore(NPSCounts(promoters: 3)))
        #expect(ClusterPairSums(first: some, second: .zero).difference() == nil)
        #expect(ClusterPairSums(first: .zero, second: some).difference() == nil)
        #expect(some.interval(confidence: 1) == nil)
        var none = some
        none.add(PersonAnswers())
        #expect(none == some)
    }

    /// Ten million answers under one name, as an export without names has them.
    @Test func everythingFromOnePerson() throws {
        var sums = ClusterSums.zero
        sums.add(PersonAnswers(sum: 35_000_000_000, count: 10_000_000))
        sums.add(.classes([1]))
        #expect(isClose(sums.mean, 0.35000006499999346))
        let error = try #require(sums.standardError)
        #expect(isClose(error, (2.0 * 0.65 * 0.65).squareRoot() * 1e-7, relative: 1e-5))
        var squared = ClusterSums.zero
        squared.add(PersonAnswers(sum: 1_000_000_000_000_000, count: 100_000_000_000))
        // Beyond what 128 bits hold; nothing is left but rounding.
        #expect(try #require(squared.standardError) < 1e-6)
    }

    @Test func averagedPersons() {
        #expect(PersonAnswers.classes([1, 1, 0]).averaged == PersonAnswers(sum: 6667, count: 1))
        #expect(PersonAnswers.classes([-1, -1, 0]).averaged == PersonAnswers(sum: -6667, count: 1))
        #expect(PersonAnswers(sum: -1, count: 2).averaged == PersonAnswers(sum: -1, count: 1))
        #expect(PersonAnswers().averaged == PersonAnswers())
        #expect(PersonAnswers.classes([1]).averaged == .classes([1]))
    }

    /// What the prediction-powered score and the paired bias add up are these sums as well.
    @Test func correctedScoresAreTheSameForm() throws {
        var generator = SeededGenerator(seed: 9)
        var score = RectifiedScore()
        var bias = PairedBias.zero
        var sums = ClusterPairSums.zero
        var differences = ClusterSums.zero
        for _ in 0..<40 {
            let inferred = generator.next(below: 20_001) - 10_000
            score.addInferred(basisPoints: inferred)
            sums.add(PersonAnswers(sum: Int64(inferred), count: 1), PersonAnswers())
        }
        for _ in 0..<25 {
            let inferred = generator.next(below: 20_001) - 10_000
            let stated = (generator.next(below: 3) - 1) * 10_000
            score.addPair(statedBasisPoints: stated, inferredBasisPoints: inferred)
            bias.add(readBasisPoints: inferred, statedBasisPoints: stated)
            let difference = PersonAnswers(sum: Int64(inferred - stated), count: 1)
            sums.add(PersonAnswers(), difference)
            differences.add(difference)
        }
        let corrected = try #require(sums.difference(adjusted: false))
        #expect(isClose(corrected.estimate, try #require(score.score)))
        #expect(isClose(corrected.standardError, try #require(score.standardError)))
        let expected = try #require(bias.difference)
        let found = differences.moments(pseudoPersons: PseudoCounts.total)
        #expect(isClose(found.center, expected.center))
        #expect(isClose(found.variance.squareRoot(), expected.standardError))
    }
}

extension PersonAnswers {
    /// Answers of −1, 0 or 1.
    static func classes(_ answers: [Int]) -> PersonAnswers {
        PersonAnswers(sum: Int64(answers.reduce(0, +)) * 10_000, count: answers.count)
    }

    static func + (left: PersonAnswers, right: PersonAnswers) -> PersonAnswers {
        PersonAnswers(sum: left.sum + right.sum, count: left.count + right.count)
    }
}

extension ExpectedScore {
    init(answers: [Int]) {
        self = .zero
        for answer in answers { add(basisPoints: answer) }
    }
}

extension StatisticsReference.Clustered {
    var sums: ClusterPairSums {
        var sums = ClusterPairSums.zero
        for person in people {
            let parts = person.map { PersonAnswers(sum: Int64($0.reduce(0, +)), count: $0.count) }
            sums.add(parts[0] + parts[1], parts[1] + parts[2])
        }
        return sums
    }
}

extension SeededGenerator {
    /// A person with up to so many answers of any class, or none.
    mutating func nextPerson(answersMax: Int) -> PersonAnswers {
        let answers = (0..<next(below: answersMax + 1)).map { _ in next(below: 3) - 1 }
        return .classes(answers)
    }
}
