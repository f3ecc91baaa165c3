import Foundation

/// A scratch directory on the file system that is measured, removed when it is no longer used.
final class Workspace {
    let path: String

    init(in parent: String) throws {
        let folder = URL(filePath: parent).appending(path: "ledger-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A new empty directory.
    func directory(_ name: String) throws -> String {
        let folder = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        return folder
    }
}
