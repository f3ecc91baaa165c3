import Dispatch
import Foundation
import LedgerStore
import Synchronization

/// The Python environment with what the ledger is compared with; `Tools/setup --with-benchmarks`
/// makes it.
enum PythonPeers {
    /// Where that command puts it, below the repository.
    static let folder = ".build-tools/bench-venv"
    static let command = "Tools/setup --with-benchmarks"

    /// Its interpreter: of the working directory's repository or of the one this program was built
    /// in; nil where it was not made.
    static let interpreter = find(in: folder)

    /// The environment with onnxruntime, which the encoder is compared with.
    static let transformerInterpreter = find(in: ".build-tools/transformer-venv")
    static let transformerCommand = "Tools/setup --with-transformer"

    private static func find(in folder: String) -> String? {
        var folders = [FileManager.default.currentDirectoryPath]
        var built = (Companion.ownPath as NSString).deletingLastPathComponent
        while built.count > 1 {
            folders.append(built)
            built = (built as NSString).deletingLastPathComponent
        }
        return folders.map { "\($0)/\(folder)/bin/python" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Any Python 3: its standard library has SQLite.
    static let anyInterpreter: String? =
        interpreter
        ?? ["/usr/bin/python3", "/usr/local/bin/python3"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Starts a script that answers requests.
    static func start(
        _ script: [UInt8], with interpreter: String, name: String, _ arguments: [String] = []
    ) throws -> Companion {
        try Companion(
            interpreter, ["-c", String(decoding: script, as: UTF8.self)] + arguments, name: name,
            environment: ["PYTHONUNBUFFERED": "1"])
    }
}

/// Prepares batches on the caller's thread while the log's own writes those before.
final class BatchPipeline: Sendable {
    /// Batches that may wait for the log while the next one is prepared.
    static let inFlightMax = 2

    private let log: EventLog
    private let slots = DispatchSemaphore(value: inFlightMax)
    private let failure = Mutex<(any Error)?>(nil)

    init(_ log: EventLog) { self.log = log }

    /// Hands a batch over; all of its events must be new.
    func submit(_ batch: EventBatch) throws {
        guard batch.count > 0 else { return }
        slots.wait()
        log.submit(batch) { [self] result in
            do {
                let isNew = try result.get().allSatisfy {
                    if case .appended = $0 { true } else { false }
                }
                if !isNew { throw BenchmarkFailure("an event was not new to the log") }
            } catch {
                failure.withLock { $0 = error }
            }
            slots.signal()
        }
        try check()
    }

    /// Waits until everything is durable.
    func drain() throws {
        for _ in 0..<Self.inFlightMax { slots.wait() }
        for _ in 0..<Self.inFlightMax { slots.signal() }
        try check()
    }

    private func check() throws {
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
