import Foundation
import Glibc
import LedgerStore

/// A folder beside a projection's state for a replay that is thrown away.
///
/// It is locked while it is in use; what a process left behind that was killed is taken away by the
/// next one. The state's own disk is where a state has room.
struct ScratchDirectory: ~Copyable {
    private static let prefix = "verify."
    private static let lockName = "in-use"
    private static let attemptsMax = 16

    let path: String
    private let lock: Int32

    init(in folder: String) throws {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasPrefix(Self.prefix) {
            let abandoned = "\(folder)/\(name)"
            guard let lock = Self.lock(abandoned) else { continue }
            try? files.removeItem(atPath: abandoned)
            Glibc.close(lock)
        }
        // Between making and locking it, another process may take it for an abandoned one.
        for _ in 0..<Self.attemptsMax {
            let path = "\(folder)/\(Self.prefix)\(UUID().uuidString)"
            guard mkdir(path, 0o755) == 0 else { throw Self.failure(path) }
            if let lock = Self.lock(path) {
                (self.path, self.lock) = (path, lock)
                return
            }
        }
        throw LedgerError(.storage, "\(folder): others take every folder that is made here")
    }

    private static func lock(_ path: String) -> Int32? {
        let descriptor = open("\(path)/\(lockName)", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func failure(_ path: String) -> LedgerError {
        let code: LedgerError.Code =
            switch errno {
            case ENOSPC, EDQUOT: .diskFull
            case EACCES, EPERM, EROFS: .permission
            default: .storage
            }
        return LedgerError(
            code,
            "\(path) cannot be made (\(String(cString: strerror(errno)))): "
                + "a replay is kept there for as long as it is compared")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        Glibc.close(lock)
    }
}
