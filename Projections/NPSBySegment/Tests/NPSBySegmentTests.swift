import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import ProjectionContract
import Testing

@Suite("NPSBySegment")
struct NPSBySegmentTests {
    @Test("keeps the contract")
    func contract() throws {
        let violations = try ProjectionContract.verify(
            NPSBySegment.self, seeds: 1...3, eventCount: 160
        ) {
            state, asOf in try Self.answers(state, asOf)
        }
        #expect(violations == [])
    }

    /// What the projection says as of a position, under every basis, pinned and not.
    private static func answers(_ state: MemoryState, _ asOf: Position) throws -> [UInt8] {
        let query = NPSBySegmentQuery(state)
        var items: [CBORValue] = []
        func take(_ numbers: [Int64]) {
            items += numbers.map { $0 < 0 ? .negative(UInt64(-1 - $0)) : .unsigned(UInt64($0)) }
        }
        let models: [Lens.ModelSelection] = [.asActivated, .pinned(1), .pinned(2)]
        let sets: [Lens.ThresholdSelection] = [.asEdited, .pinned(1), .pinned(3)]
        for (basis, (model, thresholds)) in zip(Lens.Basis.allCases.reversed(), zip(models, sets)) {
            let lens: ResolvedLens
            do {
                lens = try ResolvedLens(
                    Lens(asOf: asOf, model: model, thresholds: thresholds, basis: basis), in: state)
            } catch is UnknownThresholds {
                items.append(.null)
                continue
            }
            for group in try query.tally(lens, SegmentSelection(by: ["region"])) {
                items.append(.text(group.values[0] ?? ""))
                take(group.tallies.flatMap { [$0.expectedSum, $0.expectedSquares] })
                take(group.tallies.map { Int64($0.uncounted) })
            }
            try query.forEachRow(lens) { row in
                take([Int64(row.position), Int64(row.score ?? 9_999), row.hasText ? 1 : 0])
                take([row.isClassified ? 1 : 0, Int64(row.detractor), Int64(row.promoter)])
            }
            take(try query.scoredTexts(lens).map { Int64($0.text) })
        }
        take(try query.unread(by: 1, asOf: asOf).map { Int64($0.text) })
        return CBORValue.array(items).encoded
    }

    @Test("a text that comes later voids what was read before, and only from then on")
    func amendedText() throws {
        let fold = try Fold([
            (ResponseRecorded(source: "s", id: "a", subject: 1, score: 900, hasText: true), nil),
            (Fold.classification(of: 0, model: 1, [9000, 1000, 0]), 0),
            (ResponseAmended(response: 0, score: nil, hasText: true, subject: 1), nil),
            // Late: it read the first text.
            (Fold.classification(of: 0, model: 1, [8000, 2000, 0]), 0),
            (Fold.classification(of: 0, model: 1, [0, 0, 10_000]), 2),
        ])
        #expect(try fold.counts(asOf: 1, .inferred, model: 1) == .zero)
        #expect(try fold.counts(asOf: 2, .inferred, model: 1) == NPSCounts(detractors: 1))
        #expect(try fold.counts(asOf: 3, .inferred, model: 1) == .zero)
        #expect(try fold.counts(asOf: 4, .inferred, model: 1) == .zero)
        #expect(try fold.counts(asOf: 5, .inferred, model: 1) == NPSCounts(promoters: 1))
        // A stated score is never overruled.
        #expect(try fold.counts(asOf: 2, .blended, model: 1) == NPSCounts(promoters: 1))
    }

    @Test("an exclusion takes a response out from then on")
    func exclusion() throws {
        let fold = try Fold([
            (ResponseRecorded(source: "s", id: "a", subject: 1, score: 300, hasText: false), nil),
            (ResponseExcluded(response: 0, reason: "test"), nil),
        ])
        #expect(try fold.counts(asOf: 1, .stated, model: nil) == NPSCounts(detractors: 1))
        #expect(try fold.counts(asOf: 2, .stated, model: nil) == .zero)
    }

    @Test("segments that are no map of texts are poison and leave nothing behind")
    func unreadableSegments() throws {
        let state = MemoryState()
        var projection = NPSBySegment()
        let good = EventDraft(
            ResponseRecorded(source: "s", id: "a", subject: 1, score: 900, hasText: false),
            occurredAt: Entry.timeMin, actor: .system)
        var bad = good
        var pairs = try CBORCursor.decode(good.payload).mapValue ?? [:]
        pairs["segments"] = .map(["region": .unsigned(7)])
        bad.payload = CBORValue.map(pairs).encoded
        for (position, draft) in [bad, good].enumerated() {
            let entry = try HistoryEntry(
                draft, position: Position(position), recordedAt: Entry.timeMin)
            if position == 0 {
                #expect(throws: PoisonEvent.self) {
                    try entry.withView { try projection.apply($0, to: state) }
                }
            } else {
                try entry.withView { try projection.apply($0, to: state) }
            }
        }
        try projection.flush(to: state)
        #expect(try NPSBySegmentQuery(state).dimensions() == [])
        #expect(try NPSBySegmentQuery(state).rowCount() == 1)
    }

    @Test("damaged state is reported with what to do", arguments: [0, 1, 5])
    func damage(cut: Int) throws {
        let fold = try Fold([
            (
                ResponseRecorded(
                    source: "s", id: "a", subject: 1, score: 900, hasText: true,
                    segments: ["region": "EMEA"]), nil
            ),
            (Fold.classification(of: 0, model: 1, [0, 0, 10_000]), 0),
        ])
        let lens = Lens(asOf: 2, model: .pinned(1))
        for (key, value) in fold.state.pairs where !value.isEmpty {
            let damaged = MemoryState()
            for (other, kept) in fold.state.pairs { damaged.put(other, kept) }
            damaged.put(key, Array(value.dropLast(cut == 0 ? value.count : cut)))
            do {
                let query = NPSBySegmentQuery(damaged)
                _ = try query.tally(
                    ResolvedLens(lens, in: damaged), SegmentSelection(by: ["region"]))
                _ = try query.unread(by: 1, asOf: 2)
            } catch {
                let damaged = (error as? any StateDamage)?.projection
                #expect(damaged == "nps-by-segment", "key \(key): \(error)")
            }
        }
    }
}

/// A short log folded to the end.
private struct Fold {
    let state = MemoryState()

    init(_ events: [(any EventPayload, cause: Position?)]) throws {
        var projection = NPSBySegment()
        for (index, event) in events.enumerated() {
            let draft = EventDraft(
                event.0, occurredAt: Entry.timeMin, actor: .system, cause: event.cause)
            try HistoryEntry(draft, position: Position(index), recordedAt: Entry.timeMin)
                .withView { try projection.apply($0, to: state) }
        }
        try projection.flush(to: state)
    }

    static func classification(
        of response: Position, model: ModelVersion, _ classes: [UInt16]
    ) -> ClassificationRecorded {
        ClassificationRecorded(
            response: response, model: model, classes: classes, sentiment: [0, 10_000, 0],
            intents: [0, 0, 0, 0, 0], featureCount: 1)
    }

    func counts(
        asOf: Position, _ basis: Lens.Basis, model: ModelVersion?
    ) throws -> NPSCounts {
        let lens = Lens(asOf: asOf, model: model.map { .pinned($0) } ?? .asActivated, basis: basis)
        return try NPSBySegmentQuery(state)
            .tally(ResolvedLens(lens, in: state), SegmentSelection())
            .reduce(into: .zero) { $0 = $0 + $1.tallies[0].counts }
    }
}
