import Foundation

/// A `CrashHarness` in a process of its own; what it prints goes to a file.
package final class ChildProcess {
    private let process = Process()
    private let output: String

    struct Failure: Error {
        let message: String
    }

    /// Starts the harness, which is built beside the tests.
    ///
    /// - Parameter environment: in place of this process's own, where it is not nil.
    package init(
        _ arguments: [String], output: String, environment: [String: String]? = nil
    ) throws {
        self.output = output
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(fileURLWithPath: own).deletingLastPathComponent()
            .appendingPathComponent("CrashHarness")
        process.arguments = arguments
        if let environment { process.environment = environment }
        try Data().write(to: URL(fileURLWithPath: output))
        guard let file = FileHandle(forWritingAtPath: output) else {
            throw Failure(message: "\(output) cannot be written")
        }
        process.standardOutput = file
        try process.run()
        try file.close()
    }

    /// The complete lines printed so far.
    package func lines() throws -> [String] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: output)))
        guard let end = bytes.lastIndex(of: 10) else { return [] }
        return String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n").map(
            String.init)
    }

    /// Waits until so many lines are printed or the process has ended, or for so many seconds.
    @discardableResult
    package func wait(
        forLines count: Int, atMost seconds: Double = .infinity
    ) throws -> [String] {
        let start = Date()
        while true {
            let isRunning = process.isRunning
            let lines = try lines()
            let isOver = -start.timeIntervalSinceNow > seconds
            if lines.count >= count || !isRunning || isOver { return lines }
            Thread.sleep(forTimeInterval: 0.001)
        }
    }

    /// Whether it has not ended.
    package var isRunning: Bool { process.isRunning }

    /// Waits for the end; the exit status, or the signal below zero.
    package func wait() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .exit
            ? process.terminationStatus : -process.terminationStatus
    }

    /// Ends it with SIGKILL, which it cannot notice, and waits for that.
    package func killNow() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
