import Foundation
import Testing

@testable import NPSStatistics

/// A thousand segments against the rest: how many are marked that do not differ, and how many are
/// found that do, before and after p held for few answers and for people who answer often.
///
/// The tables in the documentation are printed by
/// `NPSLEDGER_SIMULATIONS=1 swift test -c release -Xswiftc -enable-testing --filter FalseDiscovery`.
@Suite(.serialized) struct FalseDiscoveryTests {
    private static let isLarge = ProcessInfo.processInfo.environment["NPSLEDGER_SIMULATIONS"] != nil

    /// Ten to forty responses is where the normal curve marks something in most families.
    @Test func oneAnswerAPerson() {
        let study = SegmentStudy(people: .middling, answering: .once, persons: 20, differing: 0)
        let result = study.run(families: 60, seed: 20)
        #expect(result.before.familiesWithFalseByRate > 9, "\(result)")
        #expect(result.after.familiesWithFalseByRate <= 9, "\(result)")
        #expect(result.after.familiesWithFalseByFamily <= 9, "\(result)")
    }

    @Test func manyAnswersAPerson() {
        let study = SegmentStudy(people: .middling, answering: .often, persons: 20, differing: 0)
        let result = study.run(families: 12, seed: 21)
        #expect(result.before.familiesWithFalseByRate == 12, "\(result)")
        #expect(result.after.familiesWithFalseByRate <= 3, "\(result)")
        #expect(result.after.familiesWithFalseByFamily <= 3, "\(result)")
    }

    /// The same people in two waves: nothing changed for anybody as far as the population goes.
    @Test func samePeopleTwice() {
        let study = SegmentStudy(
            people: .middling, answering: .inTwoWaves, persons: 12, differing: 0)
        let result = study.run(families: 20, seed: 22)
        #expect(result.before.familiesWithFalseByRate > 10, "\(result)")
        #expect(result.after.familiesWithFalseByRate <= 4, "\(result)")
        #expect(result.after.familiesWithFalseByFamily <= 4, "\(result)")
    }

    /// What differs is found, and of what is marked no more than a twentieth is not so.
    @Test func trueDifferencesAreFound() {
        let study = SegmentStudy(people: .middling, answering: .once, persons: 40, differing: 10)
        let result = study.run(families: 20, seed: 23)
        #expect(result.after.power > 0.5, "\(result)")
        #expect(result.after.falseShare < 0.12, "\(result)")
    }

    @Test(.enabled(if: isLarge), arguments: SegmentStudy.Answering.allCases)
    func table(answering: SegmentStudy.Answering) {
        print("\n\(answering): 1000 segments, 200 families a line, seed 1")
        print(
            "population persons | any marked, none differs: BH before, after; Holm before, after"
                + " | 10 differ: false share before, after; found before, after")
        for people in [SimulatedPeople.middling, .happy] {
            for persons in [5, 10, 20, 40, 200] {
                let none = SegmentStudy(
                    people: people, answering: answering, persons: persons, differing: 0
                ).run(families: 200, seed: 1)
                let some = SegmentStudy(
                    people: people, answering: answering, persons: persons, differing: 10
                ).run(families: 200, seed: 1)
                let shares = [
                    none.before.shareWithFalseByRate, none.after.shareWithFalseByRate,
                    none.before.shareWithFalseByFamily, none.after.shareWithFalseByFamily,
                    some.before.falseShare, some.after.falseShare, some.before.power,
                    some.after.power,
                ].map { String(format: "%5.3f", $0) }
                print(people.name, persons, "|", shares.joined(separator: " "))
                #expect(none.after.shareWithFalseByRate < 0.1)
                #expect(none.after.shareWithFalseByFamily < 0.1)
                #expect(some.after.falseShare < 0.1)
            }
        }
    }
}

/// One kind of table of segments, drawn again and again.
struct SegmentStudy: Sendable {
    enum Answering: CaseIterable, Sendable {
        /// Everybody one answer; a segment against the rest.
        case once
        /// One to twenty, three on average; a segment against the rest.
        case often
        /// Ten in every tenth segment, one in the others; a segment against the rest.
        case unevenly
        /// The same persons in two waves, one to twenty answers in each; one wave against the other.
        case inTwoWaves
    }

    let people: SimulatedPeople
    let answering: Answering
    let persons: Int
    /// How many of the thousand differ: their promoters' share is 30 points less, the detractors'
    /// more. Few, so that the rest of all the others is what they are.
    let differing: Int
    private static let segments = 1000
    private static let shift = 0.3

    /// What a rule marked, over all families.
    struct Marks: Sendable {
        var families = 0
        var familiesWithFalseByRate = 0
        var familiesWithFalseByFamily = 0
        /// The sum over families of the share of false marks among all, by Benjamini–Hochberg.
        var falseShares = 0.0
        var found = 0
        var toFind = 0

        var shareWithFalseByRate: Double { Double(familiesWithFalseByRate) / Double(families) }
        var shareWithFalseByFamily: Double {
            Double(familiesWithFalseByFamily) / Double(families)
        }
        var falseShare: Double { falseShares / Double(families) }
        var power: Double { Double(found) / Double(max(toFind, 1)) }

        mutating func add(_ pValues: [Double], differing: Int) {
            let byRate = MultipleComparisons.benjaminiHochberg(pValues).map { $0 < 0.05 }
            let byFamily = MultipleComparisons.holm(pValues).map { $0 < 0.05 }
            let marked = byRate.count { $0 }
            let right = byRate.prefix(differing).count { $0 }
            families += 1
            if marked > right { familiesWithFalseByRate += 1 }
            if byFamily.dropFirst(differing).contains(true) { familiesWithFalseByFamily += 1 }
            falseShares += marked > 0 ? Double(marked - right) / Double(marked) : 0
            found += right
            toFind += differing
        }
    }

    func run(families: Int, seed: UInt64) -> (before: Marks, after: Marks) {
        var generator = SeededGenerator(seed: seed)
        var result = (before: Marks(), after: Marks())
        for _ in 0..<families {
            let p =
                switch answering {
                case .once: once(using: &generator)
                case .often, .unevenly: often(using: &generator)
                case .inTwoWaves: inTwoWaves(using: &generator)
                }
            result.before.add(p.before, differing: differing)
            result.after.add(p.after, differing: differing)
        }
        return result
    }

    private typealias PValues = (before: [Double], after: [Double])

    private func population(_ segment: Int) -> SimulatedPeople {
        segment < differing ? people.disappointed(by: Self.shift) : people
    }

    private func once(using generator: inout SeededGenerator) -> PValues {
        let segments = (0..<Self.segments).map {
            population($0).counts(persons, using: &generator)
        }
        let all = segments.reduce(.zero, +)
        // Of few responses many segments are the same, and so is their p.
        var known: [NPSCounts: Double] = [:]
        var result: PValues = ([], [])
        for segment in segments {
            result.before.append(Difference.independent(segment, all - segment)?.pValue ?? 1)
            let p = known[segment] ?? PermutationTest.pValue(segment, all - segment) ?? 1
            known[segment] = p
            result.after.append(p)
        }
        return result
    }

    private func often(using generator: inout SeededGenerator) -> PValues {
        var pool: [PersonAnswers: Int] = [:]
        var segments: [Segment] = []
        for index in 0..<Self.segments {
            var segment = Segment()
            for _ in 0..<persons {
                let count = numberOfAnswers(index, using: &generator)
                segment.add(population(index).person(answers: count, using: &generator))
            }
            for person in segment.people { pool[person, default: 0] += 1 }
            segments.append(segment)
        }
        let all = segments.reduce(ClusterSums.zero) { $0 + $1.sums }
        let responses = segments.reduce(ExpectedScore.zero) { $0 + $1.responses }
        let test = PersonPermutationTest(pool)
        var result: PValues = ([], [])
        for segment in segments {
            result.before.append(
                Difference.independent(segment.responses, responses - segment.responses)?
                    .pValue ?? 1)
            let pair = ClusterPairSums(first: segment.sums, second: all - segment.sums)
            let difference = pair.difference()
            // What is not small by itself does not become so.
            if let difference, difference.pValue < 0.05 {
                result.after.append(test.pValue(of: segment.people, with: difference) ?? 1)
            } else {
                result.after.append(difference?.pValue ?? 1)
            }
        }
        return result
    }

    private func numberOfAnswers(
        _ segment: Int, using generator: inout SeededGenerator
    ) -> Int {
        guard answering == .unevenly else {
            return SimulatedPeople.numberOfAnswers(using: &generator)
        }
        return segment % 10 == 0 ? 10 : 1
    }

    private struct Segment {
        var people: [PersonAnswers] = []
        var sums = ClusterSums.zero
        var responses = ExpectedScore.zero

        mutating func add(_ answers: ExpectedScore) {
            let person = PersonAnswers(sum: answers.sum, count: answers.count)
            people.append(person)
            sums.add(person)
            responses += answers
        }
    }

    private func inTwoWaves(using generator: inout SeededGenerator) -> PValues {
        var result: PValues = ([], [])
        for segment in 0..<Self.segments {
            var pair = ClusterPairSums.zero
            var waves = (ExpectedScore.zero, ExpectedScore.zero)
            for _ in 0..<persons {
                // Every second one is in another mood next time.
                let count = SimulatedPeople.numberOfAnswers(using: &generator)
                let usual = people.answer(using: &generator)
                let isTheSame = generator.next(below: 2) == 0
                var next = isTheSame ? usual : people.answer(using: &generator)
                let turns = generator.nextUnit() < Self.shift / people.promoters
                if segment < differing, next == 1, turns { next = -1 }
                let first = people.person(usually: usual, answers: count, using: &generator)
                let second = people.person(usually: next, answers: count, using: &generator)
                waves.0 += first
                waves.1 += second
                pair.add(
                    PersonAnswers(sum: first.sum, count: count),
                    PersonAnswers(sum: second.sum, count: count))
            }
            result.before.append(Difference.independent(waves.0, waves.1)?.pValue ?? 1)
            result.after.append(pair.difference()?.pValue ?? 1)
        }
        return result
    }
}
