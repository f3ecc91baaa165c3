import Foundation
import Glibc
import Testing

/// A ledger in a folder of a test, with the real programs on it.
final class ServedFolder {
    static let programs: String = {
        let tests =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (tests as NSString).deletingLastPathComponent
    }()

    let path: String

    /// - Parameter parent: the directory to make it in; nil for the usual one.
    init(in parent: String? = nil) throws {
        path =
            (parent.map { $0 + "/" } ?? NSTemporaryDirectory()) + "npsledgerd-test-"
            + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try run("npsledger", ["init", "--origin", "test.example/nps"])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    struct Outcome { let status: Int32, output: String, errors: String }

    @discardableResult
    func run(_ program: String, _ arguments: [String]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.programs + "/" + program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        let (output, errors) = (path + "/.out-\(UUID())", path + "/.err-\(UUID())")
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self),
            errors: String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: errors)), as: UTF8.self))
    }
}

/// The real service, as a process of its own.
final class Daemon {
    let address: String
    let token: String
    private let process = Process()
    private let folder: ServedFolder

    /// The service as it is.
    convenience init(_ folder: ServedFolder, _ arguments: [String] = []) throws {
        try self.init(
            folder, program: "npsledgerd",
            [
                "serve", "--ledger", "ledger-data", "--listen", "127.0.0.1:0", "--token-file",
                "token",
            ] + arguments)
    }

    /// The service with a clock that is set by ``setClock(_:)``, and with sources that deliver.
    convenience init(_ folder: ServedFolder, sources: [[String: Any]], clock: Int) throws {
        let data = try JSONSerialization.data(withJSONObject: ["sources": sources])
        try data.write(to: URL(fileURLWithPath: folder.path + "/service.json"))
        try folder.write("clock", "\(clock)")
        try self.init(
            folder, program: "ClockedService", ["ledger-data", "token", "service.json", "clock"])
    }

    private init(_ folder: ServedFolder, program: String, _ arguments: [String]) throws {
        self.folder = folder
        process.executableURL = URL(fileURLWithPath: ServedFolder.programs + "/" + program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        let pipe = Pipe()
        process.standardOutput = pipe
        let log = folder.path + "/daemon.log"
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let handle = try #require(FileHandle(forWritingAtPath: log))
        try handle.seekToEnd()
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = pipe.firstLine()
        let told = try? String(contentsOfFile: log, encoding: .utf8)
        address = String(
            try #require(text.split(separator: " ").last, "it does not serve: \(told ?? "")")
        )
        .trimmingCharacters(in: .whitespacesAndNewlines)
        token = try String(contentsOfFile: folder.path + "/token", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var identifier: Int32 { process.processIdentifier }

    func connect() throws -> HTTPConnection { try HTTPConnection(address) }

    var authorization: [(String, String)] { [("Authorization", "Bearer \(token)")] }

    func get(_ target: String, _ headers: [(String, String)] = []) throws -> HTTPAnswer {
        try connect().ask("GET", target, authorization + headers)
    }

    func post(
        _ target: String, _ body: String, _ headers: [(String, String)] = []
    ) throws -> HTTPAnswer {
        try connect().ask("POST", target, authorization + headers, body: Array(body.utf8))
    }

    func setClock(_ seconds: Int) throws { try folder.write("clock", "\(seconds)") }

    /// Delivers something to a hook.
    func deliver(
        _ target: String, _ body: String, _ headers: [(String, String)] = []
    ) throws -> HTTPAnswer {
        try connect().ask("POST", target, headers, body: Array(body.utf8))
    }

    /// Waits until what models read behind is recorded, and the projections have come along.
    func settle() throws {
        var head = -1
        for _ in 0..<1_200 {
            let ready = try get("/readyz").json()
            let isStill =
                ["lag", "unread", "waiting", "deliveriesWaiting"].allSatisfy {
                    ready[$0] as? Int == 0
                } && ready["head"] as? Int == head
            if isStill { return }
            head = ready["head"] as? Int ?? -1
            Thread.sleep(forTimeInterval: 0.1)
        }
        Issue.record("it does not settle")
    }

    /// Stops it as an operator does, and gives its status.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -1
    }
}

extension Pipe {
    /// The line by which a process says where it is; empty of one that ends without a word.
    func firstLine() -> String {
        var line = Data()
        while !line.contains(10) {
            let more = fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            line += more
        }
        return String(decoding: line, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
