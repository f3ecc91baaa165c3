import ExternalModels
import Foundation
import Glibc
import LedgerCore
import LedgerStore

/// Which programs of external models may be run: said by whoever uses this machine, and kept with
/// them and not in any ledger, for a ledger that was received must not bring its own permission.
///
/// An approval is a file whose name is a digest of the model's description and of the program's bytes
/// (`ExternalModel.approvalDigest`). It counts where nobody else could have put it there.
public struct ProgramApprovals: Hashable, Sendable {
    /// Where approvals are kept.
    public let folder: String

    /// Approvals in a folder.
    public init(folder: String) { self.folder = folder }

    /// Those of the user of this process: in `$NPSLEDGER_APPROVALS`, else in `npsledger/programs`
    /// below `$XDG_CONFIG_HOME` or `~/.config`.
    public static func ofUser(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> ProgramApprovals {
        if let folder = environment["NPSLEDGER_APPROVALS"], !folder.isEmpty {
            return ProgramApprovals(folder: folder)
        }
        if let shared = environment["XDG_CONFIG_HOME"], shared.hasPrefix("/") {
            return ProgramApprovals(folder: shared + "/npsledger/programs")
        }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        return ProgramApprovals(folder: home + "/.config/npsledger/programs")
    }

    private func path(_ digest: [UInt8]) -> String { "\(folder)/\(Hex.encode(digest)).json" }

    /// Whether a model's program, as it is now, was approved.
    ///
    /// - Throws: `ExternalModelError` where the program cannot be read.
    public func contain(_ model: ExternalModel) throws(ExternalModelError) -> Bool {
        let file = path(try model.approvalDigest())
        return Self.isOurs(folder, kind: S_IFDIR) && Self.isOurs(file, kind: S_IFREG)
    }

    /// Whether a path is the user's or the administrator's, and nobody else may change it.
    private static func isOurs(_ path: String, kind: mode_t) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == kind
            && (status.st_uid == geteuid() || status.st_uid == 0)
            && status.st_mode & (S_IWGRP | S_IWOTH) == 0
    }

    /// Approves a model's program as it is now; a change of its bytes or its description asks anew.
    public func approve(_ model: ExternalModel) throws {
        let digest = try model.approvalDigest()
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw LedgerError(
                .cannotCreate, "\(folder) cannot be created: \(error.localizedDescription)")
        }
        guard Self.isOurs(folder, kind: S_IFDIR) else {
            throw LedgerError(
                .permission,
                "\(folder) is not yours alone, and what others can write approves nothing: "
                    + "chmod 700 \(folder), or name another folder with NPSLEDGER_APPROVALS")
        }
        // What it says is for people; the name is what counts.
        try DurableFile.write(model.canonicalJSON + [10], to: path(digest))
    }

    /// Takes an approval back.
    ///
    /// - Returns: false where there was none.
    public func withdraw(_ model: ExternalModel) throws -> Bool {
        let file = path(try model.approvalDigest())
        if unlink(file) == 0 { return true }
        guard errno == ENOENT else { throw PathState.failure("\(file) cannot be removed", errno) }
        return false
    }
}
