import Glibc
import LedgerCore
import LedgerStore

/// Keeps apart processes that read a small file, change it and write it again.
struct FolderLock {
    private let descriptor: Int32

    /// Waits until nobody else holds the folder; nobody holds it for longer than a write takes.
    init(_ folder: String) throws(LedgerError) {
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PathState.failure("\(folder) cannot be locked", errno) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let number = errno
                close(descriptor)
                throw PathState.failure("\(folder) cannot be locked", number)
            }
        }
    }

    func release() { close(descriptor) }
}
