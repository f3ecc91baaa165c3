import LedgerCore
import LedgerFixtures
import LedgerReplay
import LedgerStore
import Testing

/// What is read on several threads gives the state that is read on one.
struct ParallelReplayTests {
    private typealias Store = ProjectionStore<Tally<First>>

    private struct Interruption: Error {}

    @Test(arguments: [1, 2, 3, 8], [1, 7, 64, 100_000])
    func theStateDependsOnNeitherThreadsNorSpans(threads: Int, spanPositions: Int) throws {
        let scratch = try Scratch()
        let (log, poisoned) = try ProjectionStoreTests.makeLog(
            scratch("log"), count: 400, seed: 120)
        let expected = try ProjectionStoreTests.expectedDigest(log)
        let store = try Store(
            directory: scratch("state"), commitEvents: 90, spanPositions: spanPositions)
        #expect(try store.catchUp(with: log, threads: threads).position == 400)
        #expect(try store.digest() == expected)
        #expect(try store.quarantine().map(\.position) == poisoned)
        let rebuilt = try store.rebuild(from: log, threads: threads)
        #expect(rebuilt.old == expected && rebuilt.new == expected)
        #expect(try store.quarantine().map(\.position) == poisoned)
        let verified = try store.verify(with: log, threads: threads)
        #expect(verified.replayed == expected && verified.findings.isEmpty)
        store.close()
        log.close()
    }

    @Test(arguments: [1, 4])
    func anEntryThatIsMissingStopsEveryThread(threads: Int) throws {
        let scratch = try Scratch()
        let (log, _) = try ProjectionStoreTests.makeLog(scratch("log"), count: 400, seed: 121)
        log.close()
        try ProjectionStoreTests.deleteEntry(201, of: scratch("log"))
        let damaged = try EventLog(testing: scratch("log"))
        let store = try Store(directory: scratch("state"), commitEvents: 20, spanPositions: 9)
        let error = #expect(throws: LedgerError.self) {
            _ = try store.catchUp(with: damaged, threads: threads)
        }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("position 201") == true)
        // What was folded before stands.
        #expect(try store.live().position <= 201)
        store.close()
        damaged.close()
    }

    @Test func anInterruptedRebuildGoesOnWhereItStopped() throws {
        let scratch = try Scratch()
        let (log, _) = try ProjectionStoreTests.makeLog(scratch("log"), count: 300, seed: 122)
        let expected = try ProjectionStoreTests.expectedDigest(log)
        var store = try Store(directory: scratch("state"), commitEvents: 30)
        _ = try store.catchUp(with: log, to: 250)
        #expect(try !store.isRebuilding())
        #expect(throws: Interruption.self) {
            try store.rebuild(from: log, threads: 2) { position, _ in
                if position > 100 { throw Interruption() }
            }
        }
        #expect(try store.isRebuilding())
        #expect(try store.live().position == 250)
        let stopped = try #require(try store.other()).position
        #expect(stopped > 100 && stopped < 300)
        store.close()

        store = try Store(directory: scratch("state"), commitEvents: 30)
        var first: Position?
        let digests = try store.rebuild(from: log, threads: 2) { position, _ in
            first = first ?? position
        }
        #expect(try #require(first) > stopped)
        #expect(digests.old == expected && digests.new == expected)
        #expect(try !store.isRebuilding())
        // What is kept now is a whole state: the next rebuild begins at the beginning.
        first = nil
        _ = try store.rebuild(from: log) { position, _ in first = first ?? position }
        #expect(try #require(first) < 100)
        store.close()
        log.close()
    }

    @Test func aNewVersionIsFoldedBesideTheOldOne() throws {
        let scratch = try Scratch()
        let (log, _) = try ProjectionStoreTests.makeLog(scratch("log"), count: 200, seed: 123)
        let old = try Store(directory: scratch("state"), commitEvents: 30)
        _ = try old.catchUp(with: log)
        let digest = try old.digest()
        old.close()
        let new = try ProjectionStore<Tally<Second>>(
            directory: scratch("state"), commitEvents: 30)
        #expect(try new.live().version == 1)
        var seen: [UInt32] = []
        _ = try new.catchUp(with: log, threads: 2) { _, _ in
            seen.append((try? new.live().version) ?? 0)
        }
        // Until it is whole the old state is the live one.
        #expect(Set(seen) == [1])
        #expect(try new.live().version == 2)
        #expect(try new.live().position == 200)
        #expect(try #require(try new.other()).version == 1)
        new.close()
        // The earlier program still finds its state when its build is made live again.
        let again = try Store(directory: scratch("state"), commitEvents: 30)
        _ = try again.catchUp(with: log)
        #expect(try again.digest() == digest)
        again.close()
        log.close()
    }
}
