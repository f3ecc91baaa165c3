import Foundation

/// A directory of a test, taken away with everything in it.
package final class Scratch: Sendable {
    package let path: String

    package init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("nps-ledger-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A path within.
    package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}
