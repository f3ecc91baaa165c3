import Foundation
import Glibc
import Testing

@Suite("Interruptions and several processes", .serialized)
struct InterruptionTests {
    /// A simulated file in pieces, each a file of its own: a commit each.
    private func pieces(_ here: Workspace, count: Int) throws -> [String] {
        let rows = try here.read("answers.csv").split(separator: "\n")
        let length = (rows.count + count - 1) / count
        return try (0..<count).map { index in
            let name = "piece-\(index).jsonl"
            let piece = rows[
                min(rows.count, index * length)..<min(rows.count, (index + 1) * length)]
            try here.write(name, piece.joined(separator: "\n") + "\n")
            return name
        }
    }

    /// Everything that must not depend on how often an import was cut off.
    private func standing(_ here: Workspace) throws -> [JSON?] {
        try [["--by", "region,plan"], ["--by", "channel", "--basis", "inferred"]].flatMap {
            let answer = try here.json(["nps"] + $0)
            return [answer["rows"], answer["total"]]
        }
    }

    @Test("killed at any moment, an import verifies and ends as if nothing had happened")
    func killed() throws {
        let here = try Workspace()
        _ = try here.prepare(
            responses: Workspace.isHeavy ? 6_000 : 900, seed: 12, jsonLines: true)
        let files = try pieces(here, count: 8)
        let command = ["import"] + files + Workspace.mapping
        let start = Date()
        _ = try here.json(command)
        let seconds = Date().timeIntervalSince(start)
        let whole = try standing(here)
        let counts = try here.eventCounts()

        for seed in UInt64(1)...(Workspace.isHeavy ? 6 : 2) {
            try FileManager.default.removeItem(atPath: here.path + "/ledger")
            unlink(here.path + "/ledger.key")
            try here.succeed("init", "--origin", "test.example/nps")
            var numbers = SplitMix(seed: seed)
            for _ in 0..<3 {
                let running = try Tool.start(command, in: here.path)
                usleep(UInt32(numbers.unit() * seconds * 900_000))
                running.send(SIGKILL)
                let outcome = try running.wait()
                #expect([0, 137].contains(outcome.status), "seed \(seed): \(outcome)")
                try here.verify()
            }
            let last = try here.run(command)
            #expect(last.status == 0, "seed \(seed): \(last)")
            try here.verify()
            #expect(try here.eventCounts() == counts, "seed \(seed)")
            #expect(try standing(here) == whole, "seed \(seed)")
            let again = try here.json(command)
            #expect(again["recorded"]?.int == 0)
            #expect(again["classified"]?.int == 0)
        }
        print("killed at random moments of \(seconds) s, seeds from 1")
    }

    @Test("two imports in two processes record every row once, while others ask")
    func twoProcesses() throws {
        let here = try Workspace()
        let truth = try here.prepare(responses: 1_500, seed: 13, jsonLines: true)
        let files = try pieces(here, count: 6)
        let running = try [files, files.reversed()].map {
            try Tool.start(
                ["import"] + $0 + Workspace.mapping + ["--format", "json"], in: here.path)
        }
        var responses = [0]
        while try running.contains(where: { try $0.poll() == nil }) {
            let answer = try here.json("nps", "--basis", "blended")
            responses.append(answer["total"]?["responses"]?.int ?? -1)
        }
        #expect(responses == responses.sorted(), "a number went back: \(responses)")
        let reports = try running.map { process in
            let outcome = try process.wait()
            #expect(outcome.status == 0, "\(outcome)")
            return try outcome.json()
        }
        let counts = try here.eventCounts()
        let recorded = reports.reduce(0) { $0 + ($1["recorded"]?.int ?? 0) }
        #expect(counts["response.recorded"] == truth["expected"]?["recorded"]?.int)
        #expect(recorded == counts["response.recorded"])
        #expect(try here.json("nps")["total"]?["responses"]?.int == recorded)
        try here.verify()
    }

    @Test("tail follows what another process appends")
    func follow() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 120, seed: 14)
        let tail = try Tool.start(
            ["tail", "--from", "0", "--follow", "--event", "response.recorded"], in: here.path)
        usleep(200_000)
        #expect(try tail.poll() == nil)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let count = try here.eventCounts()["response.recorded"] ?? -1
        var seen = 0
        for _ in 0..<6_000 where seen != count {
            seen = tail.outputSoFar.split(separator: "\n").count
            usleep(10_000)
        }
        #expect(seen == count)
        tail.send(SIGINT)
        let outcome = try tail.wait()
        #expect(outcome.errors.isEmpty, "\(outcome)")
    }

    @Test("a reader that goes away ends the tool quietly")
    func brokenPipe() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 200, seed: 15)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        for question in [
            "tail --from 0", "tail --from 0 --follow", "audit", "nps --by country",
            "simulate --responses 5000",
        ] {
            let start = Date()
            let outcome = try Tool.run(
                ["-c", "\"$0\" \(question) | head -1", Tool.path], program: "/bin/sh",
                in: here.path)
            #expect(outcome.lines.count == 1, "\(question): \(outcome)")
            #expect(outcome.errors.isEmpty, "\(question): \(outcome)")
            #expect(Date().timeIntervalSince(start) < 30, "\(question)")
        }
        try here.verify()
    }

    @Test("a full disk is said, nothing acknowledged is lost, and room lets it go on")
    func fullDisk() throws {
        let here = try Workspace()
        let disk = here.path + "/disk"
        // Too small for the log. Where only projections find no room, an import is done.
        mkdir(disk, 0o755)
        guard mount("tmpfs", disk, "tmpfs", 0, "size=4m") == 0 else {
            print("no disk can be mounted here: a full one is not tried")
            return
        }
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let truth = try here.simulate(responses: 6_000, seed: 16)
        let directory = ["--ledger", disk + "/ledger"]
        #expect(try here.run(["init", "--origin", "full"] + directory).status == 0)
        let full = try here.run(["import", "answers.csv"] + Workspace.mapping + directory)
        #expect(full.status == 74, "\(full)")
        #expect(full.errors.contains("No space left"), "\(full)")
        let sound = try here.run(["verify", "--log-only"] + directory)
        #expect(sound.status == 0, "\(sound)")

        #expect(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT), "size=200m") == 0)
        let rest = try here.run(["import", "answers.csv"] + Workspace.mapping + directory)
        #expect(rest.status == 0, "\(rest)")
        let verified = try here.run(["verify"] + directory)
        #expect(verified.status == 0, "\(verified)")
        let answer = try here.json(["nps"] + directory)
        #expect(
            answer["total"]?["responses"]?.int == truth["expected"]?["recorded"]?.int)
    }
}

/// A seeded generator (SplitMix64), so that a failure can be repeated.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// From 0 up to 1.
    mutating func unit() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) / Double(UInt64(1) << 53)
    }
}
