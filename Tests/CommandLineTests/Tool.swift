import Foundation
import Glibc

/// The command line as a process of its own, built beside these tests.
enum Tool {
    /// The executable, in the folder of the program that runs the tests.
    static let path: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return ((tests ?? "") as NSString).deletingLastPathComponent + "/npsledger"
    }()

    /// Longest a command may take; beyond it the test fails instead of hanging.
    static let secondsMax = 400.0

    /// How a process ended and what it wrote.
    struct Outcome: CustomStringConvertible {
        let arguments: [String]
        /// The exit status, or 128 and the signal's number as a shell has it.
        let status: Int32
        let outputBytes: [UInt8]
        let errorBytes: [UInt8]

        var output: String { String(decoding: outputBytes, as: UTF8.self) }
        var errors: String { String(decoding: errorBytes, as: UTF8.self) }
        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// What was written to either, on one line.
        var words: String { (output + errors).onOneLine }

        var description: String {
            "\(arguments.joined(separator: " ")) → \(status)\n\(output.suffix(2_000))\(errors)"
        }

        /// What was written, as JSON.
        func json() throws -> JSON {
            try JSONDecoder().decode(JSON.self, from: Data(outputBytes))
        }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts a program.
    ///
    /// - Parameter environment: on top of a bare one, so that nobody's settings change a test.
    static func start(
        _ arguments: [String], program: String = Tool.path, in directory: String,
        input: String = "/dev/null", environment: [String: String] = [:]
    ) throws -> RunningTool {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let name = directory + "/." + UUID().uuidString
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, 1, name + ".out", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_addopen(
            &actions, 2, name + ".err", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        var variables = [
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "NPSLEDGER_ACTOR": "tester",
            "HOME": directory, "LANG": "C.UTF-8", "NPSLEDGER_DIR": directory + "/ledger",
            "SWIFT_BACKTRACE": "enable=no",
        ]
        variables.merge(environment) { $1 }
        // The tests' threads block signals, and what is blocked is inherited.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        // env changes the directory before it becomes the program: Glibc's own way to ask for that
        // is hidden from Swift.
        let command = ["/usr/bin/env", "-C", directory, program] + arguments
        var words = command.map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + settings { free(pointer) } }
        var process = pid_t()
        let status = posix_spawn(&process, command[0], &actions, &attributes, &words, &settings)
        guard status == 0 else {
            throw Failure(description: "\(program): \(String(cString: strerror(status)))")
        }
        return RunningTool(process: process, arguments: arguments, files: name)
    }

    /// Runs a program to its end.
    static func run(
        _ arguments: [String], program: String = Tool.path, in directory: String,
        input: String = "/dev/null", environment: [String: String] = [:]
    ) throws -> Outcome {
        try start(
            arguments, program: program, in: directory, input: input, environment: environment
        ).wait()
    }
}

/// A process that was started.
final class RunningTool {
    let process: pid_t
    private let arguments: [String]
    private let files: String
    private var outcome: Tool.Outcome?

    init(process: pid_t, arguments: [String], files: String) {
        self.process = process
        self.arguments = arguments
        self.files = files
    }

    /// What it has written so far.
    var outputSoFar: String {
        (FileManager.default.contents(atPath: files + ".out")).map {
            String(decoding: $0, as: UTF8.self)
        } ?? ""
    }

    func send(_ signal: Int32) { kill(process, signal) }

    /// Its outcome, if it has ended.
    func poll() throws -> Tool.Outcome? {
        if let outcome { return outcome }
        var status: Int32 = 0
        let ended = waitpid(process, &status, WNOHANG)
        if ended == 0 { return nil }
        guard ended == process else { throw Tool.Failure(description: "no process \(process)") }
        let hasExited = status & 0x7F == 0
        let contents = [".out", ".err"].map { suffix in
            [UInt8](FileManager.default.contents(atPath: files + suffix) ?? Data())
        }
        for suffix in [".out", ".err"] { unlink(files + suffix) }
        outcome = Tool.Outcome(
            arguments: arguments, status: hasExited ? status >> 8 & 0xFF : 128 + status & 0x7F,
            outputBytes: contents[0], errorBytes: contents[1])
        return outcome
    }

    /// Waits for its end.
    func wait() throws -> Tool.Outcome {
        let start = Date()
        while true {
            if let outcome = try poll() { return outcome }
            if Date().timeIntervalSince(start) > Tool.secondsMax {
                send(SIGKILL)
                throw Tool.Failure(
                    description: "\(arguments.joined(separator: " ")) takes too long")
            }
            usleep(2_000)
        }
    }
}

extension String {
    /// The words with one blank between: what was wrapped for a terminal, as it was meant.
    var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
