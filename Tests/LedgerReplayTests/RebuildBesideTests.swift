import LedgerCore
import LedgerFixtures
import LedgerReplay
import LedgerStore
import Testing

/// A rebuild while others fold the live state.
@Suite struct RebuildBesideTests {
    @Test func aSwapNeverTakesReadersBack() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        _ = try log.append(EventBatch(responses: 0..<20))
        let store = try ProjectionStore<Tally<First>>(directory: scratch("state"), commitEvents: 50)
        // Nothing is there to be compared when the rebuild begins; then somebody folds the live
        // state, and further than the rebuild has come.
        var isFirst = true
        try store.rebuild(from: log) { _, _ in
            guard isFirst else { return }
            isFirst = false
            _ = try log.append(EventBatch(responses: 20..<30))
            #expect(try store.catchUp(with: log).position == 30)
        }
        #expect(try store.live().position == 30)
        store.close()
        log.close()
    }
}
