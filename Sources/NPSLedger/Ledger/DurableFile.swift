import Glibc
import LedgerStore

/// A file that is whole and on the device, or not there.
enum DurableFile {
    /// Writes to the side, syncs, renames, and syncs the folder.
    static func write(_ bytes: [UInt8], to path: String) throws(LedgerError) {
        let aside = path + ".new"
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
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
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
    }

    private static func failure(_ path: String) -> LedgerError {
        let code: LedgerError.Code =
            switch errno {
            case ENOSPC, EDQUOT: .diskFull
            case EACCES, EPERM, EROFS: .permission
            default: .storage
            }
        return LedgerError(
            code, "\(path) cannot be written (\(String(cString: strerror(errno))))")
    }
}
