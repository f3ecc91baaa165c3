import Foundation
import Glibc
import Testing

/// Where the runtime cannot tell a program its arguments, and what is asked for without any.
@Suite("Arguments", .serialized)
struct ArgumentsTests {
    private func ledger() throws -> Workspace {
        let here = try Workspace()
        _ = try here.prepare(responses: 30, seed: 4)
        return here
    }

    /// What is asked, and how it must end.
    private static let cases: [([String], Int32)] = [
        (["verify"], 0), (["nps"], 0), (["import", "answers.csv"] + Workspace.mapping, 0),
        (["thresholds", "edit", "--passive-from", "6", "--reason", "x"], 0), (["bogus"], 64),
        (["import", "none.csv", "--source", "x", "--map", "score=score"], 66),
        (["nps", "--ledger", "none"], 66),
    ]

    private func check(_ run: ([String]) throws -> Tool.Outcome, in here: Workspace) throws {
        let before = try here.eventCounts()
        for (arguments, status) in Self.cases {
            let outcome = try run(arguments)
            #expect(outcome.status == status, "\(outcome)")
            #expect(!outcome.output.contains("USAGE"), "\(outcome)")
        }
        let after = try here.eventCounts()
        #expect((after["response.recorded"] ?? 0) > 0)
        #expect(after["thresholds.edited"] == (before["thresholds.edited"] ?? 0) + 1)
    }

    @Test(
        "without /proc", .enabled(if: geteuid() == 0, "hiding /proc needs the superuser"))
    func withoutProc() throws {
        let here = try ledger()
        try check(
            { arguments in
                try Tool.run(
                    ["-m", "/bin/sh", "-c", #"umount -l /proc && exec "$0" "$@""#, Tool.path]
                        + arguments, program: "/usr/bin/unshare", in: here.path)
            }, in: here)
    }

    @Test(
        "with a preloaded library that moves the environment",
        .enabled(if: Preloaded.compiler != nil, "making one needs a C compiler"))
    func preloaded() throws {
        let here = try ledger()
        let library = try Preloaded(
            """
            #include <stdlib.h>
            __attribute__((constructor)) static void move(void) { setenv("MOVED", "1", 1); }
            """, in: here)
        try check({ try here.run($0, environment: library.environment) }, in: here)
    }

    @Test("without a verb the overview goes to standard error, and the status is that of misuse")
    func noVerb() throws {
        let here = try Workspace()
        let outcome = try here.run()
        #expect(outcome.status == 64, "\(outcome)")
        #expect(outcome.output.isEmpty)
        let help = try here.run("--help")
        #expect(help.status == 0)
        #expect(outcome.errors.contains("SUBCOMMANDS"))
        #expect(help.output.contains("SUBCOMMANDS"))
    }

    @Test("an empty name is no name")
    func emptyNames() throws {
        let here = try ledger()
        let cases: [([String], [String: String], String)] = [
            (["nps", "--ledger", ""], [:], "--ledger"),
            (["nps"], ["NPSLEDGER_DIR": ""], "NPSLEDGER_DIR"),
            (["verify"], ["NPSLEDGER_DIR": ""], "NPSLEDGER_DIR"),
            (["init", "--origin", "a.example/b", "--ledger="], [:], "--ledger"),
            (["verify"], ["NPSLEDGER_KEY_FILE": ""], "NPSLEDGER_KEY_FILE"),
            (["topics", "show", "--ledger", "", "--model", "1"], [:], "--ledger"),
            (["import", "", "--source", "s", "--map", "score=score"], [:], "empty"),
            (["audit"], ["NPSLEDGER_DIR": "", "NPSLEDGER_KEY_FILE": "k"], "NPSLEDGER_DIR"),
            (
                ["thresholds", "edit", "--passive-from", "6", "--reason", "x"],
                ["NPSLEDGER_ACTOR": ""], "actor"
            ),
        ]
        for (arguments, environment, says) in cases {
            let outcome = try here.run(arguments, environment: environment)
            #expect(outcome.status == 64, "\(outcome)")
            #expect(outcome.errors.contains(says), "\(outcome)")
        }
        // One that is given goes before an empty variable.
        let given = try here.run(
            ["verify", "--ledger", here.path + "/ledger"], environment: ["NPSLEDGER_DIR": ""])
        #expect(given.status == 0, "\(given)")
    }

    @Test("standard input is read once")
    func inputTwice() throws {
        let here = try ledger()
        for arguments in [
            ["import", "-", "-"] + Workspace.mapping,
            ["import", "-", "--source", "s", "--mapping", "-"],
            ["import", "answers.csv", "-", "answers.csv", "-"] + Workspace.mapping,
        ] {
            let outcome = try here.run(arguments)
            #expect(outcome.status == 64, "\(outcome)")
            #expect(outcome.errors.contains("standard input"), "\(outcome)")
        }
        #expect(try here.eventCounts()["response.recorded"] == nil)
    }
}
