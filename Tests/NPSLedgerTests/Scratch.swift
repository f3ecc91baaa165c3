import Foundation

/// A directory of a test, taken away with everything in it.
final class Scratch: Sendable {
    let path: String

    /// Whether tests may take long: `NPSLEDGER_HEAVY=1`.
    static let isHeavy = ProcessInfo.processInfo.environment["NPSLEDGER_HEAVY"] == "1"

    init() throws {
        path = NSTemporaryDirectory() + "nps-ledger-test-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Every file below, with its bytes.
    func files() throws -> [(path: String, bytes: Data)] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted().compactMap { name in
            let file = path + "/" + name
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory)
            guard !isDirectory.boolValue else { return nil }
            return (name, try Data(contentsOf: URL(fileURLWithPath: file)))
        }
    }
}
