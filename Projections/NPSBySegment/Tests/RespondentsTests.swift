import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import ProjectionContract
import Testing

@Suite("Respondents")
struct RespondentsTests {
    @Test("answers of each respondent are those that rows hold", arguments: [1, 2, 3] as [UInt64])
    func answers(seed: UInt64) throws {
        let history = try EventHistory(seed: seed, count: 400)
        var projection = NPSBySegment()
        let state = MemoryState()
        var kept = Respondents()
        var severalSeen = 0
        for (index, entry) in history.entries.enumerated() {
            if NPSBySegment.descriptor.consumes.contains(entry.name) {
                try entry.withView { try projection.apply($0, to: state) }
            }
            guard index % 67 == 0 || index == history.entries.count - 1 else { continue }
            try projection.flush(to: state)
            try kept.load(state)
            var anew = Respondents()
            try anew.load(state)
            #expect(kept.repeatedCount == anew.repeatedCount, "seed \(seed), at \(index)")
            for duplicates in Lens.Duplicates.allCases {
                let lens = try ResolvedLens(
                    Lens(asOf: Position(index + 1), basis: .blended, duplicates: duplicates),
                    in: state)
                severalSeen += try check(lens, kept, state, "seed \(seed), at \(index)")
            }
        }
        #expect(severalSeen > 0, "seed \(seed)")
    }

    /// The sums by person of each region, from the answers kept and from a plain fold of all rows.
    private func check(
        _ lens: ResolvedLens, _ respondents: Respondents, _ state: MemoryState, _ note: Comment
    ) throws -> Int {
        let query = NPSBySegmentQuery(state)
        let selection = SegmentSelection(by: ["region"])
        let answers = try query.answers(lens, selection, of: respondents)
        var sums = [ClusterSums](repeating: .zero, count: answers.groups.count)
        for group in try query.tally(lens, selection) {
            let place = try #require(answers.groups.firstIndex(of: group.values))
            sums[place] = ClusterSums(ExpectedScore(group.tallies[0].counts))
        }
        answers.join(&sums) { $0 }
        let everybody = try query.answers(lens, selection, of: nil)
        var persons = [[UInt64: PersonAnswers]](repeating: [:], count: answers.groups.count)
        for answer in everybody.all {
            persons[Int(answer.slot)][answer.subject, default: PersonAnswers()]
                .add(basisPoints: answer.basisPoints)
        }
        for (place, persons) in persons.enumerated() {
            var expected = ClusterSums.zero
            for person in persons.values { expected.add(person) }
            #expect(sums[place] == expected, note)
        }
        return persons.reduce(0) { $0 + $1.values.count { $0.count > 1 } }
    }
}
