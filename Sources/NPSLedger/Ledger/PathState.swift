import Foundation
import Glibc
import LedgerCore
import LedgerStore

/// What can be told of a path, for whoever must not take a file that it may not see for a lost one.
enum PathState {
    case there
    case missing
    /// With the system's error number.
    case hidden(Int32)

    init(_ path: String) {
        var status = stat()
        if stat(path, &status) == 0 {
            self = .there
        } else {
            self = errno == ENOENT || errno == ENOTDIR ? .missing : .hidden(errno)
        }
    }

    /// The failure of a step that needed a path, by the system's error number.
    static func failure(_ what: String, _ number: Int32) -> LedgerError {
        let code: LedgerError.Code =
            switch number {
            case ENOSPC, EDQUOT: .diskFull
            case EACCES, EPERM, EROFS: .permission
            default: .storage
            }
        return LedgerError(code, "\(what) (\(String(cString: strerror(number))))")
    }

    /// The whole file; nil where there is none.
    static func content(of path: String) throws -> Data? {
        switch Self(path) {
        case .missing: return nil
        case .hidden(let number): throw failure("\(path) cannot be read", number)
        case .there:
            // A pipe would be waited for until somebody writes into it.
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
            guard descriptor >= 0 else { throw failure("\(path) cannot be read", errno) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                close(descriptor)
                throw LedgerError(.corrupt, "\(path) is no file: put it back from a backup")
            }
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            do {
                return try file.readToEnd() ?? Data()
            } catch {
                throw LedgerError(.storage, "\(path) cannot be read: \(error.localizedDescription)")
            }
        }
    }
}
