import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import Synchronization
import Testing

@testable import LedgerStore

/// A batch that is appended only where nothing of a kind came since its author looked.
@Suite(.serialized) struct AppendConditionTests {
    private static let ruled: Set<EventName> = [.thresholdsEdited, .policyEdited]

    private static func edit(_ id: UInt32) throws -> EventBatch {
        var batch = EventBatch()
        try batch.append(
            EventDraft(
                ThresholdsEdited(id: id, thresholds: .standard, subject: 0),
                occurredAt: TestClock.start, actor: .system))
        return batch
    }

    private static func policy() throws -> EventBatch {
        var batch = EventBatch()
        try batch.append(
            EventDraft(
                PolicyEdited(policy: .externalModels, value: "none", subject: 0),
                occurredAt: TestClock.start, actor: .system))
        return batch
    }

    private static func words(
        _ log: EventLog, _ batch: EventBatch, none names: Set<EventName>, since: Position
    ) throws -> [String] {
        var batch = batch
        batch.condition = AppendCondition(none: names, since: since)
        return try log.append(batch).map(AppendTests.word)
    }

    /// Events in a row, each decided on the one before it.
    private static func chain(_ numbers: Range<UInt32>, bodies: UInt64) throws -> EventBatch {
        func key(_ number: UInt32) -> IdempotencyKey {
            IdempotencyKey(source: "chain", id: "\(number)")
        }
        func body(_ number: UInt32) -> Hash128 { Hash128(high: bodies, low: UInt64(number) + 1) }
        var batch = EventBatch()
        for number in numbers {
            try batch.append(
                EventDraft(
                    ThresholdsEdited(id: number, thresholds: .standard, subject: 0),
                    occurredAt: TestClock.start, actor: .system),
                key: key(number), body: body(number),
                after: number > 0 ? (key(number - 1), body(number - 1)) : nil)
        }
        return batch
    }

    @Test func whatStandsOnAnotherEventIsLeftOut() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        func words(_ batch: EventBatch) throws -> [String] {
            try log.append(batch).map(AppendTests.word)
        }
        #expect(try words(Self.chain(0..<2, bodies: 1)) == ["new 0", "new 1"])
        // In the log, in the batch, and both again.
        #expect(
            try words(Self.chain(0..<4, bodies: 1))
                == ["same 0", "same 1", "new 2", "new 3"])
        // Another was faster with the fifth: what follows it was decided on what did not come about.
        #expect(try words(Self.chain(4..<5, bodies: 1)) == ["new 4"])
        #expect(
            try words(Self.chain(4..<7, bodies: 2))
                == ["other 4", "overtaken by 4", "overtaken by 5"])
        #expect(try log.head().size == 5)
    }

    /// The writer may have to wait for the read to end.
    @Test func nothingIsAppendedInsideARead() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        _ = try log.append(EventBatch(responses: [1]))
        let error = #expect(throws: LedgerError.self) {
            try log.forEachEvent(in: 0..<1) { _ in
                _ = try log.append(EventBatch(responses: [2]))
                return true
            }
        }
        #expect(error?.code == .lockHeld)
        #expect(try log.head().size == 1)
    }

    @Test func theFirstOfItsKindBreaksIt() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        // 0 a response, 1 an edit, 2 a response, 3 and 4 edits.
        _ = try log.append(EventBatch(responses: [1]))
        _ = try log.append(Self.edit(1))
        _ = try log.append(EventBatch(responses: [2]))
        _ = try log.append(Self.edit(2))
        _ = try log.append(Self.policy())
        let head = try log.head()
        let transactions = log.environment.statistics.lastTransactionID
        let pair = try EventBatch(responses: [3, 4])
        #expect(
            try Self.words(log, pair, none: Self.ruled, since: 0)
                == ["overtaken by 1", "overtaken by 1"])
        #expect(try Self.words(log, pair, none: Self.ruled, since: 2)[0] == "overtaken by 3")
        #expect(try Self.words(log, pair, none: [.policyEdited], since: 0)[0] == "overtaken by 4")
        #expect(
            try Self.words(log, pair, none: [.responseRecorded], since: 1)[0] == "overtaken by 2")
        #expect(try log.head() == head, "nothing was appended")
        #expect(
            log.environment.statistics.lastTransactionID == transactions,
            "and nothing was committed")
        // What is not named does not matter, nor what stood there before, nor a look ahead.
        #expect(try Self.words(log, pair, none: [.modelActivated], since: 0) == ["new 5", "new 6"])
        #expect(try Self.words(log, Self.edit(3), none: Self.ruled, since: 5) == ["new 7"])
        #expect(try Self.words(log, Self.edit(4), none: Self.ruled, since: .max) == ["new 8"])
        #expect(try Self.words(log, Self.edit(5), none: [], since: 0) == ["new 9"])
        try AppendTests.expectSound(log)
        log.close()
    }

    @Test func itIsClassifiedAcrossBlocksOfTheIndex() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        _ = try log.append(EventBatch(responses: Array(0..<9_000)))
        _ = try log.append(Self.edit(1))
        #expect(
            try Self.words(log, Self.edit(2), none: Self.ruled, since: 10) == ["overtaken by 9000"])
        #expect(try Self.words(log, Self.edit(2), none: Self.ruled, since: 9_001) == ["new 9001"])
        try AppendTests.expectSound(log)
        log.close()
    }

    /// What became of the decisions of all threads and tasks.
    private final class Counts: Sendable {
        let overtaken = Mutex(0)
        let failed = Mutex(0)
        let running = Mutex(6)
    }

    /// How often each thread and task decides. Enough that many decisions meet in every run.
    private static let rounds = 40

    /// An edit that says how many edits and policies its author had seen: a decision on a state.
    private static func decision(_ log: EventLog) throws -> EventBatch {
        let size = try log.head().size
        let seen = try log.positions(of: Self.ruled, in: 0..<size).count
        var batch = try edit(UInt32(seen))
        batch.condition = AppendCondition(none: ruled, since: size)
        return batch
    }

    /// Threads that decide, that change what is decided on without asking, and that do neither.
    private static func startThreads(_ log: EventLog, _ counts: Counts) {
        for number in 0..<6 {
            Thread.detachNewThread {
                for round in 0..<rounds {
                    do {
                        switch number % 3 {
                        case 0:
                            while try log.append(decision(log))[0].receipt == nil {
                                counts.overtaken.withLock { $0 += 1 }
                            }
                        case 1: _ = try log.append(policy())
                        default:
                            _ = try log.append(EventBatch(responses: [number * 1_000 + round]))
                        }
                    } catch {
                        counts.failed.withLock { $0 += 1 }
                    }
                }
                counts.running.withLock { $0 -= 1 }
            }
        }
    }

    @Test func nobodyDecidesOnWhatHasChanged() async throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        let counts = Counts()
        Self.startThreads(log, counts)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    for round in 0..<Self.rounds {
                        if number % 2 == 0 {
                            _ = try await log.append(
                                EventBatch(responses: [50_000 + number * 1_000 + round]))
                            continue
                        }
                        let batch = try Self.decision(log)
                        if case .overtaken(let position) = try await log.append(batch)[0] {
                            #expect(position >= batch.condition?.since ?? .max)
                            counts.overtaken.withLock { $0 += 1 }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        while counts.running.withLock({ $0 }) > 0 { try await Task.sleep(for: .milliseconds(2)) }
        #expect(counts.failed.withLock { $0 } == 0)
        #expect(counts.overtaken.withLock { $0 } > 0, "decisions must have met")
        var seen: UInt32 = 0
        var wrong: [Position] = []
        try log.forEachEvent(in: 0..<Position.max, named: Self.ruled) { event in
            if event.name == .thresholdsEdited, try ThresholdsEdited(event).id != seen {
                wrong.append(event.position)
            }
            seen += 1
            return true
        }
        #expect(wrong.isEmpty, "decided on what had changed: \(wrong)")
        #expect(seen >= UInt32(4 * Self.rounds))
        try AppendTests.expectSound(log)
        log.close()
    }
}
