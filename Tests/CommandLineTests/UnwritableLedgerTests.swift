import Foundation
import Glibc
import Testing

/// Ledgers that can be read and not written: an auditor's mount, somebody else's folder, a full disk.
@Suite("Ledgers that cannot be written", .enabled(if: geteuid() == 0, "needs root, to mount"))
struct UnwritableLedgerTests {
    private static let questions = [
        ["nps", "--by", "region"], ["trend", "--every", "month"], ["verify"],
        ["verify", "--log-only"], ["trace", "100"], ["audit"], ["tail"], ["projection"], ["model"],
        ["thresholds"],
    ]

    private func ledger() throws -> Workspace {
        let here = try Workspace()
        _ = try here.prepare(responses: 400, seed: 19)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        return here
    }

    private func answers(_ here: Workspace, _ options: [String] = []) throws -> [Tool.Outcome] {
        try Self.questions.map { try here.run($0 + options) }
    }

    /// Runs a program of the system; false where it fails.
    @discardableResult
    private func system(_ program: String, _ arguments: String..., in here: Workspace) throws
        -> Bool
    {
        try Tool.run(arguments, program: program, in: here.path).status == 0
    }

    private func compare(_ got: [Tool.Outcome], _ wanted: [Tool.Outcome]) {
        for (one, other) in zip(got, wanted) {
            #expect(one.status == 0 && one.output == other.output, "\(one)")
        }
    }

    @Test("a file system that is mounted read only answers every question, and nothing is written")
    func readOnlyMount() throws {
        let here = try ledger()
        let wanted = try answers(here)
        // One projection lags, and must be folded on.
        try FileManager.default.removeItem(atPath: here.path + "/ledger/projections/audit")
        try FileManager.default.createDirectory(
            atPath: here.path + "/mount", withIntermediateDirectories: false)
        let (ledger, mount) = (here.path + "/ledger", here.path + "/mount")
        guard try system("/usr/bin/mount", "--bind", ledger, mount, in: here),
            try system("/usr/bin/mount", "-o", "remount,bind,ro", mount, in: here)
        else {
            Issue.record("nothing can be mounted here")
            return
        }
        defer { _ = try? system("/usr/bin/umount", mount, in: here) }
        let key = ["NPSLEDGER_KEY_FILE": ledger + ".key"]
        // Named by the environment: what a table says of how to ask on repeats `--ledger`.
        let there = key.merging(["NPSLEDGER_DIR": mount]) { $1 }
        for (question, other) in zip(Self.questions, wanted) {
            let got = try here.run(question, environment: there)
            // The list says what is kept, and one is not.
            if question == ["projection"] {
                #expect(got.status == 0, "\(got)")
            } else {
                #expect(got.status == 0 && got.output == other.output, "\(got)")
            }
        }
        let nps = try here.run(["nps", "--ledger", mount], environment: key)
        #expect(nps.errors.contains("kept in /tmp"), "\(nps)")
        let edit = ["thresholds", "edit", "--passive-from", "6", "--reason", "x"]
        let refused = try here.run(edit + ["--ledger", mount], environment: key)
        #expect(refused.status == 77 && refused.errors.contains("Read-only file system"))
        #expect(!refused.errors.contains("Free space"))
        let rebuild = try here.run(
            ["projection", "rebuild", "--ledger", mount], environment: key)
        #expect(rebuild.status == 77, "\(rebuild)")
        let left = try FileManager.default.contentsOfDirectory(atPath: "/tmp")
            .filter { $0.hasPrefix("npsledger-scratch.") }
        #expect(left.allSatisfy { FileManager.default.fileExists(atPath: "/tmp/\($0)/in-use") })
    }

    @Test("who may only read asks everything, and beside a writer never gets a wrong answer")
    func anotherUser() throws {
        let here = try ledger()
        let wanted = try answers(here)
        try system("/usr/bin/chmod", "-R", "a+rX,go-w", here.path, in: here)
        func asNobody(_ arguments: [String]) throws -> Tool.Outcome {
            try Tool.run(
                ["--reuid=65534", "--regid=65534", "--clear-groups", Tool.path] + arguments,
                program: "/usr/bin/setpriv", in: here.path, environment: ["HOME": "/tmp"])
        }
        try compare(Self.questions.map(asNobody), wanted)
        // Beside a writer that commits as fast as it can.
        let writer = try Tool.start(
            [
                "simulate", "--responses", "3000", "--seed", "5", "--output", "more.csv",
            ], in: here.path)
        #expect(try writer.wait().status == 0)
        let importing = try Tool.start(
            ["import", "more.csv", "--source", "more", "--mapping", "more.csv.mapping.json"],
            in: here.path)
        for _ in 0..<6 {
            let asked = try asNobody(["nps", "--format", "csv", "--as-of", "600"])
            // Never a number that nobody reported, whatever is written meanwhile.
            let right = try here.run("nps", "--format", "csv", "--as-of", "600")
            #expect(
                asked.status == 0 && asked.output == right.output
                    || asked.status == 74 && asked.output.isEmpty, "\(asked)")
        }
        #expect(try importing.wait().status == 0)
        try here.verify()
    }

    @Test("a full disk answers, also where projections lag")
    func fullDisk() throws {
        let here = try Workspace()
        let mount = here.path + "/disk"
        try FileManager.default.createDirectory(
            atPath: mount, withIntermediateDirectories: false)
        guard
            try system(
                "/usr/bin/mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", mount, in: here)
        else {
            Issue.record("nothing can be mounted here")
            return
        }
        defer { _ = try? system("/usr/bin/umount", mount, in: here) }
        _ = try here.simulate(responses: 400, seed: 19)
        let place = ["NPSLEDGER_DIR": mount + "/ledger"]
        #expect(
            try here.run(["init", "--origin", "test.example/nps"], environment: place).status == 0)
        let imported = try here.run(
            ["import", "answers.csv"] + Workspace.mapping, environment: place)
        #expect(imported.status == 0, "\(imported)")
        let wanted = try here.run(["nps", "--by", "region"], environment: place)
        try FileManager.default.removeItem(atPath: mount + "/ledger/projections")
        // Filled to the last byte.
        _ = try system(
            "/usr/bin/dd", "if=/dev/zero", "of=\(mount)/rest", "bs=64k", in: here)
        _ = try system(
            "/usr/bin/dd", "if=/dev/zero", "of=\(mount)/rest2", "bs=512", in: here)
        let nps = try here.run(["nps", "--by", "region"], environment: place)
        #expect(nps.status == 0 && nps.output == wanted.output, "\(nps)")
        let verify = try here.run(["verify"], environment: place)
        #expect(verify.status == 0, "\(verify)")
        let edit = try here.run(
            ["thresholds", "edit", "--passive-from", "6", "--reason", "x"], environment: place)
        #expect(edit.status == 74, "\(edit)")
    }
}

/// Files that fail under a reader.
@Suite("Mapped files that fail")
struct FailingMapTests {
    @Test("a log that is cut while it is followed ends the follower with a sentence and status 74")
    func truncation() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 300, seed: 3)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let follower = try Tool.start(["tail", "--from", "0", "--follow"], in: here.path)
        let size = try here.eventCounts().values.reduce(0, +)
        while follower.outputSoFar.split(separator: "\n").count < size, try follower.poll() == nil {
            usleep(2_000)
        }
        #expect(truncate(here.path + "/ledger/log/data.mdb", 4096) == 0)
        let outcome = try follower.wait()
        #expect(outcome.status == 74, "\(outcome)")
        #expect(outcome.errors.contains("ledger/log/data.mdb"), "\(outcome)")
        #expect(outcome.errors.contains("npsledger verify"))
        let refused = try here.run("nps")
        #expect(refused.status == 65, "\(refused)")
    }
}
