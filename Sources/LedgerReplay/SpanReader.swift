import Foundation
import LedgerCore
import LedgerStore
import Threads

/// Reads a range of the log as spans, on several threads, and hands them out in log order.
///
/// Spans are read ahead of the one that is asked for, but only so far that memory stays bounded.
/// The caller reads as well whenever the next span is not there yet, so that with one thread all
/// happens on the caller's and with two none of them waits for long.
// SAFETY: everything that changes is guarded by `condition`; the rest are constants.
final class SpanReader<P: Projection>: @unchecked Sendable {
    /// Spans that each thread may be ahead.
    private static var aheadPerThread: Int { 4 }
    /// Applying is one thread's work: more readers than this would only fill memory.
    private static var threadsMax: Int { 8 }

    /// One stretch of the log, read.
    struct ReadSpan {
        var span: P.Span
        /// Events that could not be read.
        var poisoned: [PoisonEvent]
        var eventCount: Int
        /// The position after it.
        var end: Position
    }

    private let log: EventLog
    private let range: Range<Position>
    private let length: Position
    private let count: Int
    private let ahead: Int
    private let condition = NSCondition()
    /// Spans that some thread has begun to read.
    private var begun = 0
    /// Spans handed out.
    private var taken = 0
    private var finished: [Int: Result<ReadSpan, any Error>] = [:]
    private var isStopped = false
    private var workers = 0

    /// - Parameter spanPositions: positions of one span; what is read does not depend on it.
    init(
        _ log: EventLog, _ range: Range<Position>, threads: Int,
        spanPositions: Position
    ) {
        self.log = log
        self.range = range
        length = max(1, spanPositions)
        count = Int((UInt64(range.count) + length - 1) / length)
        let readers = max(1, min(threads, Self.threadsMax))
        ahead = readers * Self.aheadPerThread
        // A short stretch is read sooner than a thread is started.
        for _ in 1..<max(1, min(readers, count)) {
            // Counted before it runs: one that ends at once counts itself out.
            condition.lock()
            workers += 1
            condition.unlock()
            guard Threads.start(name: "log-reader", { [self] in work() }) else {
                // The caller reads what these would have read.
                condition.lock()
                workers -= 1
                condition.unlock()
                break
            }
        }
    }

    private func work() {
        condition.lock()
        while !isStopped, begun < count {
            if begun - taken >= ahead {
                condition.wait()
                continue
            }
            readOne()
        }
        workers -= 1
        condition.broadcast()
        condition.unlock()
    }

    /// Reads the next span that nobody reads yet, with the lock given back meanwhile.
    private func readOne() {
        let index = begun
        begun += 1
        condition.unlock()
        let result = Result { try read(index) }
        condition.lock()
        finished[index] = result
        condition.broadcast()
    }

    private func read(_ index: Int) throws -> ReadSpan {
        let start = range.lowerBound + Position(index) * length
        let end = min(range.upperBound, start + length)
        var span = P.Span()
        var poisoned: [PoisonEvent] = []
        var count = 0
        let reached = try log.skimEvents(in: start..<end, named: P.descriptor.consumes) { event in
            do {
                try span.read(event)
            } catch let poison as PoisonEvent {
                // Poison is what a sound entry says; what is no entry is the log's affair.
                try log.requireSound(event)
                poisoned.append(poison)
            }
            count += 1
        }
        guard reached == end else {
            throw LedgerError(
                .corrupt, "the log ends at \(reached) where it should go on", remedy: .verify)
        }
        return ReadSpan(span: span, poisoned: poisoned, eventCount: count, end: end)
    }

    /// The next span in log order; nil after the last.
    func next() throws -> ReadSpan? {
        condition.lock()
        defer { condition.unlock() }
        guard taken < count else { return nil }
        while finished[taken] == nil {
            if begun < count, begun - taken < ahead { readOne() } else { condition.wait() }
        }
        let result = finished.removeValue(forKey: taken)
        taken += 1
        condition.broadcast()
        return try result?.get()
    }

    /// Ends the threads and waits for them: nothing reads the log afterwards.
    func stop() {
        condition.lock()
        isStopped = true
        condition.broadcast()
        while workers > 0 { condition.wait() }
        condition.unlock()
    }
}

extension Workers {
    /// As many threads as given, the caller's among them; fewer where the system gives no more.
    public static func threads(_ count: Int) -> Workers {
        guard count > 1 else { return .caller }
        return Workers(count: count) { parts, body in
            Threads.perform(iterations: parts, threads: count, body)
        }
    }
}
