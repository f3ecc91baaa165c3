import LedgerCore
import ProjectionContract
import Testing

@Suite("A history is a log that might have been")
struct EventHistoryTests {
    @Test("a seed gives one history, another seed another")
    func repeatable() throws {
        #expect(try EventHistory(seed: 3) == EventHistory(seed: 3))
        #expect(try EventHistory(seed: 3).entries != EventHistory(seed: 4).entries)
    }

    @Test("a shorter history is the beginning of a longer one", arguments: [0, 1, 5, 11, 64])
    func prefix(count: Int) throws {
        let long = try EventHistory(seed: 5, count: 200)
        let short = try EventHistory(seed: 5, count: count)
        #expect(short.entries == Array(long.entries.prefix(count)))
    }

    @Test("every entry is valid, and recorded-at never goes backwards", arguments: [false, true])
    func valid(dangles: Bool) throws {
        for seed in UInt64(1)...5 {
            let history = try EventHistory(seed: seed, hasDanglingReferences: dangles)
            var last = Microseconds.min
            for (index, entry) in history.entries.enumerated() {
                #expect(entry.position == Position(index), "seed \(seed)")
                try EventView.validate(entry.bytes, position: entry.position)
            }
            try history.forEachEvent { event in
                #expect(event.recordedAt >= last, "seed \(seed)")
                last = event.recordedAt
            }
        }
    }

    @Test("64 entries hold every event type")
    func everyType() throws {
        for seed in UInt64(1)...5 {
            let names = try EventHistory(seed: seed, count: 64).entries.map(\.name)
            #expect(Set(names) == Set(EventName.allCases), "seed \(seed)")
        }
    }

    @Test("references lead to responses, models and activations unless they are to dangle")
    func references() throws {
        for seed in UInt64(1)...5 {
            #expect(try dangling(EventHistory(seed: seed)) == 0, "seed \(seed)")
            let loose = try EventHistory(seed: seed, hasDanglingReferences: true)
            #expect(try dangling(loose) > 0, "seed \(seed)")
        }
    }

    @Test("the turns a ledger takes all occur")
    func variety() throws {
        var rollbacks = 0
        var scoreless = 0
        var classifiedAmendments = 0
        var amendments: Set<Position> = []
        try EventHistory(seed: 1).forEachEvent { event in
            switch try EventCatalog.payload(of: event) {
            case let payload as ModelActivated: rollbacks += payload.rollsBack == nil ? 0 : 1
            case let payload as ResponseRecorded: scoreless += payload.score == nil ? 1 : 0
            case is ResponseAmended: amendments.insert(event.position)
            case is ClassificationRecorded:
                classifiedAmendments += event.cause.map(amendments.contains) == true ? 1 : 0
            default: break
            }
        }
        #expect(rollbacks > 0)
        #expect(scoreless > 0)
        #expect(classifiedAmendments > 0)
    }

    @Test("the digest stands for the pairs")
    func digest() throws {
        let state = MemoryState()
        let empty = try StateDigest(state)
        state.put([1], [2, 3])
        let one = try StateDigest(state)
        // The same bytes, cut elsewhere.
        state.remove([1])
        state.put([1, 2], [3])
        #expect(try StateDigest(state) != one)
        #expect(one != empty)
        // The offset basis of FNV-1a.
        #expect("\(empty)" == "cbf29ce484222325")
    }

    private func dangling(_ history: EventHistory) throws -> Int {
        var responses: Set<Position> = []
        var activations: Set<Position> = []
        var models: Set<ModelVersion> = []
        var count = 0
        try history.forEachEvent { event in
            var wanted: Position?
            switch try EventCatalog.payload(of: event) {
            case is ResponseRecorded: responses.insert(event.position)
            case let payload as ModelRegistered: models.insert(payload.model)
            case let payload as ResponseAmended: wanted = payload.response
            case let payload as ResponseExcluded: wanted = payload.response
            case let payload as TopicsRecorded:
                wanted = payload.response
                if !models.contains(payload.model) { count += 1 }
            case let payload as ClassificationDeclined:
                wanted = payload.response
                if !models.contains(payload.model) { count += 1 }
            case let payload as ReviewDecided: wanted = payload.response
            case let payload as ReviewRequested: wanted = payload.response
            case let payload as ClassificationRecorded:
                wanted = payload.response
                if !models.contains(payload.model) { count += 1 }
            case let payload as ModelActivated:
                if !models.contains(payload.model) { count += 1 }
                if let target = payload.rollsBack, !activations.contains(target) { count += 1 }
                activations.insert(event.position)
            case let payload as ModelShadowed:
                if !models.contains(payload.model) { count += 1 }
            default: break
            }
            if let wanted, !responses.contains(wanted) { count += 1 }
        }
        return count
    }
}
