import LedgerCore
import LedgerFixtures
import NPSBySegmentProjection
import NPSStatistics
import NaiveFolds

/// A score as it was reported when the log had a certain size.
struct ScoreReport {
    let question: ScoreQuestion
    let answer: ScoreAnswer
    /// The size of the log's prefix that the answer was given from.
    let size: Position
}

extension RandomisedRun {
    private func questions(
        upTo end: Position, _ numbers: inout SeededNumbers
    ) -> RandomQuestions {
        RandomQuestions(
            numbers: SeededGenerator(seed: numbers.next()),
            times: naive.standing(asOf: end).responses.map(\.occurredAt), size: end)
    }

    /// Drawn questions of any kind, and some that were answered before.
    func checkScores(
        of state: some StateReader, upTo end: Position, _ whose: String,
        _ numbers: inout SeededNumbers
    ) throws {
        var drawn = questions(upTo: end, &numbers)
        for _ in 0..<2 {
            let question = ScoreQuestion(&drawn)
            note("scores recomputed")
            let answer = try ScoreAnswer(question, state, threads: 1 + numbers.below(3))
            try compare(
                answer, ScoreAnswer(question, naive, upTo: end), question,
                "\(whose) at \(end) and brute force")
        }
        let former = reports.filter { $0.size <= end }
        guard !former.isEmpty else { return }
        note("reports asked for again")
        let report = former[numbers.below(former.count)]
        try compare(
            try ScoreAnswer(report.question, state), report.answer, report.question,
            "\(whose) at \(end) and what was reported at \(report.size)")
    }

    /// Reports a score as of now, which must be found again ever after.
    func report(
        _ state: some StateReader, upTo end: Position, _ numbers: inout SeededNumbers
    ) throws {
        guard numbers.happens(percent: 50) else { return }
        var drawn = questions(upTo: end, &numbers)
        let question = ScoreQuestion(&drawn, asOf: end)
        reports.append(
            ScoreReport(question: question, answer: try ScoreAnswer(question, state), size: end))
    }

    /// The sums that a reader keeps from one question to the next.
    func checkCube(
        of state: some StateReader, upTo end: Position, _ numbers: inout SeededNumbers
    ) throws {
        var drawn = questions(upTo: end, &numbers)
        let selection = drawn.selection()
        // Few lenses, so that something is kept; now and then the past.
        let asOf = numbers.happens(percent: 80) ? end : Position(numbers.below(Int(end) + 1))
        let lens = Lens(asOf: asOf, basis: numbers.happens(percent: 70) ? .blended : .inferred)
        let groups = try cube.tally(
            ResolvedLens(lens, in: state), selection, NPSBySegmentQuery(state))
        let found = Dictionary(groups.map { ($0.values, $0.tallies) }) { $1 + $0 }
        let expected = naive.standing(asOf: asOf).tally(lens, selection, bounds: nil)
        guard let difference = firstDifference(found, expected ?? [:]) else { return }
        throw Disagreement(
            "the sums kept between questions and brute force differ \(difference); the lens was "
                + "\(lens)")
    }

    private func compare(
        _ found: ScoreAnswer, _ expected: ScoreAnswer, _ question: ScoreQuestion, _ what: String
    ) throws {
        guard let difference = found.difference(from: expected) else { return }
        throw Disagreement("\(what) differ in \(difference); asked was \(question)")
    }
}
