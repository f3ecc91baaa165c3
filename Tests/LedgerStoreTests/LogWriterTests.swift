import Dispatch
import LedgerCore
import LedgerFixtures
import Synchronization
import Testing

@testable import LedgerStore

/// The writer's life: completions, closing, and being let go of.
@Suite struct LogWriterTests {
    private final class Counter: Sendable {
        let count = Mutex(0)
        let done = DispatchSemaphore(value: 0)

        func add() {
            count.withLock { $0 += 1 }
            done.signal()
        }
    }

    private static func waits(_ counter: Counter, for count: Int) -> Bool {
        (0..<count).allSatisfy { _ in counter.done.wait(timeout: .now() + 120) == .success }
    }

    @Test func aCompletionMayAppend() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        let counter = Counter()
        for id in 0..<20 {
            log.submit(try EventBatch(responses: [id])) { result in
                guard (try? result.get().first?.receipt) != nil,
                    let next = try? EventBatch(responses: [100 + id]),
                    (try? log.append(next)) != nil
                else { return }
                counter.add()
            }
        }
        #expect(Self.waits(counter, for: 20))
        #expect(try log.head().size == 40)
        log.close()
    }

    @Test func closingAnswersEveryCaller() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        let counter = Counter()
        for id in 0..<50 {
            log.submit(try EventBatch(responses: [id])) { result in
                if (try? result.get()) != nil { counter.add() }
            }
        }
        log.close()
        #expect(Self.waits(counter, for: 50))
        let refused = Counter()
        log.submit(try EventBatch(responses: [99])) { result in
            if case .failure(let error as LedgerError) = result, error.code == .refused {
                refused.add()
            }
        }
        #expect(Self.waits(refused, for: 1))
        #expect(throws: LedgerError.self) { _ = try log.append(EventBatch(responses: [98])) }
        #expect(throws: LedgerError.self) { _ = try log.head() }
        log.close()
    }

    @Test func aLogLetGoOfCanBeOpenedAgain() async throws {
        let scratch = try Scratch()
        for round in 0..<3 {
            // Not closed: the thread and the environment must end by themselves.
            _ = try await EventLog(testing: scratch("log"))
                .append(EventBatch(responses: [round]))
            var log: EventLog?
            for _ in 0..<1_000 where log == nil {
                log = try? EventLog(testing: scratch("log"))
                if log == nil { try await Task.sleep(for: .milliseconds(2)) }
            }
            #expect(try log?.head().size == Position(round + 1))
            log?.close()
        }
    }

    @Test func aCommitThatFailsFailsForAllAndNothingIsKept() throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let log = try EventLog(testing: scratch("log"), clock: clock)
        _ = try log.append(EventBatch(responses: [1]))
        let head = try log.head()
        clock.turn(to: .max)
        let counter = Counter()
        for id in 2..<6 {
            log.submit(try EventBatch(responses: [id])) { result in
                if case .failure = result { counter.add() }
            }
        }
        #expect(Self.waits(counter, for: 4))
        #expect(try log.head() == head)
        clock.turn(to: TestClock.start)
        #expect(
            try log.append(EventBatch(responses: 1..<6)).map(AppendTests.word)
                == ["same 0", "new 1", "new 2", "new 3", "new 4"])
        log.close()
    }
}
