import Foundation
import Synchronization

/// A file that a command takes as a whole; `-` is standard input, and a pipe is read to its end.
enum WholeFile {
    /// Bytes read at a time.
    private static let pieceBytes = 1 << 20
    /// Read to its end, it has nothing for whoever asks next, except for the same command when it
    /// begins again.
    private static let input = Mutex<(bytes: [UInt8]?, isTaken: Bool)>((nil, false))

    /// Lets a command that begins again have the standard input that it read.
    static func giveBack() { input.withLock { $0.isTaken = false } }

    /// - Parameters:
    ///   - bytesMax: beyond this it is refused, a plain file unread, so that a wrong path costs
    ///     nothing.
    ///   - kind: what it should be, such as “a gate”.
    static func read(_ path: String, bytesMax: Int, as kind: String) throws -> [UInt8] {
        let isInput = path == "-"
        if !isInput {
            let files = FileManager.default
            var isDirectory: ObjCBool = false
            guard files.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw CommandFailure(ExitStatus.noInput, "there is no file \(path)")
            }
            guard !isDirectory.boolValue else {
                throw CommandFailure(
                    ExitStatus.noInput, "\(path) is a directory; \(kind) is a file")
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
                throw CommandFailure(
                    ExitStatus.usage, "“-” is standard input, and can be read once: name a file")
            }
            if let known { return known }
        }
        let name = isInput ? "standard input" : path
        guard let handle = isInput ? .standardInput : FileHandle(forReadingAtPath: path) else {
            throw CommandFailure(ExitStatus.notPermitted, "\(path) cannot be read")
        }
        defer { if !isInput { try? handle.close() } }
        var bytes: [UInt8] = []
        do {
            while let piece = try handle.read(upToCount: pieceBytes), !piece.isEmpty {
                bytes += piece
                guard bytes.count <= bytesMax else { throw tooLarge(name, kind, bytesMax) }
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(
                ExitStatus.inputOutput, "\(name) cannot be read: \(error.localizedDescription)")
        }
        if isInput { input.withLock { [bytes] state in state.bytes = bytes } }
        return bytes
    }

    private static func tooLarge(_ name: String, _ kind: String, _ bytesMax: Int) -> CommandFailure
    {
        CommandFailure(
            ExitStatus.badData, "\(name) has more than \(bytesMax) bytes; \(kind) has no more")
    }
}
