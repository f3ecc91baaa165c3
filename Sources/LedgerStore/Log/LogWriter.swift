import Dispatch
import Foundation
import LMDB
import LedgerCore
import Synchronization
import Threads

/// Group commit: whoever waits for the log to be free takes everything queued into one transaction.
///
/// Synchronous callers take turns themselves, so that a lone caller pays for no thread switch.
/// Asynchronous ones are served by one thread, because waiting for a disk does not belong on the
/// pool that runs tasks; where no thread can be had, each writes for itself.
final class LogWriter: Sendable {
    /// Events of one commit; beyond it the queue is cut, which bounds memory and latency.
    static let commitEventsMax = 400_000
    /// Longest time the thread waits for callers to come back; see `gather`.
    static let gatherNanosecondsMax: UInt64 = 2_000_000

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
        /// How many submissions the thread sleeps for; nil while it is awake.
        var wanted: Int?
        /// Callers of the last commit, and how long it took.
        var lastCount = 0
        var lastNanoseconds: UInt64 = 0
        var hasThread = false
        var isStopped = false

        /// Whether the thread is to be woken now; answers yes once a sleep.
        mutating func wakes() -> Bool {
            guard let wanted, waiting.count >= wanted || isStopped else { return false }
            self.wanted = nil
            return true
        }

        /// Takes submissions from the front until there are `eventsMax` events; one with a condition
        /// is taken alone, because a condition is classified against what is committed.
        mutating func take(eventsMax: Int) -> [Submission] {
            var events = 0
            var count = 0
            while count < waiting.count, events < eventsMax {
                let isConditional = waiting[count].batch.condition != nil
                if isConditional, count > 0 { break }
                events += waiting[count].batch.count
                count += 1
                if isConditional { break }
            }
            if count > 0 { lastCount = count }
            if count == waiting.count {
                defer { waiting = [] }
                return waiting
            }
            defer { waiting.removeFirst(count) }
            return Array(waiting[..<count])
        }
    }

    private let environment: Environment
    private let commit: LogCommit
    let clock: @Sendable () -> Microseconds
    /// Whether the clock is believed however far ahead of the last event it is.
    let acceptsClock: Bool
    private let queue = Mutex(Queue())
    /// Held by whoever writes.
    private let turn = Mutex(())
    private let wake = DispatchSemaphore(value: 0)

    init(
        _ environment: Environment, _ schema: LogSchema, acceptsClock: Bool,
        _ clock: @escaping @Sendable () -> Microseconds
    ) {
        self.environment = environment
        commit = LogCommit(schema: schema, acceptsClock: acceptsClock)
        self.acceptsClock = acceptsClock
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
            return (stopped: queue.isStopped, starts: !queue.hasThread, wakes: queue.wakes())
        }
        guard !state.stopped else {
            completion(.failure(LedgerError(.refused, "the log is closed")))
            return
        }
        if state.wakes { wake.signal() }
        if state.starts { startThread() }
    }

    /// Starts the thread; where the system gives none, writes what is queued on the caller's.
    private func startThread() {
        // Encoding and hashing recurse nowhere, but LMDB merges freed page lists on the stack.
        let stackBytes = 4 << 20
        guard !Threads.start(name: "log-writer", stackBytes: stackBytes, { [self] in serve() })
        else { return }
        // First, so that whoever submits from here on tries to start one, and waits for none.
        queue.withLock { $0.hasThread = false }
        repeat { takeTurn() } while queue.withLock { !$0.waiting.isEmpty && !$0.hasThread }
    }

    private func serve() {
        while true {
            sleep(untilWaiting: 1, by: .distantFuture)
            gather()
            takeTurn()
            if queue.withLock({ $0.isStopped && $0.waiting.isEmpty }) { return }
        }
    }

    /// Waits a little for those whom the last commit has answered.
    ///
    /// Callers who append again and again come back one by one. Without this the first of them
    /// would have a commit of its own while the others wait for it. Half the time of a commit is
    /// what waiting may cost at most, and only once where nobody comes.
    private func gather() {
        let (count, last) = queue.withLock { ($0.lastCount, $0.lastNanoseconds) }
        guard count > 1 else { return }
        let time = min(last / 2, Self.gatherNanosecondsMax)
        let now = DispatchTime.now().uptimeNanoseconds
        sleep(untilWaiting: count, by: DispatchTime(uptimeNanoseconds: now + time))
    }

    /// Sleeps until so many submissions wait, the deadline is past, or the log is closed.
    private func sleep(untilWaiting count: Int, by deadline: DispatchTime) {
        while true {
            let isEnough = queue.withLock { queue in
                let isEnough = queue.waiting.count >= count || queue.isStopped
                queue.wanted = isEnough ? nil : count
                return isEnough
            }
            if isEnough { return }
            if wake.wait(timeout: deadline) == .timedOut {
                queue.withLock { $0.wanted = nil }
                return
            }
        }
    }

    func stop() {
        retire()
        takeTurn()
    }

    /// Lets the thread end once the queue is empty, without waiting for it.
    func retire() {
        let wakes = queue.withLock { queue in
            queue.isStopped = true
            return queue.wakes()
        }
        if wakes { wake.signal() }
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
        var group = queue.withLock { $0.take(eventsMax: Self.commitEventsMax) }
        guard !group.isEmpty else { return [] }
        let started = DispatchTime.now().uptimeNanoseconds
        defer {
            let elapsed = DispatchTime.now().uptimeNanoseconds - started
            queue.withLock { $0.lastNanoseconds = elapsed }
        }
        let results: [Result<[AppendOutcome], any Error>]
        do {
            // Taken out of the group, so that stamping them copies nothing.
            var batches: [EventBatch] = []
            batches.reserveCapacity(group.count)
            for index in group.indices {
                var batch = EventBatch()
                swap(&batch, &group[index].batch)
                batches.append(batch)
            }
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
