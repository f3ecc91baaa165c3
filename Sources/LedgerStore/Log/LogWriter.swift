import Dispatch
import Foundation
import LMDB
import LedgerCore
import Synchronization

/// Group commit: whoever waits for the log to be free takes everything queued into one transaction.
///
/// Synchronous callers take turns themselves, so that a lone caller pays for no thread switch.
/// Asynchronous ones are served by one thread, because waiting for a disk does not belong on the
/// pool that runs tasks.
final class LogWriter: Sendable {
    /// Events of one commit; beyond it the queue is cut, which bounds memory and latency.
    static let commitEventsMax = 400_000

    typealias Completion = @Sendable (Result<[AppendOutcome], any Error>) -> Void

    private enum Recipient: Sendable {
        /// A caller that waits for its turn.
        case waiting(Answer)
        case called(Completion)
    }

    private struct Submission: Sendable {
        var batch: EventBatch
        var recipient: Recipient
    }

    /// A call that is due once the turn has been given back.
    private struct Call {
        var completion: Completion
        var result: Result<[AppendOutcome], any Error>
    }

    private struct Queue: Sendable {
        var waiting: [Submission] = []
        var hasThread = false
        var isStopped = false
    }

    private let environment: Environment
    private let commit: LogCommit
    private let clock: @Sendable () -> Microseconds
    private let queue = Mutex(Queue())
    /// Held by whoever writes.
    private let turn = Mutex(())
    private let wake = DispatchSemaphore(value: 0)

    init(
        _ environment: Environment, _ schema: LogSchema,
        _ clock: @escaping @Sendable () -> Microseconds
    ) {
        self.environment = environment
        commit = LogCommit(schema: schema)
        self.clock = clock
    }

    func append(_ batch: EventBatch) throws -> [AppendOutcome] {
        let answer = Answer()
        queue.withLock {
            $0.waiting.append(Submission(batch: batch, recipient: .waiting(answer)))
        }
        while true {
            // Someone may have written it while this caller waited for the turn.
            takeTurn(unless: { answer.result != nil })
            if let result = answer.result { return try result.get() }
        }
    }

    /// A result that one thread leaves for another.
    private final class Answer: Sendable {
        private let value = Mutex<Result<[AppendOutcome], any Error>?>(nil)
        var result: Result<[AppendOutcome], any Error>? { value.withLock { $0 } }
        func set(_ result: Result<[AppendOutcome], any Error>) { value.withLock { $0 = result } }
    }

    func submit(_ batch: EventBatch, _ completion: @escaping Completion) {
        let state = queue.withLock { queue in
            defer { queue.hasThread = true }
            if !queue.isStopped {
                queue.waiting.append(Submission(batch: batch, recipient: .called(completion)))
            }
            return (stopped: queue.isStopped, starts: !queue.hasThread)
        }
        guard !state.stopped else {
            completion(.failure(LedgerError(.refused, "the log is closed")))
            return
        }
        if state.starts {
            let thread = Thread { [self] in serve() }
            thread.name = "log-writer"
            // Encoding and hashing recurse nowhere, but LMDB merges freed page lists on the stack.
            thread.stackSize = 4 << 20
            thread.start()
        }
        wake.signal()
    }

    private func serve() {
        while true {
            wake.wait()
            takeTurn()
            if queue.withLock({ $0.isStopped && $0.waiting.isEmpty }) { return }
        }
    }

    func stop() {
        retire()
        takeTurn()
    }

    /// Lets the thread end once the queue is empty, without waiting for it.
    func retire() {
        let hadThread = queue.withLock { queue in
            defer { queue.isStopped = true }
            return queue.hasThread && !queue.isStopped
        }
        if hadThread { wake.signal() }
    }

    /// Waits for the turn, writes unless there is no need, and makes the calls that are due.
    ///
    /// They are made without the turn, so that a completion may append in its turn.
    private func takeTurn(unless isNeedless: () -> Bool = { false }) {
        let calls = turn.withLock { _ in isNeedless() ? [] : drain() }
        for call in calls { call.completion(call.result) }
    }

    /// Writes what is queued, up to the limit; answers who waits and returns whom to call.
    private func drain() -> [Call] {
        let group = queue.withLock { queue -> [Submission] in
            var events = 0
            var taken = 0
            while taken < queue.waiting.count, events < Self.commitEventsMax {
                events += queue.waiting[taken].batch.count
                taken += 1
            }
            defer { queue.waiting.removeFirst(taken) }
            return Array(queue.waiting[..<taken])
        }
        guard !group.isEmpty else { return [] }
        let results: [Result<[AppendOutcome], any Error>]
        do {
            var batches = group.map(\.batch)
            let now = clock()
            let outcomes = try environment.write { transaction in
                try commit.write(&batches, now: now, transaction)
            }
            results = outcomes.map { .success($0) }
        } catch {
            let failure: any Error =
                if let storage = error as? LMDBError { LedgerError(storage) } else { error }
            results = group.map { _ in .failure(failure) }
        }
        return zip(group, results).compactMap { submission, result in
            switch submission.recipient {
            case .waiting(let answer):
                answer.set(result)
                return nil
            case .called(let completion): return Call(completion: completion, result: result)
            }
        }
    }
}
