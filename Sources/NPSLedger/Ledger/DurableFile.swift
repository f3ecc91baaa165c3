import Glibc
import LedgerCore
import LedgerStore

/// A file that is whole and on the device, or not there.
enum DurableFile {
    /// Writes to the side, for its owner alone, syncs, renames, and syncs the folder and the one that
    /// holds its name: the folder may be as new as the file.
    ///
    /// - Parameter aside: what the name begins with under which it is written first, on the same file
    ///   system; by default the path. Each writer has a name of its own: two that write at once would
    ///   write into one file, and either could give it the name before it is whole.
    static func write(
        _ bytes: [UInt8], to path: String, aside: String? = nil
    ) throws(LedgerError) {
        let suffix = String(UInt64.random(in: 0 ... .max), radix: 36)
        let aside = "\(aside ?? path).new-\(suffix)"
        let isNew = access(path, F_OK) != 0
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        var isWritten = true
        var done = 0
        while isWritten, done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.write(descriptor, raw.baseAddress.map { $0 + done }, raw.count - done)
            }
            isWritten = count > 0
            done += max(0, count)
        }
        isWritten = isWritten && fsync(descriptor) == 0
        let cause = errno
        close(descriptor)
        guard isWritten, rename(aside, path) == 0 else {
            if !isWritten { errno = cause }
            let error = failure(path)
            unlink(aside)
            throw error
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        do throws(LedgerError) {
            for directory in [folder, folder + "/.."] { try sync(directory, for: path) }
        } catch {
            // A name that may not survive is not to be found by whoever tries again.
            if isNew { unlink(path) }
            throw error
        }
    }

    /// Makes the names in a folder survive a power cut.
    private static func sync(_ folder: String, for path: String) throws(LedgerError) {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // A folder that may not be read cannot be synced; that is no reason to fail.
        if directory < 0 && errno == EACCES { return }
        guard directory >= 0 else { throw failure(path) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> LedgerError {
        PathState.failure("\(path) cannot be written", errno)
    }
}

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
