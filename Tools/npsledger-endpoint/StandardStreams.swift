import Foundation
import Threads

/// What comes in.
enum StandardInput {
    /// The lines, without their ends. A thread of its own reads: reading blocks.
    static func lines() -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            let isRead = Threads.start(name: "standard-input") {
                while let line = readLine(strippingNewline: true) {
                    continuation.yield(Array(line.utf8))
                }
                // What could not be read must not look like what was read to its end.
                if read(STDIN_FILENO, nil, 0) < 0 {
                    EndpointCommand.end(74, "standard input cannot be read")
                }
                continuation.finish()
            }
            if !isRead { EndpointCommand.end(70, "the system gives no thread to read with") }
        }
    }
}

/// What goes out.
enum StandardOutput {
    private static let lock = NSLock()

    /// Writes a line at once: whoever asked waits for it.
    static func write(_ line: String) {
        do {
            try lock.withLock {
                try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
            }
        } catch {
            EndpointCommand.end(74, "answers cannot be written to standard output")
        }
    }
}
