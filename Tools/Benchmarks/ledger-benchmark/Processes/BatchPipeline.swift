import Dispatch
import LedgerStore
import Synchronization

/// Prepares batches on the caller's thread while the log's own writes those before.
final class BatchPipeline: Sendable {
    /// Batches that may wait for the log while the next one is prepared.
    static let inFlightMax = 2

    private let log: EventLog
    private let slots = DispatchSemaphore(value: inFlightMax)
    private let failure = Mutex<(any Error)?>(nil)

    init(_ log: EventLog) { self.log = log }

    /// Hands a batch over; all of its events must be new.
    func submit(_ batch: EventBatch) throws {
        guard batch.count > 0 else { return }
        slots.wait()
        log.submit(batch) { [self] result in
            do {
                let isNew = try result.get().allSatisfy {
                    if case .appended = $0 { true } else { false }
                }
                if !isNew { throw BenchmarkFailure("an event was not new to the log") }
            } catch {
                failure.withLock { $0 = error }
            }
            slots.signal()
        }
        try check()
    }

    /// Waits until everything is durable.
    func drain() throws {
        for _ in 0..<Self.inFlightMax { slots.wait() }
        for _ in 0..<Self.inFlightMax { slots.signal() }
        try check()
    }

    private func check() throws {
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
