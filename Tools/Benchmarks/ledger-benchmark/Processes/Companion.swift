import Foundation
import Glibc
import Presentation
import ProcessStart
import Synchronization

/// A process beside this one that is asked line by line, in JSON.
///
/// What is measured in one has a heap and a map of its own, so that its memory can be told and
/// neither side warms the other.
final class Companion {
    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()
    private var buffer = Data()
    private let name: String

    /// Starts a program.
    ///
    /// - Parameter environment: on top of this process's own.
    init(
        _ program: String, _ arguments: [String], name: String,
        environment: [String: String] = [:]
    ) throws {
        self.name = name
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = requests
        process.standardOutput = answers
        do {
            try process.run()
        } catch {
            throw BenchmarkFailure("\(name): \(program) does not start: \(error)")
        }
    }

    /// This program again.
    static let ownPath =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        ?? ProcessStart.programName ?? "ledger-benchmark"

    /// A program built beside this one; nil where there is none.
    static func sibling(_ name: String) -> String? {
        let path = (ownPath as NSString).deletingLastPathComponent + "/" + name
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    /// Sends one request and reads its answer.
    func ask<Answer: Decodable>(
        _ request: some Encodable, as type: Answer.Type = Answer.self
    ) throws -> Answer {
        var line = try JSONEncoder().encode(request)
        line.append(UInt8(ascii: "\n"))
        try requests.fileHandleForWriting.write(contentsOf: line)
        return try next()
    }

    /// Reads the next line it writes.
    func next<Answer: Decodable>(as type: Answer.Type = Answer.self) throws -> Answer {
        let line = try nextLine()
        do {
            return try JSONDecoder().decode(Answer.self, from: line)
        } catch {
            throw BenchmarkFailure(
                "\(name) answered “\(String(decoding: line.prefix(200), as: UTF8.self))”")
        }
    }

    private func nextLine() throws -> Data {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer = Data(buffer[(end + 1)...]) }
                return Data(buffer[..<end])
            }
            let more = answers.fileHandleForReading.availableData
            guard !more.isEmpty else {
                process.waitUntilExit()
                throw BenchmarkFailure("\(name) ended with status \(process.terminationStatus)")
            }
            buffer.append(more)
        }
    }

    /// Lets it end by closing what it reads, and waits.
    func end() throws {
        try? requests.fileHandleForWriting.close()
        let rest = answers.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkFailure(
                "\(name) ended with status \(process.terminationStatus): "
                    + String(decoding: rest.suffix(500), as: UTF8.self))
        }
    }

    deinit { if process.isRunning { process.terminate() } }

    /// Runs a program to its end and decodes the one line or document that it writes.
    static func answer<Answer: Decodable>(
        _ program: String, _ arguments: [String], name: String,
        environment: [String: String] = [:], as type: Answer.Type = Answer.self
    ) throws -> (answer: Answer, time: Duration) {
        let clock = ContinuousClock()
        let start = clock.now
        let companion = try Companion(
            program, arguments, name: name, environment: environment)
        try companion.requests.fileHandleForWriting.close()
        let output = companion.answers.fileHandleForReading.readDataToEndOfFile()
        companion.process.waitUntilExit()
        let time = clock.now - start
        let status = companion.process.terminationStatus
        guard status == 0 else {
            throw BenchmarkFailure("\(name) ended with status \(status)")
        }
        do {
            return (try JSONDecoder().decode(Answer.self, from: output), time)
        } catch {
            throw BenchmarkFailure(
                "\(name) answered “\(String(decoding: output.prefix(200), as: UTF8.self))”")
        }
    }
}

extension Companion {
    /// What a companion answers with: one line of JSON.
    static func tell(_ answer: some Encodable) throws {
        let line = String(decoding: try JSONEncoder().encode(answer), as: UTF8.self)
        Terminal.write(line + "\n", to: .standardOutput)
    }
}

/// Processor time of this process, all its threads, user and system: what work took on a machine
/// that was busy with other things too.
enum ProcessorTime {
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// The most anonymous memory this process has held: without the map, which is the file's.
final class MemoryWatch: Sendable {
    private let state = Mutex((most: 0, isRunning: true))

    init() {
        Thread.detachNewThread { [self] in
            while state.withLock({ $0.isRunning }) {
                let now = Self.anonymousBytes()
                state.withLock { $0.most = max($0.most, now) }
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
    }

    func stop() -> Int {
        let now = Self.anonymousBytes()
        return state.withLock { state in
            state.isRunning = false
            return max(state.most, now)
        }
    }

    private static func anonymousBytes() -> Int {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") }),
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        return kibibytes << 10
    }
}
