import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import ProjectionContract
import Testing

@Suite("Answers by person")
struct AnswersByPersonTests {
    @Test("sums are those of a fold of all rows", arguments: [1, 2, 3] as [UInt64])
    func history(seed: UInt64) throws {
        let history = try EventHistory(seed: seed, count: 400)
        var projection = NPSBySegment()
        let state = MemoryState()
        var severalSeen = 0
        for (index, entry) in history.entries.enumerated() {
            if NPSBySegment.descriptor.consumes.contains(entry.name) {
                try entry.withView { try projection.apply($0, to: state) }
            }
            guard index % 67 == 0 || index == history.entries.count - 1 else { continue }
            try projection.flush(to: state)
            for duplicates in Lens.Duplicates.allCases {
                for asOf in [index + 1, index / 2 + 1] {
                    let lens = Lens(asOf: Position(asOf), basis: .blended, duplicates: duplicates)
                    severalSeen += try Oracle(state, lens).check("seed \(seed), at \(index)")
                }
            }
        }
        #expect(severalSeen > 0, "seed \(seed)")
    }

    @Test("of many respondents, of one who never stops, and of numbers that lie far out")
    func crowd() throws {
        let state = try Self.crowded()
        for lens in [
            Lens(asOf: .max, model: .pinned(1), basis: .blended),
            Lens(asOf: .max, model: .pinned(1), basis: .inferred),
            Lens(asOf: .max, model: .pinned(1), basis: .blended, reviews: .ignored),
            Lens(asOf: .max, basis: .stated, from: Entry.timeMin + 3_000),
            Lens(asOf: 8_000, model: .pinned(1), basis: .blended, to: Entry.timeMin + 7_000),
        ] {
            #expect(try Oracle(state, lens).check("\(lens)") > 100)
        }
    }

    @Test("any number of workers gives what one gives")
    func workers() throws {
        let state = try Self.crowded()
        let lens = try ResolvedLens(Lens(asOf: .max, basis: .stated), in: state)
        let selection = SegmentSelection(by: ["region", "plan"])
        let one = try NPSBySegmentQuery(state).repeated(lens, selection)
        let query = NPSBySegmentQuery(
            state, workers: ManyChunksTests.threads(3), chunksPerPart: 1)
        let many = try query.repeated(lens, selection)
        #expect(many.sums == one.sums)
        #expect(many.all == one.all)
    }

    @Test("no sums are kept where a person's answers lie in too many cells")
    func wide() throws {
        let author = AuthoredState()
        for index in 0..<200 {
            try author.apply(
                ResponseRecorded(
                    source: "s", id: "\(index)", subject: 5, score: 900, hasText: false,
                    segments: ["account": "\(index)"]))
        }
        let state = try author.flushed()
        let lens = try ResolvedLens(Lens(asOf: 200), in: state)
        #expect(try PersonCube(lens, dimensions: ["account"], NPSBySegmentQuery(state)) == nil)
        let kept = try PersonCube(lens, dimensions: [], NPSBySegmentQuery(state))
        let all = try #require(kept).repeated(SegmentSelection(), NPSBySegmentQuery(state)).all
        #expect(all.responsesBeyondFirst == 199)
    }

    /// Three chunks of responses: of 3,000 respondents in no order, some of them with far numbers, of
    /// nobody known, and of one with a tenth of all; every fifth is a text, read, and some of those
    /// decided on or excluded.
    private static func crowded() throws -> MemoryState {
        let author = AuthoredState()
        var numbers = SeededGenerator(seed: 62)
        func subject(_ index: Int) -> UInt64 {
            if index % 10 == 0 { return 17 }
            let number = UInt64.random(in: 0..<3_000, using: &numbers)
            return number % 50 == 1 ? UInt64(1) << 40 + number : number
        }
        for index in 0..<9_000 {
            let response = author.position
            let isText = index % 5 == 0
            var segments = [
                "region": ["EMEA", "APAC", "AMER"].randomElement(using: &numbers) ?? ""
            ]
            if index % 7 != 0 { segments["plan"] = index % 2 == 0 ? "pro" : "free" }
            segments["team"] = "\(Int.random(in: 0..<60, using: &numbers))"
            if index % 10 == 0 { segments["team"] = "\(index % 30)" }
            try author.apply(
                ResponseRecorded(
                    source: "s", id: "\(index)", subject: subject(index),
                    score: isText ? nil : UInt16.random(in: 0...10, using: &numbers) * 100,
                    hasText: isText, segments: segments))
            guard isText else { continue }
            let detractor = UInt16.random(in: 0...5_000, using: &numbers)
            try author.apply(
                ClassificationRecorded(
                    response: response, model: 1,
                    classes: [detractor, 5_000 - detractor, 5_000], sentiment: [0, 10_000, 0],
                    intents: [0, 0, 0, 0, 0], featureCount: 1), cause: response)
            if index % 100 == 0 {
                try author.apply(ResponseExcluded(response: response, reason: "test"))
            } else if index % 45 == 0 {
                try author.apply(
                    ReviewDecided(response: response, decision: .detractor, text: response))
            }
        }
        return try author.flushed()
    }
}

/// Sums by person as a plain fold of rows gives them, which shares nothing with what it checks.
private struct Oracle {
    private let query: NPSBySegmentQuery<MemoryState>
    private let lens: ResolvedLens

    init(_ state: MemoryState, _ lens: Lens) throws {
        query = NPSBySegmentQuery(state)
        self.lens = try ResolvedLens(lens, in: state)
    }

    /// Checks all selections, asked anew and of kept sums.
    ///
    /// - Returns: how many persons with several answers were in the groups.
    func check(_ note: Comment) throws -> Int {
        let dimensions: Set = ["region", "plan", "team"]
        let cubes = [
            try #require(try PersonCube(lens, dimensions: dimensions, query)),
            try #require(try PersonCube(lens, dimensions: ["region", "plan"], query)),
        ]
        var severalSeen = 0
        for selection in [
            SegmentSelection(), SegmentSelection(by: ["region"]),
            SegmentSelection(by: ["plan", "region"]),
            SegmentSelection(by: ["region"], keeping: ["plan": ["pro", ""]]),
            SegmentSelection(by: ["team"], keeping: ["region": ["EMEA", "AMER"]]),
            SegmentSelection(keeping: ["region": ["APAC"], "plan": ["free"]]),
        ] {
            let anew = try query.repeated(lens, selection)
            severalSeen += try check(anew, selection, note)
            let asked = Set(selection.by).union(selection.keeping.keys)
            for cube in cubes where asked.isSubset(of: cube.dimensions) {
                let kept = try cube.repeated(selection, query)
                #expect(kept.groups == anew.groups, note)
                #expect(kept.sums == anew.sums, note)
                #expect(kept.all == anew.all, note)
            }
        }
        try checkSpans(note)
        return severalSeen
    }

    private func check(
        _ found: RepeatedByGroup, _ selection: SegmentSelection, _ note: Comment
    ) throws -> Int {
        var groups = Persons()
        var all = Persons()
        let values = try query.forEachCounted(lens, selection) { row, group, npsClass in
            groups.add(row, slot: group, npsClass)
            all.add(row, slot: 0, npsClass)
        }
        #expect(found.groups == values, note)
        for group in values.indices { groups.check(group, found.sums[group], note) }
        all.check(0, found.all, note)
        let averaged = try query.answersByPerson(lens, selection).averaged()
        for group in values.indices {
            groups.checkAveraged(group, averaged.sums[group], note)
        }
        all.checkAveraged(0, averaged.all, note)
        return groups.several
    }

    /// Spans that begin and end within the answers, one of them short.
    private func checkSpans(_ note: Comment) throws {
        let first = try query.timeRange(lens)?.first ?? 0
        let spans = TimeSpans(between: [3, 3_001, 3_002, 9_000, 40_000].map { first + $0 })
        #expect(spans.count == 4)
        let selection = SegmentSelection(by: ["region"])
        var slots = Persons()
        _ = try query.forEachCounted(lens, selection) { row, group, npsClass in
            guard let span = spans.bounds.lastIndex(where: { $0 <= row.occurredAt }),
                span < spans.count
            else { return }
            slots.add(row, slot: group * spans.count + span, npsClass)
        }
        let found = try query.answersByPerson(lens, selection, spans: spans)
        for (slot, repeated) in try found.repeated().sums.enumerated() {
            slots.check(slot, repeated, note)
        }
        for (slot, change) in found.averaged().sums.enumerated() {
            slots.checkAveraged(slot, change, note)
        }
    }

    /// What each person answered in each slot.
    private struct Persons {
        private var slots: [Int: [UInt64: NPSCounts]] = [:]

        mutating func add(_ row: VisibleRow, slot: Int, _ npsClass: NPSClass) {
            // Number 0 is nobody's.
            let subject = row.subject == 0 ? .max - row.position : row.subject
            let one = NPSCounts(
                detractors: npsClass == .detractor ? 1 : 0,
                passives: npsClass == .passive ? 1 : 0,
                promoters: npsClass == .promoter ? 1 : 0)
            slots[slot, default: [:]][subject, default: .zero] += one
        }

        var several: Int {
            slots.values.reduce(0) { $0 + $1.values.count { $0.total > 1 } }
        }

        /// Answers that are a person each and then one each with the person's mean.
        func checkAveraged(_ slot: Int, _ change: ClusterSums, _ note: Comment) {
            let persons = (slots[slot] ?? [:]).values
            var expected = ClusterSums.zero
            for person in persons {
                let mean = (person.score ?? 0) * Double(ExpectedScore.basisPointsMax)
                expected.add(PersonAnswers(sum: Int64(mean.rounded()), count: 1))
            }
            let found = ClusterSums(ExpectedScore(persons.reduce(.zero, +))) + change
            #expect(found == expected, note)
        }

        /// Answers that are a person each and then brought together, and persons from the start.
        func check(_ slot: Int, _ repeated: RepeatedAnswers, _ note: Comment) {
            let persons = (slots[slot] ?? [:]).values
            var joined = ClusterSums(ExpectedScore(persons.reduce(.zero, +)))
            joined.join(repeated)
            var expected = ClusterSums.zero
            for person in persons {
                let unit = Int64(ExpectedScore.basisPointsMax)
                expected.add(
                    PersonAnswers(
                        sum: Int64(person.promoters - person.detractors) * unit,
                        count: person.total))
            }
            #expect(joined == expected, note)
        }
    }
}
