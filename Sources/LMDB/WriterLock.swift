import CLMDB
import Glibc

/// Keeps writers apart by a lock on the data file itself, whatever becomes of lock.mdb.
///
/// LMDB keeps them apart by a mutex in lock.mdb. Where that file is taken away while a process has it
/// open, the next process makes another one, and two writers write over each other's pages. The lock
/// here is asked for first, so that waiting for another process can end: waiting for a mutex cannot.
@safe
final class WriterLock: @unchecked Sendable {
    // SAFETY: the descriptor is set while the environment's gate is held exclusively, and else only
    // read; the mutex makes the threads of this process wait for each other.

    /// What a file is, whatever path leads to it.
    private typealias Identity = OpenDirectories.Identity

    private static let pauseFirst: Duration = .milliseconds(1)
    private static let pauseMax: Duration = .milliseconds(20)

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var path = ""
    private var descriptor: Int32 = -1
    private var lockFile: Identity?

    init() {
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        close()
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Begins to watch over a directory that LMDB has just opened.
    func open(_ directory: String, writes: Bool) throws(LMDBError) {
        path = directory
        lockFile = try currentLockFile()
        guard writes else { return }
        let file = "\(directory)/\(DataDirectory.dataFileName)"
        descriptor = unsafe Glibc.open(file, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw LMDBError(status: errno, operation: "open", path: file)
        }
    }

    func close() {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Whether lock.mdb is no longer the one that was opened: who opens it now knows of no reader and
    /// no writer of this process. Throws where that cannot be found out.
    func isReplaced() throws(LMDBError) -> Bool { try currentLockFile() != lockFile }

    /// Waits until no thread and no process writes.
    ///
    /// - Parameters:
    ///   - patience: how long another process may write without a commit.
    ///   - commits: the number of the last commit, as the data file has it.
    ///   - isWaiting: called once where it takes longer than `Environment.waitNoticedAfter`.
    /// - Throws: `writerBusy` where patience ends.
    func lock(
        patience: Duration, commits: () -> UInt64, isWaiting: () -> Void
    ) throws(LMDBError) {
        unsafe pthread_mutex_lock(mutex)
        if tryLock() { return }
        var failure = errno
        var pause = Self.pauseFirst
        let start = ContinuousClock.now
        var (last, since) = (commits(), start)
        var isTold = false
        while failure == EAGAIN || failure == EACCES || failure == EINTR {
            let now = ContinuousClock.now
            if now - start > Environment.waitNoticedAfter, !isTold {
                isWaiting()
                isTold = true
            }
            let commit = commits()
            if commit != last { (last, since) = (commit, now) }
            guard now - since < patience else {
                unsafe pthread_mutex_unlock(mutex)
                throw LMDBError(
                    code: .writerBusy, status: EBUSY, operation: "begin write", path: path,
                    detail: "another process has been writing for \(patience.components.seconds) "
                        + "seconds without a commit")
            }
            usleep(UInt32(pause.components.attoseconds / 1_000_000_000_000))
            pause = min(pause * 2, Self.pauseMax)
            if tryLock() { return }
            failure = errno
        }
        unsafe pthread_mutex_unlock(mutex)
        throw LMDBError(status: failure, operation: "lock", path: path)
    }

    private func tryLock() -> Bool {
        if clmdb_writers_lock(descriptor, 1) == 0 { return true }
        // A file system without such locks is used as it is.
        return [EINVAL, ENOLCK, ENOSYS, EOPNOTSUPP].contains(errno)
    }

    func unlock() {
        _ = clmdb_writers_lock(descriptor, 0)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Nil where there is none.
    private func currentLockFile() throws(LMDBError) -> Identity? {
        let file = "\(path)/\(DataDirectory.lockFileName)"
        var status = stat()
        guard unsafe stat(file, &status) != 0 else {
            return Identity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))
        }
        guard errno == ENOENT else {
            throw LMDBError(status: errno, operation: "look at", path: file)
        }
        return nil
    }
}
