import CLMDB
import Glibc

/// Keeps a store's files off the numbers of the standard streams.
///
/// Where a process is started with one of them closed, the next file that is opened gets its number,
/// and what is printed goes into that file: a table over the first page of the data. Programs make
/// the three valid before anything else; this refuses where one did not, because the harm could not
/// be undone.
enum StandardDescriptors {
    private static let count: Int32 = 3

    /// Throws `standardStreamClosed` where one of them is free to be given to a file.
    static func requireOpen(for path: String) throws(LMDBError) {
        for descriptor in 0..<count where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
            throw LMDBError(
                code: .standardStreamClosed, status: EBADF, operation: "open", path: path,
                detail: "descriptor \(descriptor) is closed, and the data file would take its place"
            )
        }
    }

    /// Throws the same where an environment's file got one of them after all: another thread has
    /// closed it meanwhile.
    static func requireBeyond(_ environment: OpaquePointer, path: String) throws(LMDBError) {
        var descriptor: mdb_filehandle_t = 0
        let status = unsafe mdb_env_get_fd(environment, &descriptor)
        guard status == MDB_SUCCESS else {
            throw LMDBError(status: status, operation: "open", path: path)
        }
        guard descriptor >= count else {
            throw LMDBError(
                code: .standardStreamClosed, status: EBADF, operation: "open", path: path,
                detail: "the data file became descriptor \(descriptor)")
        }
    }
}
