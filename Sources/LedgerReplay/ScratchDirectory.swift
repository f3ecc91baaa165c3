import Foundation
import Glibc
import LedgerCore
import LedgerStore

/// A folder for a state that is thrown away.
///
/// It is locked while it is in use; what a process left behind that was killed is taken away by the
/// next one.
final class ScratchDirectory: Sendable {
    private static let prefix = "npsledger-scratch."
    private static let lockName = "in-use"
    private static let attemptsMax = 16

    let path: String
    private let lock: Int32

    /// Where temporary files may go, by preference; the last is memory.
    static var roots: [String] {
        let named = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
        return [named, "/tmp", "/var/tmp", "/dev/shm"].filter { !$0.isEmpty }
    }

    /// Beside a state, where a state has room; else where temporary files go.
    convenience init(near folder: String) throws {
        do {
            try self.init(in: folder)
        } catch let error as LedgerError where StatePlace.isRefusal(error) {
            for root in Self.roots {
                guard let scratch = try? Self.make(in: root) else { continue }
                self.init(scratch)
                return
            }
            throw error
        }
    }

    convenience init(in folder: String) throws { self.init(try Self.make(in: folder)) }

    private init(_ made: (path: String, lock: Int32)) { (path, lock) = made }

    private static func make(in folder: String) throws -> (path: String, lock: Int32) {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasPrefix(prefix) {
            let abandoned = "\(folder)/\(name)"
            guard let lock = lock(abandoned) else { continue }
            try? files.removeItem(atPath: abandoned)
            Glibc.close(lock)
        }
        // Between making and locking it, another process may take it for an abandoned one.
        for _ in 0..<attemptsMax {
            let path = "\(folder)/\(prefix)\(UUID().uuidString)"
            guard mkdir(path, 0o700) == 0 else { throw failure(path) }
            if let lock = lock(path) { return (path, lock) }
        }
        throw LedgerError(.storage, "\(folder): others take every folder that is made here")
    }

    /// The lock of a folder; nil where somebody else has it, or it is somebody else's.
    private static func lock(_ path: String) -> Int32? {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
        let descriptor = open("\(path)/\(lockName)", flags, 0o600)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(),
            flock(descriptor, LOCK_EX | LOCK_NB) == 0,
            // Who had it before may have taken the folder away, and the lock's file with it.
            fstat(descriptor, &status) == 0, status.st_nlink > 0
        else {
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
