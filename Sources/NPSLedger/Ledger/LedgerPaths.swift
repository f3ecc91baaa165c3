import Foundation
import Glibc
import LedgerCore
import LedgerStore
import LedgerVault

/// Where the parts of a ledger lie.
public struct LedgerPaths: Hashable, Sendable {
    /// The ledger's directory.
    public let directory: String
    /// The master key's file, outside the directory.
    public let masterKey: String

    /// What says which programs may be run, outside the directory.
    public let approvals: ProgramApprovals

    /// Paths of the ledger in `directory`.
    ///
    /// - Parameters:
    ///   - masterKey: by default `directory` with `.key` added.
    ///   - approvals: by default those of the user of this process.
    public init(
        directory: String, masterKey: String? = nil, approvals: ProgramApprovals = .ofUser()
    ) {
        self.approvals = approvals
        var trimmed = directory
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.directory = trimmed
        self.masterKey = masterKey ?? trimmed + ".key"
    }

    /// `ledger.json`.
    public var manifest: String { directory + "/ledger.json" }
    /// The log's environment.
    public var log: String { directory + "/log" }
    /// The vault's environment.
    public var vault: String { directory + "/vault" }
    /// Folder of the projections, disposable.
    public var projections: String { directory + "/projections" }
    /// Environment of the embeddings, disposable.
    public var embeddings: String { directory + "/embeddings" }
    /// Folder of the model artefacts, by SHA-256.
    public var models: String { directory + "/models" }

    /// Who but its owner may read or change the master key, such as “everybody may read it”; nil where
    /// nobody may, or there is none.
    public var masterKeyExposure: String? { MasterKey.exposure(ofFile: masterKey) }
}

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
