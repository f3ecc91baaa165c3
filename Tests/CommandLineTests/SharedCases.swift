import Foundation

/// Inputs with right values that stand beside the package where there is a checkout of them.
enum SharedCases {
    /// The folder of those on statistics.
    static let statistics: String = {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return ProcessInfo.processInfo.environment["NPSLEDGER_SHARED_CASES"]
            ?? root.appendingPathComponent("shared/cases/statistics").path
    }()

    /// Whether a file is there: a test that needs it is skipped where it is not.
    static func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: statistics + "/" + name)
    }
}
