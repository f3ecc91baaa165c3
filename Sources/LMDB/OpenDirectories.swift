import Glibc
import Synchronization

/// The directories this process has open as environments.
///
/// LMDB's file locks belong to the process: opening a directory twice and closing it once would
/// silently drop the locks of the other.
enum OpenDirectories {
    /// What a directory is, whatever path leads to it.
    struct Identity: Hashable, Sendable {
        let device: UInt64
        let node: UInt64
    }

    private static let identities = Mutex<Set<Identity>>([])

    static func claim(_ path: String) throws(LMDBError) -> Identity {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw LMDBError(status: errno, operation: "open", path: path)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw LMDBError(
                status: ENOTDIR, operation: "open", path: path, detail: "it is not a directory")
        }
        let identity = Identity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))
        guard identities.withLock({ $0.insert(identity).inserted }) else {
            throw LMDBError(
                status: EBUSY, operation: "open", path: path,
                detail: "this process has the environment open already")
        }
        return identity
    }

    static func release(_ identity: Identity) {
        identities.withLock { _ = $0.remove(identity) }
    }
}
