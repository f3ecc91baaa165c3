import Glibc
import Synchronization

/// Calls that several threads make in turn, each the next that nobody has begun.
final class SharedIterations: Sendable {
    private let count: Int
    private let next = Atomic(0)
    private let body: Mutex<(@Sendable (Int) -> Void)?>

    init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        self.count = count
        self.body = Mutex(body)
    }

    /// Makes calls until all have been begun.
    // Never inlined: whatever a thread holds of the closure is given back on return, and the closure
    // does not live longer than the caller's.
    @inline(never)
    func run() {
        guard let body = body.withLock({ $0 }) else { return }
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body(index)
        }
    }

    /// Lets go of the closure, once nobody runs it any more.
    func clear() { body.withLock { $0 = nil } }
}

/// Threads that wait a while for the next piece of work.
///
/// A query asks for help for less than a millisecond, many times a second; starting a thread each
/// time would cost what the help gains. A helper that nobody needs for some seconds ends, so that a
/// long-lived process does not sit on a container's threads.
// SAFETY: everything that changes is guarded by `mutex`; the pointers are made once.
final class HelperPool: @unchecked Sendable {
    static let shared = HelperPool()

    /// Beyond this help is in each other's way; a bound for callers who ask for thousands.
    private static let helpersMax = 256
    /// How long a helper waits for work before it ends.
    private static let idleSeconds = 5

    /// Work that could still be helped with.
    private struct Offer {
        let work: SharedIterations
        /// Helpers that may still come.
        var wanted: Int
    }

    // A condition cannot be waited for on the standard library's mutex.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    /// Signalled once for each helper that is wanted.
    private let wanted = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Broadcast when a helper leaves.
    private let left = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var offers: [Offer] = []
    /// What helpers are at work on, once for each.
    private var helped: [SharedIterations] = []
    private var helpers = 0
    private var idle = 0

    // Never freed: a helper may outlive everything but the process.
    private init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // A clock that is set must not send helpers away, or keep them.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(wanted, &attributes)
        pthread_cond_init(left, nil)
        pthread_condattr_destroy(&attributes)
    }

    /// Asks for help, from waiting threads and from new ones as far as there are any to be had.
    func offer(_ work: SharedIterations, helpers count: Int) {
        pthread_mutex_lock(mutex)
        offers.append(Offer(work: work, wanted: min(count, Self.helpersMax)))
        let open = offers.reduce(0) { $0 + $1.wanted }
        for _ in 0..<min(count, idle) { pthread_cond_signal(wanted) }
        let missing = max(0, min(open - idle, Self.helpersMax - helpers, count))
        // Counted before they run, so that another caller does not start as many again.
        helpers += missing
        pthread_mutex_unlock(mutex)
        var started = 0
        while started < missing, Threads.start(name: "helper", { [self] in serve() }) {
            started += 1
        }
        guard started < missing else { return }
        pthread_mutex_lock(mutex)
        helpers -= missing - started
        pthread_mutex_unlock(mutex)
    }

    /// Waits for the helpers that came, and needs no others.
    func finish(_ work: SharedIterations) {
        pthread_mutex_lock(mutex)
        offers.removeAll { $0.work === work }
        while helped.contains(where: { $0 === work }) { pthread_cond_wait(left, mutex) }
        pthread_mutex_unlock(mutex)
        work.clear()
    }

    private func serve() {
        pthread_mutex_lock(mutex)
        while let work = nextOffer() {
            helped.append(work)
            pthread_mutex_unlock(mutex)
            work.run()
            pthread_mutex_lock(mutex)
            if let place = helped.firstIndex(where: { $0 === work }) {
                helped.swapAt(place, helped.count - 1)
                helped.removeLast()
            }
            pthread_cond_broadcast(left)
        }
        helpers -= 1
        pthread_mutex_unlock(mutex)
    }

    /// With the lock held: what to help with; nil where nothing came for long.
    private func nextOffer() -> SharedIterations? {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec += Self.idleSeconds
        var isLate = false
        while true {
            // The latest first: it is the innermost, which the others may wait for.
            if let last = offers.indices.last {
                offers[last].wanted -= 1
                let work = offers[last].work
                if offers[last].wanted == 0 { offers.removeLast() }
                return work
            }
            if isLate { return nil }
            idle += 1
            isLate = pthread_cond_timedwait(wanted, mutex, &deadline) == ETIMEDOUT
            idle -= 1
        }
    }
}
