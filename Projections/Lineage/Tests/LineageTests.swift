import LedgerCore
import LineageProjection
import NaiveFolds
import ProjectionContract
import Testing

@Suite("Lineage")
struct LineageTests {
    private func bytes(_ links: [LineageLink]) -> [UInt8] {
        CBORValue.array(
            links.map { .array([.unsigned($0.position), .unsigned(UInt64($0.kind.rawValue))]) }
        ).encoded
    }

    @Test("keeps the contract")
    func contract() throws {
        let violations = try ProjectionContract.verify(Lineage.self) { state, asOf in
            // The last ones are references that lead nowhere.
            try (Array(stride(from: 0, to: 210, by: 7)) + [.max]).flatMap {
                bytes(try LineageQuery.events(of: $0, asOf: asOf, in: state))
            }
        }
        #expect(violations == [])
    }

    @Test("gives what reading the whole log gives", arguments: [false, true])
    func likeTheLog(dangles: Bool) throws {
        for seed in UInt64(1)...3 {
            let history = try EventHistory(seed: seed, hasDanglingReferences: dangles)
            let state = try fold(history)
            var naive = NaiveLineage()
            try history.forEachEvent { naive.append(try NaiveEvent($0)) }
            for response in Set(naive.responses(asOf: .max)).union(0..<history.size) {
                let links = try LineageQuery.events(of: response, asOf: .max, in: state)
                #expect(
                    links == naive.events(of: response, asOf: .max),
                    "seed \(seed), response \(response)")
            }
        }
    }

    @Test("the layout of version 1")
    func layout() throws {
        let state = MemoryState()
        var lineage = Lineage()
        try apply(ResponseExcluded(response: 258, reason: "test"), at: 65_537, &lineage, state)
        #expect(state.pairs.isEmpty)
        try lineage.flush(to: state)
        #expect(
            state.pairs == [
                [0x4C, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 1, 0, 1]: [2]
            ])
    }

    @Test("as of a position means the events before it")
    func asOf() throws {
        let state = MemoryState()
        var lineage = Lineage()
        try apply(ResponseExcluded(response: 3, reason: "test"), at: 8, &lineage, state)
        try apply(
            ResponseAmended(response: 3, score: 900, hasText: false, subject: 1), at: 9, &lineage,
            state)
        try lineage.flush(to: state)
        #expect(try LineageQuery.events(of: 3, asOf: 8, in: state) == [])
        #expect(
            try LineageQuery.events(of: 3, asOf: 9, in: state)
                == [LineageLink(position: 8, kind: .excluded)])
        #expect(try LineageQuery.events(of: 3, asOf: 10, in: state).count == 2)
        #expect(try LineageQuery.events(of: 2, asOf: 10, in: state) == [])
    }

    @Test("a full buffer empties itself")
    func bounded() throws {
        let state = MemoryState()
        var lineage = Lineage()
        let payload = ResponseExcluded(response: 0, reason: "test")
        let entry = try HistoryEntry(
            EventDraft(payload, occurredAt: Entry.timeMin, actor: .system), position: 1,
            recordedAt: Entry.timeMin)
        for position in Position(1)...70_000 {
            try entry.bytes.withUnsafeBytes {
                try lineage.apply(EventView(unsafe: $0, position: position), to: state)
            }
        }
        #expect(state.pairs.count == 65_536)
        try lineage.flush(to: state)
        #expect(state.pairs.count == 70_000)
    }

    @Test(
        "damaged state is reported",
        arguments: [([UInt8](), [UInt8](arrayLiteral: 1)), ([9], [1]), ([], [0]), ([], [])])
    func damage(tail: [UInt8], value: [UInt8]) throws {
        let state = MemoryState()
        state.put([0x4C] + [UInt8](repeating: 0, count: 16) + tail, value)
        if tail.isEmpty, value == [1] {
            #expect(
                try LineageQuery.events(of: 0, asOf: 1, in: state)
                    == [LineageLink(position: 0, kind: .amended)])
        } else {
            #expect(throws: LineageStateDamage.self) {
                try LineageQuery.events(of: 0, asOf: 1, in: state)
            }
        }
    }

    private func fold(_ history: EventHistory) throws -> MemoryState {
        let state = MemoryState()
        var lineage = Lineage()
        try history.forEachEvent { try lineage.apply($0, to: state) }
        try lineage.flush(to: state)
        return state
    }

    private func apply(
        _ payload: some EventPayload, at position: Position, _ lineage: inout Lineage,
        _ state: MemoryState
    ) throws {
        let draft = EventDraft(payload, occurredAt: Entry.timeMin, actor: .system)
        let entry = try HistoryEntry(draft, position: position, recordedAt: Entry.timeMin)
        try entry.withView { try lineage.apply($0, to: state) }
    }
}
