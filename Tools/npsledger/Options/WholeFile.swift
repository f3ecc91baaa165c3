import Foundation

/// A small file that a command takes as a whole.
enum WholeFile {
    /// - Parameters:
    ///   - bytesMax: beyond this it is refused unread, so that a wrong path costs nothing.
    ///   - kind: what it should be, such as “a gate”.
    static func read(_ path: String, bytesMax: Int, as kind: String) throws -> [UInt8] {
        let files = FileManager.default
        var isDirectory: ObjCBool = false
        guard files.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw CommandFailure(
                ExitStatus.noInput,
                "there is no file \(path)"
                    + (path == "-" ? "; standard input is not taken here: name a file" : ""))
        }
        guard !isDirectory.boolValue else {
            throw CommandFailure(ExitStatus.noInput, "\(path) is a directory; \(kind) is a file")
        }
        let size = try files.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        guard size <= bytesMax else { throw tooLarge(path, size, bytesMax, kind) }
        guard let data = files.contents(atPath: path) else {
            throw CommandFailure(ExitStatus.notPermitted, "\(path) cannot be read")
        }
        // A pipe does not say its size before it is read.
        guard data.count <= bytesMax else { throw tooLarge(path, data.count, bytesMax, kind) }
        return [UInt8](data)
    }

    private static func tooLarge(
        _ path: String, _ size: Int, _ bytesMax: Int, _ kind: String
    ) -> CommandFailure {
        CommandFailure(
            ExitStatus.badData, "\(path) has \(size) bytes; \(kind) has at most \(bytesMax)")
    }
}
