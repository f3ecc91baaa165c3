import Foundation
import LedgerCore
import LedgerFixtures
import LedgerReplay
import LedgerStore
import Synchronization
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

    @Test func aCatchUpThatASwapOvertookCatchesUpWhatIsLive() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        _ = try log.append(EventBatch(responses: 0..<20))
        let store = try ProjectionStore<Watched>(directory: scratch("state"), commitEvents: 50)
        try store.catchUp(with: log)
        let (isAhead, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let isDone = DispatchSemaphore(value: 0)
        let failure = Mutex<(any Error)?>(nil)
        Thread.detachNewThread {
            do {
                try store.rebuild(from: log) { _, _ in
                    isAhead.signal()
                    mayGoOn.wait()
                }
            } catch {
                failure.withLock { $0 = error }
            }
            isDone.signal()
        }
        // The rebuild has come to the log's end as it was; it swaps while events that came since
        // are read for the build that was live.
        isAhead.wait()
        _ = try log.append(EventBatch(responses: 20..<30))
        let isFirst = Atomic(true)
        let overtake: @Sendable () -> Void = {
            guard isFirst.exchange(false, ordering: .relaxed) else { return }
            mayGoOn.signal()
            isDone.wait()
        }
        let record = try Watched.$meanwhile.withValue(overtake) { try store.catchUp(with: log) }
        #expect(failure.withLock { $0 } == nil)
        #expect(record.position == 30)
        #expect(try store.live() == record)
        store.close()
        log.close()
    }
}

/// A tally that does something else while it reads, before it has locked anything.
private struct Watched: Projection {
    @TaskLocal static var meanwhile: @Sendable () -> Void = {}

    struct Span: ProjectionSpan {
        var span = EntrySpan()

        mutating func read(_ event: EventView) throws {
            Watched.meanwhile()
            try span.read(event)
        }
    }

    static var descriptor: ProjectionDescriptor { Tally<First>.descriptor }

    private var tally = Tally<First>()

    init() {}

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try tally.apply(event, to: state)
    }

    mutating func apply(_ span: Span, to state: some StateWriter) throws -> [PoisonEvent] {
        try tally.apply(span.span, to: state)
    }

    mutating func flush(to state: some StateWriter) throws { try tally.flush(to: state) }
}
