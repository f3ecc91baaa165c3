import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import ProjectionContract
import Testing

@Suite("A person's decision stands in the place of what a model reads")
struct DecisionTests {
    /// 0 a: no score, a text; 1 b: a 10 and a text; 2 c: no score, a text; 3, 4 a and b read by
    /// model 1 as detractors; then what `events` says.
    private static func state(_ events: [any EventPayload]) throws -> MemoryState {
        var drafts: [(any EventPayload, Position?)] = [
            (ResponseRecorded(source: "s", id: "a", subject: 1, score: nil, hasText: true), nil),
            (ResponseRecorded(source: "s", id: "b", subject: 2, score: 1000, hasText: true), nil),
            (ResponseRecorded(source: "s", id: "c", subject: 3, score: nil, hasText: true), nil),
        ]
        for response in Position(0)...1 {
            let classified = ClassificationRecorded(
                response: response, model: 1, classes: [9000, 1000, 0],
                sentiment: [0, 10_000, 0], intents: [0, 0, 0, 0, 0], featureCount: 1)
            drafts.append((classified, response))
        }
        drafts += events.map { ($0, nil) }
        let entries = try drafts.enumerated().map { index, draft in
            try HistoryEntry(
                EventDraft(
                    draft.0, occurredAt: Entry.timeMin, actor: .system, cause: draft.1),
                position: Position(index), recordedAt: Entry.timeMin)
        }
        return try ModelCheck(entries, seed: 0).state
    }

    private func counts(
        _ state: MemoryState, asOf: Position = .max, _ basis: Lens.Basis = .blended,
        _ reviews: Lens.Reviews = .applied, model: ModelVersion = 1,
        from: Microseconds? = nil
    ) throws -> (classes: [Int], tally: NPSTally) {
        let lens = Lens(
            asOf: asOf, model: .pinned(model), basis: basis, reviews: reviews, from: from)
        let resolved = try ResolvedLens(lens, in: state)
        let query = NPSBySegmentQuery(state)
        let tally = try query.tally(resolved, SegmentSelection()).first?.tallies[0] ?? NPSTally()
        var cube = SegmentCube()
        let kept = try cube.tally(resolved, SegmentSelection(), query).first?.tallies[0]
        #expect(kept ?? NPSTally() == tally)
        let counts = tally.counts
        return ([counts.detractors, counts.passives, counts.promoters], tally)
    }

    @Test("from its position on, and not before")
    func asOf() throws {
        let state = try Self.state([
            ReviewDecided(response: 0, decision: .promoter, text: 0),
            ReviewDecided(response: 0, decision: .passive, text: 0),
        ])
        #expect(try counts(state, asOf: 5).classes == [1, 0, 1])
        #expect(try counts(state, asOf: 6).classes == [0, 0, 2])
        #expect(try counts(state, asOf: 7).classes == [0, 1, 1])
        #expect(try counts(state, asOf: 7).tally.reviewed == 1)
        #expect(try counts(state, asOf: 7, .blended, .ignored).classes == [1, 0, 1])
        #expect(try counts(state, asOf: 7, .blended, .ignored).tally.reviewed == 0)
        // Whichever model reads, and where none does.
        #expect(try counts(state, asOf: 7, model: 9).classes == [0, 1, 1])
        let row = try NPSBySegmentQuery(state).row(
            of: 0, ResolvedLens(Lens(asOf: 6, model: .pinned(1)), in: state))
        #expect(row?.decision == .promoter)
        #expect(row?.detractor == 9000, "what the model read is still told")
    }

    @Test("a stated score is overruled by nobody; under the inferred basis the decision counts")
    func stated() throws {
        let state = try Self.state([
            ReviewDecided(response: 1, decision: .passive, text: 1)
        ])
        #expect(try counts(state).classes == [1, 0, 1])
        #expect(try counts(state, .stated).classes == [0, 0, 1])
        #expect(try counts(state, .inferred).classes == [1, 1, 0])
        #expect(try counts(state, .inferred, .ignored).classes == [2, 0, 0])
        #expect(try counts(state).tally.reviewed == 0)
    }

    @Test("it is as certain as a score, and needs neither a model nor confidence")
    func certain() throws {
        let cuts = try #require(
            Thresholds(passiveFrom: 700, promoterFrom: 900, confidenceMin: 10_000))
        let state = try Self.state([
            ReviewDecided(response: 2, decision: .promoter, text: 2),
            ThresholdsEdited(id: 1, thresholds: cuts, subject: 9),
        ])
        let (classes, tally) = try counts(state, .inferred)
        #expect(classes == [0, 0, 1])
        #expect(tally.uncounted == 2)
        #expect((tally.expectedSum, tally.expectedSquares) == (10_000, 100_000_000))
        // Out of the window it counts no more than any other.
        #expect(try counts(state, .inferred, from: Entry.timeMin + 1).tally == NPSTally())
    }

    @Test("of several the latest that settles, else the latest")
    func several() throws {
        let state = try Self.state([
            ReviewDecided(response: 0, decision: .passive, text: 0),
            ReviewDecided(response: 0, decision: .promoter, text: 0, settles: true),
            ReviewDecided(response: 0, decision: .detractor, text: 0),
            ReviewDecided(response: 0, decision: .passive, text: 0, settles: true),
        ])
        let expected: [[Int]] = [[0, 1, 1], [0, 0, 2], [0, 0, 2], [0, 1, 1]]
        for (index, classes) in expected.enumerated() {
            #expect(try counts(state, asOf: 6 + Position(index)).classes == classes, "\(index)")
        }
    }

    @Test("a new text voids it, and a decision on another text says nothing")
    func texts() throws {
        let state = try Self.state([
            ReviewDecided(response: 0, decision: .promoter, text: 0),
            ResponseAmended(response: 0, score: nil, hasText: true, subject: 1),
            ReviewDecided(response: 0, decision: .detractor, text: 0),
            // As version 1 did: whatever text it has.
            ReviewDecided(response: 0, decision: .passive),
            ResponseAmended(response: 0, score: nil, hasText: false, subject: 1),
        ])
        #expect(try counts(state, asOf: 6).classes == [0, 0, 2])
        #expect(try counts(state, asOf: 7).classes == [0, 0, 1])
        #expect(try counts(state, asOf: 8).classes == [0, 0, 1])
        #expect(try counts(state, asOf: 9).classes == [0, 1, 1])
        #expect(try counts(state, asOf: 10).classes == [0, 1, 1])
    }

    @Test("an excluded response counts for nothing, whatever was decided")
    func excluded() throws {
        let state = try Self.state([
            ReviewDecided(response: 0, decision: .promoter, text: 0),
            ResponseExcluded(response: 0, reason: "test"),
            ReviewDecided(response: 0, decision: .passive, text: 0),
        ])
        #expect(try counts(state).classes == [0, 0, 1])
        #expect(try counts(state, asOf: 6).classes == [0, 0, 2])
    }

    @Test("a damaged decision is reported, at most")
    func damage() throws {
        let state = try Self.state([ReviewDecided(response: 0, decision: .promoter, text: 0)])
        let key: [UInt8] = [0x10, 0, 0, 0, 0]
        let good = try #require(state.pairs[key])
        // The record is the last of the chunk: row, code, position, until.
        for (offset, value) in [(20, UInt8(3)), (20, 255), (18, 3), (18, 7)] {
            var bad = good
            bad[bad.count - offset] = value
            state.put(key, bad)
            #expect(throws: (any Error).self, "\(offset)") { try counts(state) }
        }
        state.put(key, good.dropLast())
        #expect(throws: (any Error).self) { try counts(state) }
    }
}
