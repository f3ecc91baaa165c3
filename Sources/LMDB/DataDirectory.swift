import CLMDB
import Glibc

/// The directory of an environment, before and around what LMDB does with it.
enum DataDirectory {
    static let dataFileName = "data.mdb"
    static let lockFileName = "lock.mdb"

    /// Makes a directory, and those above it where they are missing.
    static func create(_ path: String, mode: UInt32) throws(LMDBError) {
        if unsafe mkdir(path, mode) == 0 || errno == EEXIST { return }
        let separators = path.indices.filter { path[$0] == "/" && $0 != path.startIndex }
        if errno == ENOENT {
            for separator in separators { _ = unsafe mkdir(String(path[..<separator]), mode) }
            if unsafe mkdir(path, mode) == 0 || errno == EEXIST { return }
        }
        throw LMDBError(status: errno, operation: "create directory", path: path)
    }

    /// Sees to it that the lock file has its blocks before LMDB maps it.
    ///
    /// LMDB writes the lock file through a map. On a full device, touching a block that was
    /// never allocated would kill the process; asking for the blocks first gives an error.
    static func reserveLockFile(
        _ directory: String, readers: Int, mode: UInt32
    ) throws(LMDBError) {
        // A head of a few cache lines and one line of 64 bytes a reader; a page to spare.
        let sizeBytes = readers * 64 + 4096
        let path = "\(directory)/\(lockFileName)"
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw LMDBError(status: errno, operation: "open", path: path)
        }
        defer { _ = Glibc.close(descriptor) }
        // The size must stay: other processes take the number of slots from it.
        guard clmdb_reserve_blocks(descriptor, sizeBytes) != 0 else { return }
        // A file system that cannot reserve is used as it is.
        if isFull(errno) {
            throw LMDBError(status: errno, operation: "open", path: path)
        }
    }

    /// Sees to the lock file, and whether it can be used at all.
    ///
    /// - Returns: false for a reader who may not write there, or finds no room for it: it reads
    ///   without a slot.
    static func prepareLockFile(
        _ directory: String, _ configuration: Environment.Configuration
    ) throws(LMDBError) -> Bool {
        do throws(LMDBError) {
            try reserveLockFile(
                directory, readers: configuration.maxReaders, mode: configuration.fileMode)
            return true
        } catch {
            guard configuration.readOnly, error.isRefusal else { throw error }
            return false
        }
    }

    /// Makes new files of a directory, and the directory itself, survive a power cut.
    static func sync(_ path: String) throws(LMDBError) {
        for directory in [path, "\(path)/.."] {
            let descriptor = unsafe Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            // A parent that may not be read cannot be synced; that is no reason to fail.
            if descriptor < 0 && errno == EACCES && directory != path { continue }
            guard descriptor >= 0 else {
                throw LMDBError(status: errno, operation: "sync directory", path: directory)
            }
            defer { _ = Glibc.close(descriptor) }
            guard fsync(descriptor) == 0 else {
                throw LMDBError(status: errno, operation: "sync directory", path: directory)
            }
        }
    }
}

extension DataDirectory {
    /// Takes away what a failed copy has left.
    static func removeDataFile(_ directory: String) throws(LMDBError) {
        let path = "\(directory)/\(dataFileName)"
        guard unsafe unlink(path) != 0, errno != ENOENT else { return }
        throw LMDBError(status: errno, operation: "remove", path: path)
    }

    /// Gives a copy its mode, which LMDB does not, and makes it survive a power cut.
    static func finishCopy(_ directory: String, mode: UInt32) throws(LMDBError) {
        let path = "\(directory)/\(dataFileName)"
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw LMDBError(status: errno, operation: "copy", path: path)
        }
        defer { _ = Glibc.close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0,
            fchmod(descriptor, status.st_mode & mode) == 0, fsync(descriptor) == 0
        else {
            throw LMDBError(status: errno, operation: "copy", path: path)
        }
        try sync(directory)
    }
}

extension DataDirectory {
    /// What LMDB writes in one go, and so what must fit for a write to have gone wrong otherwise.
    private static let probeBytes = 256 << 10
    /// O_TMPFILE, which glibc hides; the same on x86-64, arm64 and RISC-V.
    private static let unnamedFile = 0o20_000_000 | O_DIRECTORY

    /// The status that says why a write failed, where LMDB says less than it could.
    ///
    /// A disk that becomes full in the middle of a write makes the write short, which LMDB
    /// answers with EIO. Whether the disk (or a quota) is full is found out by writing a file
    /// without a name, which is gone when it is closed.
    static func cause(of status: Int32, in path: String) -> Int32 {
        guard status == EIO else { return status }
        let descriptor = unsafe Glibc.open(path, unnamedFile | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return isFull(errno) ? errno : status }
        defer { _ = Glibc.close(descriptor) }
        let bytes = [UInt8](repeating: 0, count: probeBytes)
        var written = 0
        while written < probeBytes {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe pwrite(descriptor, $0.baseAddress, probeBytes - written, written)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return count < 0 && isFull(errno) ? errno : status }
            written += count
        }
        return status
    }

    private static func isFull(_ status: Int32) -> Bool {
        status == ENOSPC || status == EDQUOT
    }
}

extension DataDirectory {
    /// Makes an empty data file that is whole and on the device from its first moment on, unless
    /// there is one.
    ///
    /// LMDB writes the first two pages of a file where it will stay and does not sync them. A power
    /// cut before the first commit then leaves a file that is none of LMDB's, which nobody may
    /// take for empty: it could as well be a log that was damaged. So the pages are written aside.
    static func makeDataFile(
        _ directory: String, mapSizeBytes: Int, mode: UInt32
    ) throws(LMDBError) {
        var template = Array("\(directory)/new-XXXXXX".utf8CString)
        guard let made = unsafe mkdtemp(&template) else {
            throw LMDBError(status: errno, operation: "create", path: directory)
        }
        let aside = unsafe String(cString: made)
        defer {
            _ = unsafe unlink("\(aside)/\(dataFileName)")
            _ = unsafe rmdir(aside)
        }
        try makeEnvironment(aside, mapSizeBytes: mapSizeBytes, mode: mode)
        try place("\(aside)/\(dataFileName)", at: "\(directory)/\(dataFileName)")
    }

    /// Lets LMDB write the first pages, and syncs them.
    private static func makeEnvironment(
        _ directory: String, mapSizeBytes: Int, mode: UInt32
    ) throws(LMDBError) {
        var created: OpaquePointer?
        var status = unsafe mdb_env_create(&created)
        guard status == MDB_SUCCESS, let created = unsafe created else {
            throw LMDBError(status: status, operation: "create", path: directory)
        }
        defer { unsafe mdb_env_close(created) }
        status = unsafe mdb_env_set_mapsize(created, mapSizeBytes)
        if status == MDB_SUCCESS {
            status = unsafe mdb_env_open(created, directory, UInt32(MDB_NOLOCK), mode)
        }
        if status == MDB_SUCCESS { status = unsafe mdb_env_sync(created, 1) }
        guard status == MDB_SUCCESS else {
            throw LMDBError(
                status: cause(of: status, in: directory), operation: "create", path: directory)
        }
    }

    /// Gives a file its name where nothing has it: another process may have been faster, and its
    /// file may hold something by now.
    private static func place(_ aside: String, at path: String) throws(LMDBError) {
        if unsafe link(aside, path) == 0 || errno == EEXIST { return }
        // A file system without links; there the moment between the two calls is a risk.
        let isWithoutLinks = errno == EPERM || errno == EOPNOTSUPP
        if isWithoutLinks {
            if unsafe access(path, F_OK) == 0 { return }
            if unsafe rename(aside, path) == 0 { return }
        }
        throw LMDBError(status: errno, operation: "create", path: path)
    }
}
