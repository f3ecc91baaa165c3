import Foundation
import Glibc
import Testing

@Suite("Closed standard streams", .serialized)
struct StandardStreamsTests {
    /// Runs the tool with some of its standard streams closed, as some supervisors start programs.
    static func run(
        _ arguments: [String], closed: [Int32], program: String = Tool.path, in here: Workspace
    ) throws -> Tool.Outcome {
        let line =
            #"exec "$0" "$@""#
            + closed.map { " \($0)\($0 == 0 ? "<" : ">")&-" }.joined()
        return try Tool.run(
            ["-c", line, program] + arguments, program: "/bin/sh", in: here.path)
    }

    private static let combinations: [[Int32]] = [
        [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2],
    ]

    private func bytes(_ here: Workspace, _ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: here.path + "/ledger/" + name + "/data.mdb"))
    }

    @Test("a question changes no byte of the log, and a result that nobody gets is a failure")
    func questions() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 200, seed: 9)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let questions = [
            ["nps", "--by", "region"], ["tail", "--from", "0"], ["verify"], ["trace", "100"],
            ["audit"], ["thresholds"], ["model", "list"],
        ]
        for question in questions {
            let (log, vault) = (try bytes(here, "log"), try bytes(here, "vault"))
            for closed in Self.combinations {
                let outcome = try Self.run(question, closed: closed, in: here)
                let isHeard = !closed.contains(1)
                #expect(outcome.status == (isHeard ? 0 : 74), "closed \(closed): \(outcome)")
                #expect(outcome.output.isEmpty != isHeard, "closed \(closed): \(outcome)")
                if !isHeard, !closed.contains(2) {
                    #expect(outcome.errors.contains("standard output"), "\(outcome)")
                }
                #expect(try bytes(here, "log") == log, "closed \(closed): \(question)")
                #expect(try bytes(here, "vault") == vault, "closed \(closed): \(question)")
            }
        }
        try here.verify()
    }

    @Test("an act is whole, whatever is closed")
    func acts() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 200, seed: 9)
        for (index, closed) in Self.combinations.enumerated() {
            for act in [
                ["import", "answers.csv", "--source", "s\(index)", "--mapping"]
                    + ["answers.csv.mapping.json"],
                ["thresholds", "edit", "--passive-from", "\(index % 2 + 6)", "--reason", "x"],
                ["projection", "rebuild"],
            ] {
                let outcome = try Self.run(act, closed: closed, in: here)
                #expect(
                    outcome.status == (closed.contains(1) ? 74 : 0), "closed \(closed): \(outcome)")
            }
            try here.verify()
        }
        #expect(try here.eventCounts()["thresholds.edited"] == 1 + Self.combinations.count)
        let total = try here.json("nps")["total"]?["responses"]?.int ?? 0
        #expect(total > 0 && total.isMultiple(of: Self.combinations.count))
    }

    @Test("standard input that is closed is no file without rows")
    func input() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        let outcome = try Self.run(
            ["import", "-", "--source", "s", "--map", "score=score"], closed: [0], in: here)
        #expect(outcome.status == 74, "\(outcome)")
        #expect(outcome.errors.contains("standard input"))
        #expect(try here.eventCounts()["mapping.edited"] == nil)
    }

    @Test("help and the version are results as well")
    func help() throws {
        let here = try Workspace()
        for arguments in [["--help"], ["--version"], ["help", "nps"], ["nps", "--help"]] {
            #expect(try Self.run(arguments, closed: [1], in: here).status == 74, "\(arguments)")
            #expect(try Self.run(arguments, closed: [0, 2], in: here).status == 0, "\(arguments)")
        }
        let script = ["--generate-completion-script", "bash"]
        #expect(try Self.run(script, closed: [1], in: here).status == 74)
    }

    @Test(
        "every program is started with three valid streams",
        arguments: [
            "npsledger-endpoint", "ledger-benchmark", "CrashHarness", "train-embedded-model",
        ])
    func programs(name: String) throws {
        let here = try Workspace()
        let program = (Tool.path as NSString).deletingLastPathComponent + "/" + name
        try #require(FileManager.default.isExecutableFile(atPath: program), "\(program)")
        for closed in Self.combinations {
            let outcome = try Self.run(
                ["--no-such-option"], closed: closed, program: program, in: here)
            // It says what is wrong where it can, and ends by itself.
            #expect((1...127).contains(outcome.status), "closed \(closed): \(outcome)")
        }
    }

    @Test(
        "a machine without /dev/null is no way around it",
        .enabled(if: geteuid() == 0, "hiding /dev needs the superuser"))
    func withoutNull() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 50, seed: 9)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let log = try bytes(here, "log")
        let line =
            #"mount -t tmpfs none /dev && exec "$0" nps --by region 0<&- 1>&- 2>&-"#
        let outcome = try Tool.run(
            ["-m", "/bin/sh", "-c", line, Tool.path], program: "/usr/bin/unshare", in: here.path)
        #expect(outcome.status == 74, "\(outcome)")
        #expect(try bytes(here, "log") == log)
        try here.verify()
    }
}
