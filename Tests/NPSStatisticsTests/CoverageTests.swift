import Foundation
import Testing

@testable import NPSStatistics

/// How many intervals hold: of scores of people who answer often, and of small samples.
///
/// The tables in the documentation are printed by
/// `NPSLEDGER_SIMULATIONS=1 swift test -c release -Xswiftc -enable-testing --filter Coverage`.
@Suite(.serialized) struct CoverageTests {
    private static let isLarge = ProcessInfo.processInfo.environment["NPSLEDGER_SIMULATIONS"] != nil

    /// Ten persons with six answers each: with the person as the unit 95 % intervals hold, with
    /// the response as the unit they are half as wide as they should be.
    @Test func personsAreTheUnit() {
        let study = PersonStudy(people: .middling, persons: 10, answers: 6)
        let held = study.run(samples: 1500, seed: 61)
        #expect(held.personEach > 0.92 && held.personEach < 0.985, "\(held)")
        #expect(held.byResponse < 0.7, "\(held)")
    }

    @Test(.enabled(if: isLarge))
    func tableOfPseudoRespondents() {
        print("answers persons population: none added, one answer each, n/G each, with G/(G - 1)")
        for answers in [6, nil] {
            for people in [SimulatedPeople.middling, .happy] {
                for persons in [5, 10, 20, 40, 200] {
                    let study = PersonStudy(
                        people: people.constant(0.95), persons: persons, answers: answers)
                    let held = study.run(samples: 20_000, seed: 1)
                    let shares = [held.plain, held.oneEach, held.personEach, held.withFactor]
                    print(
                        answers.map(String.init) ?? "1-20", persons, people.name,
                        shares.map { String(format: "%4.1f", 100 * $0) }.joined(separator: " "))
                    #expect(held.personEach > 0.88)
                }
            }
        }
    }

    /// No chance involved: the coverage is summed over every possible sample.
    @Test(.enabled(if: isLarge))
    func tableOfSmallSamples() throws {
        print("confidence n: as it was, stretched, score there, score always (worst, mean, width)")
        for confidence in [0.8, 0.9, 0.95] {
            let z = try #require(StandardNormal.criticalValue(confidence: confidence))
            for n in [1, 2, 3, 4, 5, 10, 30] {
                let rules: [(NPSCounts) -> Interval?] = [
                    { ScoreMoments.adjusted($0).waldInterval(z) },
                    { $0.interval(.adjustedWald, criticalValue: z) },
                    { counts in
                        let adjusted = ScoreMoments.adjusted(counts).waldInterval(z)
                        return adjusted.contains(counts.score ?? 0)
                            ? adjusted : counts.interval(.score, criticalValue: z)
                    },
                    { $0.interval(.score, criticalValue: z) },
                ]
                let figures = try rules.map { try SampleStudy(n: n).coverage($0) }
                print(
                    confidence, n,
                    figures.map {
                        String(format: "%4.1f %4.1f %4.2f", 100 * $0.worst, 100 * $0.mean, $0.width)
                    }.joined(separator: " | "))
                #expect(figures[1].worst >= figures[0].worst && figures[1].mean >= figures[0].mean)
            }
        }
    }
}

/// Scores of persons who answer often, drawn again and again.
private struct PersonStudy {
    let people: SimulatedPeople
    let persons: Int
    /// Of each person; without, one to twenty.
    let answers: Int?

    /// The share of 95 % intervals that hold.
    struct Held {
        var plain = 0.0
        var oneEach = 0.0
        var personEach = 0.0
        var withFactor = 0.0
        var byResponse = 0.0
    }

    func run(samples: Int, seed: UInt64) -> Held {
        var generator = SeededGenerator(seed: seed)
        let truth = people.promoters - people.detractors
        let z = 1.959963984540054
        let one = 1 / Double(samples)
        var held = Held()
        for _ in 0..<samples {
            var sums = ClusterSums.zero
            var responses = ExpectedScore.zero
            for _ in 0..<persons {
                let count = answers ?? SimulatedPeople.numberOfAnswers(using: &generator)
                let person = people.person(answers: count, using: &generator)
                sums.add(PersonAnswers(sum: person.sum, count: person.count))
                responses += person
            }
            // Three single answers are so many persons with n/G.
            let single = PseudoCounts.total * Double(persons) / Double(sums.count)
            func holds(_ center: Double, _ variance: Double) -> Bool {
                (center - truth).magnitude <= z * variance.squareRoot() + 1e-12
            }
            let plain = sums.moments(pseudoPersons: 0)
            if holds(plain.center, plain.variance) { held.plain += one }
            let each = sums.moments(pseudoPersons: PseudoCounts.total)
            if holds(each.center, each.variance) { held.personEach += one }
            let factor = Double(persons) / Double(persons - 1)
            if holds(each.center, each.variance * factor) { held.withFactor += one }
            var few = sums.moments(pseudoPersons: single)
            // The same centre; but single answers spread less than persons with n/G each.
            few.variance -=
                single * (0.5 + few.center * few.center) * (1 - 1 / perPerson(sums))
                * perPerson(sums) * perPerson(sums) / (few.size * few.size)
            if holds(few.center, few.variance) { held.oneEach += one }
            if responses.interval()?.contains(truth) == true { held.byResponse += one }
        }
        return held
    }

    private func perPerson(_ sums: ClusterSums) -> Double {
        Double(sums.count) / Double(sums.persons)
    }
}

/// All samples of a size, from populations all over the triangle.
private struct SampleStudy {
    let n: Int
    private static let shares = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]

    func coverage(
        _ rule: (NPSCounts) -> Interval?
    ) throws -> (worst: Double, mean: Double, width: Double) {
        var samples: [(counts: NPSCounts, interval: Interval, ways: Double)] = []
        for d in 0...n {
            for q in 0...(n - d) {
                let counts = NPSCounts(detractors: d, passives: n - d - q, promoters: q)
                let ways =
                    lgamma(Double(n + 1)) - lgamma(Double(d + 1)) - lgamma(Double(q + 1))
                    - lgamma(Double(n - d - q + 1))
                samples.append((counts, try #require(rule(counts)), ways))
            }
        }
        var coverages: [Double] = []
        var width = 0.0
        for d in Self.shares {
            for q in Self.shares where d + q < 1 {
                var covered = 0.0
                for sample in samples {
                    let chance = exp(
                        sample.ways + Double(sample.counts.detractors) * log(d)
                            + Double(sample.counts.promoters) * log(q)
                            + Double(sample.counts.passives) * log(1 - d - q))
                    let bounds = sample.interval
                    if bounds.low - 1e-12 <= q - d, q - d <= bounds.high + 1e-12 {
                        covered += chance
                    }
                    width += chance * bounds.width
                }
                coverages.append(covered)
            }
        }
        let count = Double(coverages.count)
        return (
            coverages.min() ?? 0, coverages.reduce(0, +) / count, width / count
        )
    }
}
