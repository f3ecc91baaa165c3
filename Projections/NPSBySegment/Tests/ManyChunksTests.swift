import Dispatch
import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import ProjectionContract
import Testing

@Suite("More than one chunk: workers, blocks, damage")
struct ManyChunksTests {
    private struct Failure: Error {}

    /// Three chunks of responses with scores, and classifications of every third one.
    private static func state() throws -> MemoryState {
        let author = AuthoredState()
        var numbers = SeededGenerator(seed: 61)
        for index in 0..<9_000 {
            let response = author.position
            let region = ["EMEA", "APAC", "AMER"][Int.random(in: 0..<3, using: &numbers)]
            let score = UInt16.random(in: 0...10, using: &numbers) * 100
            try author.apply(
                ResponseRecorded(
                    source: "s", id: "\(index)", subject: UInt64(index % 700),
                    score: index % 3 == 0 ? nil : score, hasText: index % 3 == 0,
                    segments: ["region": region]))
            guard index % 3 == 0 else { continue }
            let detractor = UInt16.random(in: 0...5_000, using: &numbers)
            try author.apply(
                ClassificationRecorded(
                    response: response, model: 1,
                    classes: [detractor, 5_000 - detractor, 5_000], sentiment: [0, 10_000, 0],
                    intents: [0, 0, 0, 0, 0], featureCount: 1), cause: response)
            if index % 300 == 0 {
                try author.apply(ResponseExcluded(response: response, reason: "test"))
            }
        }
        return try author.flushed()
    }

    static func threads(_ count: Int) -> Workers {
        Workers(count: count) { parts, body in
            DispatchQueue.concurrentPerform(iterations: parts, execute: body)
        }
    }

    @Test("any number of workers, and any blocks, give what one gives", arguments: [2, 3, 8])
    func workers(count: Int) throws {
        let state = try Self.state()
        let one = NPSBySegmentQuery(state)
        let many = NPSBySegmentQuery(state, workers: Self.threads(count), chunksPerPart: 1)
        var cube = SegmentCube(blockChunks: 1)
        for asOf: Position in [.max, 11_000, 4_100, 1] {
            for basis in Lens.Basis.allCases {
                let lens = try ResolvedLens(
                    Lens(asOf: asOf, model: .pinned(1), basis: basis), in: state)
                let selection = SegmentSelection(by: ["region"])
                let expected = try one.tally(lens, selection)
                #expect(try many.tally(lens, selection).map(\.tallies) == expected.map(\.tallies))
                let cubed = try cube.tally(lens, selection, many)
                #expect(cubed.map(\.tallies) == expected.map(\.tallies))
                #expect(cubed.map(\.values) == expected.map(\.values))
                // Row by row, which shares nothing with the loop over columns.
                var rows = NPSTally()
                try one.forEachRow(lens) { row in
                    guard let npsClass = row.npsClass(basis, lens.thresholds) else { return }
                    let own = NPSCounts(
                        detractors: npsClass == .detractor ? 1 : 0,
                        passives: npsClass == .passive ? 1 : 0,
                        promoters: npsClass == .promoter ? 1 : 0)
                    rows.stated = rows.stated + own
                }
                let total = expected.reduce(NPSCounts.zero) { $0 + $1.tallies[0].counts }
                #expect(total == rows.stated)
            }
        }
    }

    @Test("only the block in which something happened is counted again")
    func oneBlock() throws {
        let kept = try Self.state()
        let state = MemoryState()
        for (key, value) in kept.pairs { state.put(key, value) }
        let lens = try ResolvedLens(Lens(asOf: .max, model: .pinned(1)), in: state)
        var cube = SegmentCube(blockChunks: 1)
        let before = try cube.tally(lens, SegmentSelection(), NPSBySegmentQuery(state))
        #expect(cube.countedBlocks == 3)
        var projection = NPSBySegment()
        let draft = EventDraft(
            ResponseExcluded(response: 1, reason: "test"), occurredAt: Entry.timeMin,
            actor: .system)
        // The second response: the first is followed by its classification at position 1.
        let second = EventDraft(
            ResponseExcluded(response: 3, reason: "test"), occurredAt: Entry.timeMin,
            actor: .system)
        for (offset, draft) in [draft, second].enumerated() {
            let entry = try HistoryEntry(
                draft, position: 50_000 + Position(offset), recordedAt: Entry.timeMin)
            do {
                try entry.withView { try projection.apply($0, to: state) }
            } catch is PoisonEvent {
                continue
            }
        }
        try projection.flush(to: state)
        let after = try cube.tally(lens, SegmentSelection(), NPSBySegmentQuery(state))
        #expect(cube.countedBlocks == 1)
        #expect(after[0].tallies[0].counts.total == before[0].tallies[0].counts.total - 1)
    }

    @Test("what a worker throws is thrown")
    func failure() {
        #expect(throws: Failure.self) {
            _ = try Self.threads(3).map(0..<9, leastPart: 1) { part -> Int in
                if part.contains(4) { throw Failure() }
                return part.count
            }
        }
    }

    @Test("chunks that the directory does not know are damage, not a crash")
    func strayChunks() throws {
        let kept = try Self.state()
        for stray in [[0x10, 0, 0, 0, 9], [0x11, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]] {
            let state = MemoryState()
            for (key, value) in kept.pairs { state.put(key, value) }
            let like = stray.count == 5 ? [0x10, 0, 0, 0, 0] : [0x11, 0, 0, 0, 1, 0, 0, 0, 0]
            state.put(
                stray.map { UInt8($0) },
                try #require(kept.pairs[like.map { UInt8($0) }]))
            var cube = SegmentCube()
            let lens = try ResolvedLens(Lens(asOf: .max, model: .pinned(1)), in: state)
            #expect(throws: (any Error).self) {
                try cube.tally(lens, SegmentSelection(), NPSBySegmentQuery(state))
            }
        }
    }
}
