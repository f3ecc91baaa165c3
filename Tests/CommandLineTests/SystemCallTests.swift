import Foundation
import Glibc
import LedgerCore
import LedgerFixtures
import Testing

/// Each system call of a command fails in turn, through a library in front of the C library
/// (`Tests/FaultInjection`).
///
///     FAULT_CALLS=each swift test --filter SystemCallTests
///
/// fails each call of each command, the errors taking turns; without it each of `init` and every
/// sixth of the others. `FAULT_CALLS=all` fails each call with each error. `FAULT_COMMAND`,
/// `FAULT_CALL` and `FAULT_ERRNO` run a single one.
@Suite("Each system call fails in turn", .serialized)
struct SystemCallTests {
    /// Memory that is a directory: what a call answers with is the library's affair, no disk's.
    static let parent: String? = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : nil

    private static let variables = ProcessInfo.processInfo.environment

    /// A directory for each state: before `init`, before an import, after it, and with two models.
    /// Small, for a command of a debug build takes a second even so.
    struct Templates: Sendable {
        private let scratch: Scratch
        let nothing: String
        let opened: String
        let imported: String
        let trained: String

        init() throws {
            scratch = try Scratch(in: SystemCallTests.parent)
            (nothing, opened) = (scratch("nothing"), scratch("opened"))
            (imported, trained) = (scratch("imported"), scratch("trained"))
            let files = FileManager.default
            try files.createDirectory(atPath: nothing, withIntermediateDirectories: false)
            try files.createDirectory(atPath: opened, withIntermediateDirectories: false)
            try run(opened, "init", "--origin", "test.example/nps")
            try run(
                opened, "simulate", "--responses", "300", "--seed", "4", "--output", "answers.csv")
            try files.copyItem(atPath: opened, toPath: trained)
            try run(trained, "import", "answers.csv", "--source", "web")
            try run(trained, "model", "train", "--seed", "7")
            try run(trained, "model", "shadow", "2")
            let rows = try String(contentsOfFile: opened + "/answers.csv", encoding: .utf8)
                .split(separator: "\n").prefix(25).joined(separator: "\n")
            try (rows + "\n").write(
                toFile: opened + "/answers.csv", atomically: false, encoding: .utf8)
            try files.copyItem(atPath: opened, toPath: imported)
            try run(imported, "import", "answers.csv", "--source", "web")
            try run(imported, "nps")
        }

        private func run(_ directory: String, _ arguments: String...) throws {
            var arguments = arguments
            if arguments[0] == "import" {
                arguments += Workspace.mapping.suffix(2)
            }
            let outcome = try Tool.run(arguments, in: directory)
            guard outcome.status == 0 else {
                throw FailingCommand.Broken(description: "\(outcome)")
            }
        }
    }

    private static func commands(_ templates: Templates) throws -> [FailingCommand] {
        func command(
            _ name: String, _ arguments: [String], _ template: String,
            appends: [EventName: Int] = [:]
        ) throws -> FailingCommand {
            FailingCommand(
                name: name, arguments: arguments, appends: appends, template: template,
                before: try FailingCommand.content(template))
        }
        return [
            try command(
                "init", ["init", "--origin", "test.example/nps"], templates.nothing,
                appends: added(["init", "--origin", "test.example/nps"], templates.nothing)),
            try command(
                "import", ["import", "answers.csv"] + Workspace.mapping, templates.opened,
                appends: added(
                    ["import", "answers.csv"] + Workspace.mapping, templates.opened)),
            try command(
                "thresholds edit",
                ["thresholds", "edit", "--promoter-from", "8", "--reason", "a test"],
                templates.imported, appends: [.thresholdsEdited: 1]),
            try command(
                "model activate", ["model", "activate", "2", "--reason", "a test"],
                templates.trained, appends: [.modelActivated: 1]),
            try command("projection rebuild", ["projection", "rebuild"], templates.imported),
            try command("verify", ["verify"], templates.imported),
            try command("nps", ["nps", "--by", "region"], templates.imported),
        ]
    }

    /// What a command appends where nothing fails.
    private static func added(
        _ arguments: [String], _ template: String
    ) throws -> [EventName: Int] {
        let here = try Scratch(in: parent)
        for name in try FileManager.default.contentsOfDirectory(atPath: template) {
            try FileManager.default.copyItem(atPath: "\(template)/\(name)", toPath: here(name))
        }
        let outcome = try Tool.run(arguments, in: here.path)
        guard outcome.status == 0, let content = try FailingCommand.content(here.path) else {
            throw FailingCommand.Broken(description: "\(outcome)")
        }
        let before = try FailingCommand.content(template)?.names.count ?? 0
        return content.names.dropFirst(before).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    @Test("the status says so, nothing is lost, and the same command works afterwards")
    func eachCall() async throws {
        let templates = try Templates()
        for command in try Self.commands(templates) {
            if let only = Self.variables["FAULT_COMMAND"], only != command.name { continue }
            try await Self.fail(command)
        }
    }

    /// Fails calls of one command.
    private static func fail(_ command: FailingCommand) async throws {
        let calls = try command.calls()
        #expect(calls.count > 50, "\(command.name) makes \(calls.count): are they counted at all?")
        // A ledger that is half made can be half made in most ways.
        let isWhole = variables["FAULT_CALLS"] != nil || variables["FAULT_CALL"] != nil
        let step = isWhole || command.name == "init" ? 1 : 6
        let all = faults(calls)
        let faults = stride(from: calls.count % step, to: all.count, by: step).map { all[$0] }
        let (statuses, failures) = await Tries.run(
            0..<UInt64(faults.count), failuresMax: 20
        ) { try command.run(faults[Int($0)]) }
        for failure in failures { Issue.record("\(failure)") }
        let counts = Dictionary(grouping: statuses) { $0 }.sorted { $0.key < $1.key }
            .map { "\($0.value.count) ended \($0.key)" }
        print(
            "System calls of \(command.name): \(calls.count), \(faults.count) faults: "
                + counts.joined(separator: ", "))
    }

    /// Functions of which a command makes the same call many times over, and that change nothing:
    /// of those on one file the first or the last stands for all, by turns.
    private static let readers: Set = ["read", "pread", "fstat", "stat", "lstat", "open", "mmap"]

    /// Which calls fail, and how.
    private static func faults(_ calls: [String]) -> [FailingCommand.Fault] {
        if let call = variables["FAULT_CALL"].flatMap({ Int($0) }) {
            let error = variables["FAULT_ERRNO"].flatMap { Int32($0) } ?? EIO
            return [FailingCommand.Fault(call: call, error: error)]
        }
        let errors = FailingCommand.errors
        if variables["FAULT_CALLS"] == "all" {
            return calls.indices.flatMap { index in
                errors.map { FailingCommand.Fault(call: index + 1, error: $0) }
            }
        }
        // A line is the call's number, the function and the file.
        let lines = calls.map { $0.split(separator: " ", maxSplits: 2).map(String.init) }
        let isReading = lines.map { $0.count > 1 && readers.contains($0[1]) }
        let alike = Dictionary(grouping: calls.indices) { index in
            isReading[index] ? lines[index].dropFirst().joined(separator: " ") : "\(index)"
        }
        return alike.values
            .compactMap { $0[0].isMultiple(of: 2) ? $0.first : $0.last }.sorted()
            .map {
                FailingCommand.Fault(
                    call: $0 + 1, error: errors[$0 % errors.count], changes: !isReading[$0])
            }
    }
}
