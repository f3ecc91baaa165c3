import Foundation
import Testing

@testable import NPSStatistics

@Suite struct PermutationTestTests {
    /// Counted out in fractions; the first four are four pairs of small groups.
    @Test(arguments: StatisticsReference.permutations.indices)
    func agreesWithCounting(index: Int) throws {
        let (a, b, expected) = StatisticsReference.permutations[index]
        let first = NPSCounts(detractors: a[0], passives: a[1], promoters: a[2])
        let second = NPSCounts(detractors: b[0], passives: b[1], promoters: b[2])
        let p = try #require(PermutationTest.pValue(first, second))
        #expect(isClose(p, expected, relative: 1e-10))
        #expect(PermutationTest.pValue(second, first) == p)
        #expect(isClose(PermutationTest.pValue(first.mirrored, second.mirrored), p))
    }

    @Test func edges() {
        let some = NPSCounts(detractors: 1, passives: 2, promoters: 3)
        #expect(PermutationTest.pValue(some, .zero) == nil)
        #expect(PermutationTest.pValue(.zero, some) == nil)
        #expect(PermutationTest.pValue(NPSCounts(detractors: -1, promoters: 5), some) == nil)
        #expect(PermutationTest.pValue(some, some) == 1)
        let all = NPSCounts(promoters: 5)
        #expect(PermutationTest.pValue(all, NPSCounts(promoters: 7)) == 1)
        let million = NPSCounts(detractors: 1, passives: 1_000_000, promoters: 1)
        let p = PermutationTest.pValue(million, NPSCounts(passives: 1_000_000))
        #expect(p == 1, "one of each")
        let few = NPSCounts(passives: 1_000_000, promoters: 6)
        #expect(
            isClose(
                PermutationTest.pValue(few, NPSCounts(passives: 1_000_006)), 0.03125,
                relative: 1e-4))
    }

    /// Under the null the chance of p ≤ α is at most α: over every split, no chance involved.
    @Test(arguments: [
        (5, NPSCounts(detractors: 20, passives: 30, promoters: 50)),
        (12, NPSCounts(detractors: 8, passives: 0, promoters: 32)),
        (20, NPSCounts(detractors: 50, passives: 150, promoters: 800)),
    ])
    func neverTooSmall(drawn: Int, pool: NPSCounts) throws {
        var outcomes: [(p: Double, chance: Double)] = []
        let total = logChoose(pool.total, drawn)
        for d in 0...min(drawn, pool.detractors) {
            for q in 0...min(drawn - d, pool.promoters) where drawn - d - q <= pool.passives {
                let sample = NPSCounts(detractors: d, passives: drawn - d - q, promoters: q)
                let p = try #require(PermutationTest.pValue(sample, pool - sample))
                let chance = exp(
                    logChoose(pool.detractors, d) + logChoose(pool.promoters, q)
                        + logChoose(pool.passives, drawn - d - q) - total)
                outcomes.append((p, chance))
            }
        }
        #expect(isClose(outcomes.reduce(0) { $0 + $1.chance }, 1, relative: 1e-10))
        for outcome in outcomes {
            let atMost = outcomes.reduce(0) {
                $0 + ($1.p <= outcome.p * (1 + 1e-9) ? $1.chance : 0)
            }
            // A p is itself the chance of one at most as large.
            #expect(isClose(atMost, outcome.p, relative: 1e-9))
        }
    }

    /// Where the saddlepoint takes over its error is in the fifth digit, far out as well.
    @Test(arguments: [
        NPSCounts(detractors: 20_000, passives: 30_000, promoters: 50_000),
        NPSCounts(detractors: 5_000, passives: 15_000, promoters: 80_000),
        NPSCounts(detractors: 40_000, passives: 0, promoters: 60_000),
    ])
    func approximationMeetsTheExact(pool: NPSCounts) throws {
        let n = PermutationTest.exactResponsesMax
        let mean = n * (pool.promoters - pool.detractors) / pool.total
        var smallest = 1.0
        for step in stride(from: -120, through: 120, by: 6) where step != 0 {
            let detractors = n * pool.detractors / pool.total - step / 2
            let sample = NPSCounts(
                detractors: detractors, passives: n - 2 * detractors - mean - step,
                promoters: detractors + mean + step)
            let isPossible = sample.isConsistent && (pool - sample).isConsistent
            guard isPossible else { continue }
            let exact = try #require(PermutationTest.exactPValue(sample, pool - sample))
            let approximate = try #require(PermutationTest.approximatePValue(sample, pool - sample))
            if exact > 1e-12 { #expect(isClose(approximate, exact, relative: 2e-4)) }
            smallest = min(smallest, exact)
        }
        #expect(smallest < 1e-3)
    }

    /// Large samples that part by little, where both the exact and the normal p are known well.
    @Test func largeSamples() throws {
        let first = NPSCounts(detractors: 200_000, passives: 300_000, promoters: 500_000)
        let second = NPSCounts(detractors: 202_000, passives: 300_000, promoters: 498_000)
        let p = try #require(PermutationTest.pValue(first, second))
        let normal = try #require(Difference.independent(first, second)).pValue
        #expect(isClose(p, normal, relative: 0.01))
    }

    /// With one answer each, dealing out persons is dealing out responses.
    @Test func personsWithOneAnswer() throws {
        let group = NPSCounts(detractors: 45, passives: 60, promoters: 95)
        let rest = NPSCounts(detractors: 400, passives: 800, promoters: 1800)
        let all = group + rest
        let test = PersonPermutationTest([
            .classes([-1]): all.detractors, .classes([0]): all.passives,
            .classes([1]): all.promoters,
        ])
        let people =
            [PersonAnswers](repeating: .classes([-1]), count: group.detractors)
            + [PersonAnswers](repeating: .classes([0]), count: group.passives)
            + [PersonAnswers](repeating: .classes([1]), count: group.promoters)
        let p = try #require(test.pValue(of: people))
        let exact = try #require(PermutationTest.pValue(group, rest))
        // The far side's half step is another one.
        #expect(isClose(p, exact, relative: 0.15))
        let unanimous = PersonPermutationTest([.classes([1]): 20, .classes([-1]): 30])
        let allOfThem = unanimous.pValue(of: [PersonAnswers](repeating: .classes([1]), count: 10))
        let counted = PermutationTest.pValue(
            NPSCounts(promoters: 10), NPSCounts(detractors: 30, promoters: 10))
        #expect(try #require(allOfThem) > 0.2 * #require(counted))
        #expect(try #require(allOfThem) < 5 * #require(counted))
        #expect(test.pValue(of: [PersonAnswers()]) == nil)
        let nobodyElse = PersonPermutationTest([.classes([1]): 2])
        #expect(nobodyElse.pValue(of: [.classes([1]), .classes([1])]) == nil)
        #expect(nobodyElse.pValue(of: [.classes([1])]) == 1)
        // Nobody else answers as often as the two, so there is nobody to exchange them for.
        let often = PersonPermutationTest([
            .classes([1, 1, 0]): 1, .classes([1, 1, 1, 1]): 1, .classes([-1]): 30,
            .classes([0]): 11,
        ])
        #expect(often.pValue(of: [.classes([1, 1, 0]), .classes([1, 1, 1, 1])]) == 1)
    }

    /// Dealt out by chance again and again: how often is the sum as far off as it is?
    @Test func personsWithManyAnswers() throws {
        var generator = SeededGenerator(seed: 3)
        let people = (0..<60).map { _ in
            let count = SimulatedPeople.numberOfAnswers(using: &generator)
            let person = SimulatedPeople.middling.person(answers: count, using: &generator)
            return PersonAnswers(sum: person.sum, count: person.count)
        }
        let test = PersonPermutationTest(
            Dictionary(people.map { ($0, 1) }, uniquingKeysWith: +))
        let all = people.reduce(PersonAnswers(), +)
        let mean = Double(all.sum) / Double(all.count)
        let bands = Dictionary(grouping: people) {
            Int.bitWidth - ($0.count - 1).leadingZeroBitCount
        }
        // Of each band the third that is least content, but for the very least.
        var group: [PersonAnswers] = []
        var expected = 0.0
        for band in bands.values.sorted(by: { $0[0].count < $1[0].count }) {
            let deviations = band.map { Double($0.sum) - mean * Double($0.count) }
            group += band.sorted { $0.sum < $1.sum }.dropFirst(2).prefix(band.count / 3)
            expected +=
                deviations.reduce(0, +) / Double(band.count)
                * Double(min(band.count / 3, max(band.count - 2, 0)))
        }
        func distance(_ group: [PersonAnswers]) -> Double {
            let sum = group.reduce(PersonAnswers(), +)
            return (Double(sum.sum) - mean * Double(sum.count) - expected).magnitude
        }
        let observed = distance(group)
        let order = bands.keys.sorted()
        var asFar = 0
        for _ in 0..<4000 {
            let drawn = order.flatMap { key in
                let band = bands[key, default: []]
                return generator.shuffled(band).prefix(min(band.count / 3, max(band.count - 2, 0)))
            }
            if distance(drawn) >= observed - 1e-6 { asFar += 1 }
        }
        let p = try #require(test.pValue(of: group))
        #expect((p * 4000 - Double(asFar)).magnitude < 4 * Double(asFar).squareRoot() + 8)
        let certain = Difference(estimate: 1, center: 1, standardError: 0.01)
        #expect(test.pValue(of: group, with: certain) == p)
        let open = Difference(estimate: 1, center: 0, standardError: 1)
        #expect(test.pValue(of: group, with: open) == 1)
    }

    private func logChoose(_ n: Int, _ k: Int) -> Double {
        lgamma(Double(n) + 1) - lgamma(Double(k) + 1) - lgamma(Double(n - k) + 1)
    }
}
