import Foundation

/// A directory of a test, taken away with everything in it.
package final class Scratch: Sendable {
    package let path: String

    /// - Parameter parent: where it is made; by default where the system keeps what is temporary.
    package init(in parent: String? = nil) throws {
        let parent = parent ?? FileManager.default.temporaryDirectory.path
        path = "\(parent)/nps-ledger-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A path within.
    package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}
