import CLMDB
import Glibc

/// Lets transactions in side by side, and lets one thread have the environment to itself.
///
/// LMDB moves its map when the size changes, which no open transaction survives. So every
/// transaction passes here, and growing, reopening and closing wait until all have ended.
/// The readers at rest are kept here too, which saves a second lock.
@safe
final class TransactionGate: @unchecked Sendable {
    // SAFETY: everything that changes is touched only between `lock` and `unlock`.

    /// Readers kept for renewal; each holds one of the environment's reader slots.
    static let idleReadersMax = 32

    enum Purpose {
        case read
        case write
        /// A call that uses the environment without a transaction of ours.
        case upkeep
        /// A copy of the environment, for which LMDB stops the writer for a moment.
        case copy
    }

    enum Admission {
        case admitted(idle: TransactionHandle?)
        /// This thread has a transaction open, so waiting would never end.
        case nested
        case closed
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var open: [(thread: pthread_t, purpose: Purpose)] = []
    private var idle: [TransactionHandle] = []
    private var exclusiveWaiting = 0
    private var isExclusive = false
    private var isClosed = false

    init() {
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    func enter(_ purpose: Purpose) -> Admission {
        let thread = pthread_self()
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        // A second writer on this thread would wait for itself, and one inside a read could
        // never grow the map.
        if purpose == .write || purpose == .copy, holdsTransaction(thread) { return .nested }
        // A thread that is inside already may go on: the one who waits waits for it.
        while isExclusive || (exclusiveWaiting > 0 && !holdsTransaction(thread)) {
            unsafe pthread_cond_wait(changed, mutex)
        }
        if isClosed { return .closed }
        open.append((thread, purpose))
        return .admitted(idle: purpose == .read ? idle.popLast() : nil)
    }

    /// Ends what `enter` began, and keeps a reader that was reset for the next one.
    func leave(_ purpose: Purpose, keeping reader: TransactionHandle? = nil) {
        let thread = pthread_self()
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        if let reader {
            if idle.count < Self.idleReadersMax {
                idle.append(reader)
            } else {
                unsafe mdb_txn_abort(reader.transaction)
            }
        }
        if let index = open.lastIndex(where: { $0.thread == thread && $0.purpose == purpose }) {
            open.swapAt(index, open.count - 1)
            open.removeLast()
        }
        if open.isEmpty, exclusiveWaiting > 0 { unsafe pthread_cond_broadcast(changed) }
    }

    /// Waits until no transaction is open, and keeps new ones out until `leaveExclusive`.
    func enterExclusive() -> Admission {
        let thread = pthread_self()
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        if holdsTransaction(thread) { return .nested }
        exclusiveWaiting += 1
        while isExclusive || !open.isEmpty { unsafe pthread_cond_wait(changed, mutex) }
        exclusiveWaiting -= 1
        if isClosed {
            unsafe pthread_cond_broadcast(changed)
            return .closed
        }
        isExclusive = true
        return .admitted(idle: nil)
    }

    func leaveExclusive(closing: Bool = false) {
        unsafe pthread_mutex_lock(mutex)
        isExclusive = false
        isClosed = isClosed || closing
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Takes the readers at rest, so that they can be ended; only while exclusive.
    func takeIdleReaders() -> [TransactionHandle] {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        let readers = idle
        idle = []
        return readers
    }

    /// Whether the calling thread has something open here.
    var isInside: Bool {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return holdsTransaction(pthread_self())
    }

    private func holdsTransaction(_ thread: pthread_t) -> Bool {
        open.contains { $0.thread == thread }
    }
}
