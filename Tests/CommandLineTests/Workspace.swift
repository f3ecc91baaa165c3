import Foundation
import Glibc
import Testing

/// A directory of a test with what it works on, taken away with everything in it.
final class Workspace {
    let path: String

    /// Whether tests may take long: `NPSLEDGER_HEAVY=1`.
    static let isHeavy = ProcessInfo.processInfo.environment["NPSLEDGER_HEAVY"] == "1"

    static let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Runs a program at another time.
    static let faketime: String? = ["/usr/bin/faketime", "/usr/local/bin/faketime"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// The mapping that a simulated file comes with.
    static let mapping = ["--source", "web", "--mapping", "answers.csv.mapping.json"]

    init() throws {
        path = NSTemporaryDirectory() + "npsledger-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Runs the tool here.
    func run(
        _ arguments: String..., input: String = "/dev/null", environment: [String: String] = [:]
    ) throws -> Tool.Outcome {
        try Tool.run(arguments, in: path, input: input, environment: environment)
    }

    func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Tool.Outcome {
        try Tool.run(arguments, in: path, environment: environment)
    }

    /// Runs a command that must succeed and gives what it says as JSON.
    func json(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws
        -> JSON
    {
        try json(arguments, sourceLocation: sourceLocation)
    }

    func json(
        _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSON {
        let outcome = try Tool.run(arguments + ["--format", "json"], in: path)
        #expect(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
        return try outcome.json()
    }

    /// Runs a command that must succeed.
    func succeed(
        _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try Tool.run(arguments, in: path)
        #expect(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
    }

    /// A ledger and a simulated file, `answers.csv`, with its truth.
    func prepare(responses: Int, seed: UInt64, jsonLines: Bool = false) throws -> JSON {
        try succeed("init", "--origin", "test.example/nps")
        return try simulate(responses: responses, seed: seed, jsonLines: jsonLines)
    }

    func simulate(responses: Int, seed: UInt64, jsonLines: Bool = false) throws -> JSON {
        let outcome = try run(
            [
                "simulate", "--responses", "\(responses)", "--seed", "\(seed)", "--output",
                "answers.csv", "--truth", "truth.json",
            ] + (jsonLines ? ["--json-lines"] : []))
        #expect(outcome.status == 0, "\(outcome)")
        return try JSONDecoder().decode(
            JSON.self, from: Data(contentsOf: URL(fileURLWithPath: path + "/truth.json")))
    }

    func write(_ name: String, _ text: String) throws {
        try write(name, [UInt8](text.utf8))
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    func read(_ name: String) throws -> String {
        String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)), as: UTF8.self)
    }

    /// Number of events by type, from the log itself.
    func eventCounts() throws -> [String: Int] {
        let outcome = try run("tail", "--from", "0")
        #expect(outcome.status == 0, "\(outcome)")
        var counts: [String: Int] = [:]
        for (index, line) in outcome.lines.enumerated() {
            let event = try JSONDecoder().decode(JSON.self, from: Data(line.utf8))
            #expect(event["position"]?.int == index)
            counts[event["event"]?.text ?? "", default: 0] += 1
        }
        return counts
    }

    /// Fails unless `verify` finds everything in order.
    func verify(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let outcome = try run("verify", "--format", "json")
        #expect(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
        #expect(try outcome.json()["sound"] == .bool(true), sourceLocation: sourceLocation)
    }
}
