import Foundation
import LedgerCore
import Synchronization

/// A file that is taken as a whole; `-` is standard input, and a pipe is read to its end.
package enum WholeFile {
    /// Bytes read at a time.
    private static let pieceBytes = 1 << 20
    /// Read to its end, it has nothing for whoever asks next, except for who begins again.
    private static let input = Mutex<(bytes: [UInt8]?, isTaken: Bool)>((nil, false))

    /// Lets whoever begins again have the standard input that it read.
    package static func giveBack() { input.withLock { $0.isTaken = false } }

    /// - Parameters:
    ///   - bytesMax: beyond this it is refused, a plain file unread, so that a wrong path costs
    ///     nothing.
    ///   - kind: what it should be, such as “a gate”.
    /// - Throws: `LedgerError` with code `not-found`, `permission`, `storage`, `corrupt` for one that is
    ///   too large, `invalid` for a standard input that was read before.
    package static func read(_ path: String, bytesMax: Int, as kind: String) throws -> [UInt8] {
        let isInput = path == "-"
        if !isInput {
            let files = FileManager.default
            var isDirectory: ObjCBool = false
            guard files.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw LedgerError(.notFound, "there is no file \(path)")
            }
            guard !isDirectory.boolValue else {
                throw LedgerError(
                    .notFound, "\(path) is a directory; \(kind) is a file")
            }
            let size = try files.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            guard size <= bytesMax else { throw tooLarge(path, kind, bytesMax) }
        }
        if isInput {
            let (known, isTaken) = input.withLock { state in
                defer { state.isTaken = true }
                return state
            }
            guard !isTaken else {
                throw LedgerError(
                    .invalid, "“-” is standard input, and can be read once: name a file")
            }
            if let known { return known }
        }
        let name = isInput ? "standard input" : path
        guard let handle = isInput ? .standardInput : FileHandle(forReadingAtPath: path) else {
            throw LedgerError(.permission, "\(path) cannot be read")
        }
        defer { if !isInput { try? handle.close() } }
        var bytes: [UInt8] = []
        do {
            while let piece = try handle.read(upToCount: pieceBytes), !piece.isEmpty {
                bytes += piece
                guard bytes.count <= bytesMax else { throw tooLarge(name, kind, bytesMax) }
            }
        } catch let failure as LedgerError {
            throw failure
        } catch {
            throw LedgerError(
                .storage, "\(name) cannot be read: \(error.localizedDescription)")
        }
        if isInput { input.withLock { [bytes] state in state.bytes = bytes } }
        return bytes
    }

    private static func tooLarge(_ name: String, _ kind: String, _ bytesMax: Int) -> LedgerError {
        LedgerError(
            .corrupt, "\(name) has more than \(bytesMax) bytes; \(kind) has no more")
    }
}
