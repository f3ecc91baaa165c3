import Foundation

/// What comes in.
enum StandardInput {
    /// The lines, without their ends. A thread of its own reads: reading blocks.
    static func lines() -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            let thread = Thread {
                while let line = readLine(strippingNewline: true) {
                    continuation.yield(Array(line.utf8))
                }
                continuation.finish()
            }
            thread.start()
        }
    }
}

/// What goes out.
enum StandardOutput {
    private static let lock = NSLock()

    /// Writes a line at once: whoever asked waits for it.
    static func write(_ line: String) {
        lock.withLock { FileHandle.standardOutput.write(Data(line.utf8)) }
    }
}
