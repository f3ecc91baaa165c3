import Foundation
import Glibc
import LedgerCore
import NPSLedger

/// A report written whole, or not at all.
package enum ReportFile {
    /// Writes to the side and renames, so that nobody reads half a report; what is no file, such as
    /// a pipe, is written to as it stands.
    ///
    /// - Parameter holdsPersonalData: such a report is for its owner's eyes alone.
    /// - Throws: `LedgerError` with code `cannot-create` or `storage`.
    package static func store(_ text: String, at path: String, holdsPersonalData: Bool) throws {
        let mode: mode_t = holdsPersonalData ? 0o600 : 0o644
        var status = stat()
        let exists = stat(path, &status) == 0
        let kind = status.st_mode & S_IFMT
        if exists, kind != S_IFREG {
            guard kind != S_IFDIR else { throw cannotCreate(path, "it is a directory") }
            try write(text, into: path, flags: O_WRONLY, mode, named: path)
            return
        }
        // A link stays one: what it points to is replaced.
        let target = exists ? resolved(path) : path
        let aside = "\(target).\(getpid()).new"
        do {
            try write(text, into: aside, flags: O_WRONLY | O_CREAT | O_EXCL, mode, named: path)
            guard rename(aside, target) == 0 else { throw cannotCreate(path, reason()) }
        } catch {
            unlink(aside)
            throw error
        }
    }

    /// Refuses a place within a ledger, or that of its key: what is written there replaces a file.
    ///
    /// - Parameter inputs: files that are read; none of them is to be lost.
    /// - Throws: `LedgerError` with code `cannot-create`.
    package static func check(
        _ path: String, isOutside ledger: LedgerPaths, inputs: [String?] = []
    ) throws {
        let file = resolved(path)
        if inputs.contains(where: { $0.map(resolved) == file }) {
            throw LedgerError(.cannotCreate, "\(path) is what is read: name another file")
        }
        let folder = resolved((file as NSString).deletingLastPathComponent)
        let home = resolved(ledger.directory)
        guard file == resolved(ledger.masterKey) || folder == home || folder.hasPrefix(home + "/")
        else { return }
        throw LedgerError(
            .cannotCreate, "\(path) lies within the ledger, or is its key: name a file elsewhere")
    }

    private static func resolved(_ path: String) -> String {
        guard let pointer = realpath(path, nil) else { return path }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    private static func write(
        _ text: String, into file: String, flags: Int32, _ mode: mode_t, named path: String
    ) throws {
        let descriptor = open(file, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw cannotCreate(path, reason()) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(text.utf8))
            // A pipe cannot be synchronized, and need not be.
            if flags & O_EXCL != 0 { try handle.synchronize() }
            try handle.close()
        } catch {
            throw LedgerError(
                .storage,
                "\(path) cannot be written: \(error.localizedDescription)")
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }

    private static func cannotCreate(_ path: String, _ reason: String) -> LedgerError {
        LedgerError(.cannotCreate, "\(path) cannot be created: \(reason)")
    }
}
