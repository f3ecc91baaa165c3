@testable import NPSStatistics

/// People to draw from, whose answers are alike: each answer is the person's own usual one, or
/// another of the population.
struct SimulatedPeople: Sendable {
    let name: String
    let detractors: Double
    let promoters: Double
    /// The chance that an answer is the person's usual one.
    let constancy: Double

    /// A score of 30 points.
    static let middling = SimulatedPeople(
        name: "+30", detractors: 0.2, promoters: 0.5, constancy: 0.8)
    /// A score of 75 points, where every tail is skewed.
    static let happy = SimulatedPeople(
        name: "+75", detractors: 0.05, promoters: 0.8, constancy: 0.8)

    /// These with a share of the promoters turned into detractors.
    func disappointed(by share: Double) -> SimulatedPeople {
        SimulatedPeople(
            name: name, detractors: detractors + share, promoters: promoters - share,
            constancy: constancy)
    }

    /// These with answers that are the usual one with this chance.
    func constant(_ constancy: Double) -> SimulatedPeople {
        SimulatedPeople(
            name: name, detractors: detractors, promoters: promoters, constancy: constancy)
    }

    /// −1, 0 or 1.
    func answer(using generator: inout SeededGenerator) -> Int {
        let u = generator.nextUnit()
        return u < detractors ? -1 : u < detractors + promoters ? 1 : 0
    }

    func counts(_ count: Int, using generator: inout SeededGenerator) -> NPSCounts {
        generator.nextSample(count, detractors: detractors, promoters: promoters)
    }

    func person(answers: Int, using generator: inout SeededGenerator) -> ExpectedScore {
        person(usually: answer(using: &generator), answers: answers, using: &generator)
    }

    func person(
        usually usual: Int, answers: Int, using generator: inout SeededGenerator
    ) -> ExpectedScore {
        var person = ExpectedScore.zero
        for _ in 0..<answers {
            let isUsual = generator.nextUnit() < constancy
            let answer = isUsual ? usual : answer(using: &generator)
            person.add(basisPoints: answer * 10_000)
        }
        return person
    }

    /// Often one answer, on average three, at most twenty.
    static func numberOfAnswers(using generator: inout SeededGenerator) -> Int {
        var count = 1
        while count < 20, generator.next(below: 3) > 0 { count += 1 }
        return count
    }
}
