import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerStore
import Testing

@testable import LedgerReplay

/// A projection's kept state: folding forward, starting over, and swapping.
@Suite struct ProjectionStoreTests {
    typealias Store = ProjectionStore<Tally<First>>

    /// A log with responses, exclusions and now and then a poison event.
    static func makeLog(
        _ path: String, count: Int, seed: UInt64
    ) throws -> (log: EventLog, poisoned: [Position]) {
        let log = try EventLog(testing: path)
        var random = SeededNumbers(seed: seed)
        var poisoned: [Position] = []
        try append(count, to: log, &random, &poisoned)
        return (log, poisoned)
    }

    private static func append(
        _ count: Int, to log: EventLog, _ random: inout SeededNumbers, _ poisoned: inout [Position]
    ) throws {
        let first = try log.head().size
        var batch = EventBatch()
        for position in first..<(first + Position(count)) {
            let id = Int(position)
            switch random.below(20) {
            case 0:
                try batch.append(Sample.exclusion(of: Position(random.below(id + 1))))
            case 1:
                try batch.append(Sample.opening())
            case 2:
                poisoned.append(position)
                try batch.append(Sample.response(id, name: "poison-\(id)"))
            default: try batch.appendResponse(id, score: UInt16(random.below(11)) * 100)
            }
        }
        _ = try log.append(batch)
    }

    static func deleteEntry(_ position: Position, of path: String) throws {
        let environment = try Environment(path: path)
        let entries = try #require(try environment.database("entries", .integerKeys))
        try environment.write { _ = try $0.delete(entries, position) }
        environment.close()
    }

    /// The digest of a fold in one piece, in memory.
    static func expectedDigest(_ log: EventLog, to end: Position = .max) throws -> [UInt8] {
        let state = MemoryState()
        var tally = Tally<First>()
        try log.forEachEvent(in: 0..<end, named: Tally<First>.descriptor.consumes) { event in
            do {
                try tally.apply(event, to: state)
            } catch is PoisonEvent {
                return true
            }
            return true
        }
        try tally.flush(to: state)
        return try StateDigest.compute(state)
    }

    @Test(arguments: [1, 7, 100, 1_000_000])
    func theStateDoesNotDependOnTheChunks(commitEvents: Int) throws {
        let scratch = try Scratch()
        let (log, poisoned) = try Self.makeLog(scratch("log"), count: 400, seed: 101)
        let store = try Store(directory: scratch("state"), commitEvents: commitEvents)
        var steps: [Position] = []
        let record = try store.catchUp(with: log) { position, target in
            steps.append(position)
            #expect(target == 400)
        }
        #expect(record.position == 400)
        #expect(record.version == 1)
        #expect(record.poisoned == UInt64(poisoned.count))
        #expect(try store.quarantine().map(\.position) == poisoned)
        #expect(try store.quarantine().first?.reason.contains("poison-") == true)
        #expect(try store.digest() == Self.expectedDigest(log))
        #expect(try store.verify(with: log).isSound)
        #expect(steps == steps.sorted() && steps.last == 400)
        let consumed = try log.positions(
            of: Tally<First>.descriptor.consumes, in: 0..<400
        ).count
        // A commit ends with the span that fills it.
        #expect(steps.count >= consumed / (2 * commitEvents))
        store.close()
        log.close()
    }

    @Test func foldsOnAfterEveryRestart() throws {
        let scratch = try Scratch()
        var (log, poisoned) = try Self.makeLog(scratch("log"), count: 50, seed: 102)
        var random = SeededNumbers(seed: 103)
        for round in 0..<8 {
            let store = try Store(directory: scratch("state"), commitEvents: 20)
            let size = try log.head().size
            // Up to a limit first, then to the end.
            let limit = size - Position(random.below(20))
            #expect(try store.catchUp(with: log, to: limit).position == limit, "round \(round)")
            #expect(try store.digest() == Self.expectedDigest(log, to: limit))
            #expect(try store.catchUp(with: log).position == size)
            #expect(try store.digest() == Self.expectedDigest(log))
            // At the end there is nothing to do, and a lower limit takes nothing back.
            #expect(try store.catchUp(with: log, to: 3).position == size)
            #expect(try store.quarantine().map(\.position) == poisoned)
            store.close()
            try Self.append(40, to: log, &random, &poisoned)
        }
        log.close()
    }

    @Test func aLogWithoutEventsOfItsKind() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        let store = try Store(directory: scratch("state"))
        #expect(try store.catchUp(with: log).position == 0)
        #expect(try store.rebuild(from: log).old == nil)
        var batch = EventBatch()
        for _ in 0..<10 { try batch.append(Sample.opening()) }
        _ = try log.append(batch)
        #expect(try store.catchUp(with: log).position == 10)
        #expect(try store.digest() == Self.expectedDigest(log))
        #expect(try store.live().position == 10)
        store.close()
        log.close()
    }

    @Test func anotherVersionStartsOver() throws {
        let scratch = try Scratch()
        let (log, poisoned) = try Self.makeLog(scratch("log"), count: 200, seed: 104)
        let first = try Store(directory: scratch("state"))
        _ = try first.catchUp(with: log)
        let digest = try first.digest()
        first.close()
        let second = try ProjectionStore<Tally<Second>>(
            directory: scratch("state"), commitEvents: 30)
        // Before it is folded the state is of another version and must not be taken for current.
        #expect(try second.live().version == 1)
        let record = try second.catchUp(with: log)
        #expect(record.version == 2)
        #expect(record.position == 200)
        #expect(record.poisoned == UInt64(poisoned.count))
        #expect(try second.quarantine().count == poisoned.count)
        #expect(try second.digest() == digest)
        second.close()
        log.close()
    }

    @Test func aRebuildComparesSwapsAndKeepsTheOld() throws {
        let scratch = try Scratch()
        let (log, poisoned) = try Self.makeLog(scratch("log"), count: 300, seed: 105)
        let store = try Store(directory: scratch("state"), commitEvents: 40)
        _ = try store.catchUp(with: log, to: 200)
        #expect(try store.other() == nil)
        let (old, new, unfoldable) = try store.rebuild(from: log)
        #expect(unfoldable == nil)
        #expect(old == new)
        #expect(try new == Self.expectedDigest(log))
        #expect(try store.live().position == 300)
        #expect(try store.other()?.position == 300)
        #expect(try store.quarantine().map(\.position) == poisoned)

        // A state that was changed is found out, and no longer live.
        store.close()
        let environment = try Environment(path: scratch("state"))
        let live = try #require(try environment.database("state.1", .bytes))
        let key = [UInt8]("c\u{2}X".utf8)
        try environment.write { try $0.put(live, bytes: key, StoredBlock.bytes([9], under: key)) }
        environment.close()
        let again = try Store(directory: scratch("state"), commitEvents: 40)
        let damaged = try again.verify(with: log)
        #expect(damaged.digest != damaged.replayed)
        // A tally cannot say what it holds about a prefix.
        #expect(damaged.divergence == .unknown)
        let digests = try again.rebuild(from: log)
        #expect(digests.old != digests.new)
        #expect(digests.new == new)
        #expect(try again.digest() == new)
        again.close()
        log.close()
    }

    @Test func onlyBuildsThatCameEquallyFarAreSwapped() throws {
        let scratch = try Scratch()
        let (log, _) = try Self.makeLog(scratch("log"), count: 100, seed: 113)
        let store = try Store(directory: scratch("state"), commitEvents: 10)
        _ = try store.catchUp(with: log)
        // As if another process had emptied the new build, or folded one of the two further.
        #expect(try store.swap(1, from: nil, 100) == nil)
        _ = try store.fold(1, log, to: 60, nil)
        #expect(try store.swap(1, from: 0, 60) == nil)
        #expect(try store.swap(1, from: nil, 100) == nil)
        #expect(try store.live().position == 100)
        #expect(try store.digest() == Self.expectedDigest(log))
        _ = try store.fold(1, log, to: 100, nil)
        let digests = try #require(try store.swap(1, from: 0, 100))
        #expect(digests.old == digests.new)
        store.close()
        log.close()
    }

    @Test func whatIsReadIsOneSnapshot() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        _ = try log.append(EventBatch(responses: 0..<22))
        let store = try Store(directory: scratch("state"))
        _ = try store.catchUp(with: log)
        try store.read { state, record in
            #expect(record.position == 22)
            for score in stride(from: UInt16(0), through: 1_000, by: 100) {
                let count = try Tally<First>.count(of: score, in: state)
                #expect(count == 2)
            }
        }
        store.close()
        log.close()
    }

    @Test func aDeletedFolderIsFoldedAgain() throws {
        let scratch = try Scratch()
        let (log, _) = try Self.makeLog(scratch("log"), count: 120, seed: 106)
        var store = try Store(directory: scratch("state"))
        _ = try store.catchUp(with: log)
        let digest = try store.digest()
        store.close()
        try FileManager.default.removeItem(atPath: scratch("state"))
        store = try Store(directory: scratch("state"))
        #expect(try store.live().position == 0)
        _ = try store.catchUp(with: log)
        #expect(try store.digest() == digest)
        store.close()
        log.close()
    }

    @Test func aFolderThatCannotBeReadIsFoldedAgain() throws {
        let scratch = try Scratch()
        let (log, _) = try Self.makeLog(scratch("log"), count: 120, seed: 107)
        var store = try Store(directory: scratch("state"))
        _ = try store.catchUp(with: log)
        let digest = try store.digest()
        store.close()
        for bytes in [5_000, 100] {
            let handle = try #require(FileHandle(forUpdatingAtPath: scratch("state/data.mdb")))
            try handle.truncate(atOffset: UInt64(bytes))
            try handle.close()
            store = try Store(directory: scratch("state"))
            #expect(try store.live().position == 0)
            #expect(try store.catchUp(with: log).position == 120)
            #expect(try store.digest() == digest)
            store.close()
        }
        log.close()
    }

    @Test func aStateOfAnotherLogStartsOver() throws {
        let scratch = try Scratch()
        let (log, _) = try Self.makeLog(scratch("log"), count: 120, seed: 111)
        let (other, _) = try Self.makeLog(scratch("other"), count: 150, seed: 112)
        let store = try Store(directory: scratch("state"))
        for which in [log, other, log] {
            _ = try store.catchUp(with: which)
            #expect(try store.digest() == Self.expectedDigest(which))
            #expect(try store.live().position == which.head().size)
        }
        store.close()
        log.close()
        other.close()
    }

    @Test func aStateAheadOfARestoredLogStartsOver() throws {
        let scratch = try Scratch()
        let (log, _) = try Self.makeLog(scratch("log"), count: 120, seed: 108)
        let store = try Store(directory: scratch("state"))
        _ = try store.catchUp(with: log)
        log.close()
        let (earlier, _) = try Self.makeLog(scratch("earlier"), count: 80, seed: 109)
        #expect(try store.catchUp(with: earlier).position == 80)
        #expect(try store.digest() == Self.expectedDigest(earlier))
        store.close()
        earlier.close()
    }

    @Test func anEntryThatIsMissingStopsTheFold() throws {
        let scratch = try Scratch()
        let (log, _) = try Self.makeLog(scratch("log"), count: 60, seed: 110)
        log.close()
        try Self.deleteEntry(59, of: scratch("log"))
        let damaged = try EventLog(testing: scratch("log"))
        let store = try Store(directory: scratch("state"))
        let error = #expect(throws: LedgerError.self) { _ = try store.catchUp(with: damaged) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("position 59") == true)
        store.close()
        damaged.close()
    }
}
