import CLMDB
import Glibc

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
