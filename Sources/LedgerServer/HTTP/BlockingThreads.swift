import Dispatch
import LedgerCore
import NIOCore
import Synchronization
import Threads

/// Threads for what waits for a disk or counts for long: neither belongs on the pool that runs tasks,
/// where it would keep every connection waiting.
final class BlockingThreads: Sendable {
    private struct State {
        var waiting = CircularBuffer<@Sendable () -> Void>()
        var isStopped = false
    }

    /// Work that may wait. Beyond it callers are turned away: they would wait for longer than anybody
    /// does.
    private let waitingMax: Int
    private let count: Int
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts threads.
    ///
    /// - Throws: `LedgerError` with code `storage` where the system gives none.
    init(name: String, count: Int, waitingMax: Int) throws(LedgerError) {
        self.waitingMax = waitingMax
        self.count = count
        for _ in 0..<count {
            guard Threads.start(name: name, stackBytes: 4 << 20, { [self] in serve() }) else {
                throw LedgerError(.storage, "the system gives no thread to answer with")
            }
        }
    }

    /// How much waits.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Does something on one of the threads.
    ///
    /// - Throws: what it throws, and `LedgerError` with code `busy` where too much waits.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit {
                continuation.resume(with: Result(catching: body))
            } refused: {
                continuation.resume(throwing: $0)
            }
        }
    }

    /// Has something done on one of the threads, and returns.
    ///
    /// - Parameter refused: called at once, with code `busy`, where too much waits.
    func submit(
        _ work: @escaping @Sendable () -> Void, refused: (LedgerError) -> Void
    ) {
        let isTaken = state.withLock { state in
            guard !state.isStopped, state.waiting.count < waitingMax else { return false }
            state.waiting.append(work)
            return true
        }
        if isTaken {
            wake.signal()
        } else {
            refused(
                LedgerError(.busy, "\(waitingMax) requests wait to be answered: ask again"))
        }
    }

    /// Does what waits, and ends the threads.
    @available(*, noasync, message: "it waits for what is being done")
    func stop() {
        state.withLock { $0.isStopped = true }
        for _ in 0..<count { wake.signal() }
        for _ in 0..<count { ended.wait() }
    }

    private func serve() {
        while true {
            wake.wait()
            let (work, isStopped) = state.withLock { state in
                (state.waiting.popFirst(), state.isStopped)
            }
            if let work {
                work()
            } else if isStopped {
                break
            }
        }
        ended.signal()
    }
}
