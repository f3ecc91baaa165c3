import Foundation
import Testing

/// A machine whose clock was wrong for a moment, as the program sees it through libfaketime.
@Suite(
    "A clock that was wrong",
    .enabled(if: Workspace.faketime != nil, "run Tools/setup: faketime is not installed"))
struct ClockTests {
    /// Runs the tool at a time, in UTC.
    private func run(
        _ here: Workspace, at time: String, _ arguments: [String]
    ) throws -> Tool.Outcome {
        try Tool.run(
            [time, Tool.path] + arguments, program: try #require(Workspace.faketime), in: here.path,
            environment: ["TZ": "UTC"])
    }

    private func importing(_ number: Int, _ here: Workspace) throws -> [String] {
        let file = "\(number).csv"
        try here.write(file, "id,score,at\nx\(number),9,2026-05-01T00:00:00Z\n")
        return [
            "import", file, "--source", "s", "--map", "response_id=id", "--map", "score=score",
            "--map", "at=at",
        ]
    }

    private func events(_ here: Workspace) throws -> [JSON] {
        try here.run("tail", "--from", "0").lines.map {
            try JSONDecoder().decode(JSON.self, from: Data($0.utf8))
        }
    }

    private func created(_ here: Workspace) throws {
        let outcome = try run(
            here, at: "2026-05-01 12:00:00", ["init", "--origin", "test.example/nps"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
    }

    @Test("a jump ahead is refused, accepted once, and later times stay apart")
    func poisoned() throws {
        let here = try Workspace()
        try created(here)
        let before = try events(here).count
        let refused = try run(here, at: "2042-05-01 14:00:00", try importing(1, here))
        #expect(refused.status == 1, "\(refused)")
        for word in ["2042-05-01T14:00:0", "2026-05-01T12:00:0", "--accept-clock"] {
            #expect(refused.errors.contains(word), "\(refused)")
        }
        #expect(try events(here).count == before, "something was written")
        let accepted = try run(
            here, at: "2042-05-01 14:00:00", try importing(1, here) + ["--accept-clock"])
        #expect(accepted.status == 0, "\(accepted)")
        for (number, time) in [(2, "2026-05-01 14:10:00"), (3, "2026-05-02 14:10:00")] {
            let outcome = try run(here, at: time, try importing(number, here))
            #expect(outcome.status == 0, "\(outcome)")
            // Told once, with both times.
            #expect(outcome.errors.components(separatedBy: "the clock says").count == 2)
            let told = outcome.errors.replacingOccurrences(of: "\n", with: " ")
            #expect(told.contains("recorded at 2042-05-01T14:00:0"), "\(outcome)")
        }
        let responses = try events(here).filter { $0["event"]?.text == "response.recorded" }
        let clocks = responses.map { $0["clock"]?.text?.prefix(16) }
        #expect(clocks == [nil, "2026-05-01T14:10", "2026-05-02T14:10"])
        let recorded = responses.compactMap { $0["recordedAt"]?.text }
        #expect(recorded.allSatisfy { $0.hasPrefix("2042-05-01T14:00:0") })
        #expect(recorded == Set(recorded).sorted(), "each commit has a time of its own")

        // The first answer of each day is that of the day.
        let asOf = { (time: String) throws -> Int? in
            let outcome = try here.run("nps", "--as-of", time, "--format", "json")
            #expect(outcome.status == 0 && outcome.errors.contains("times were wrong between"))
            return try outcome.json()["total"]?["responses"]?.int
        }
        #expect(try asOf("2026-05-01T13:00:00Z") == 0)
        #expect(try asOf("2026-05-02") == 2)
        #expect(try asOf("2026-05-03") == 3)
        let traced = try here.json("trace", "x2")["events"]?.items.first
        #expect(traced?["clock"]?.text?.hasPrefix("2026-05-01T14:10") == true)
        let acted = try run(
            here, at: "2026-05-02 15:00:00",
            ["thresholds", "edit", "--passive-from", "6", "--reason", "trial"])
        #expect(acted.status == 0, "\(acted)")
        let act = try here.json("audit")["acts"]?.items.last
        #expect(act?["clock"]?.text?.hasPrefix("2026-05-02T15:00") == true)
        #expect(try here.run("audit").output.contains("by the clock"))
        try here.verify()
    }

    @Test("a clock at the end of time leaves a ledger that goes on")
    func endOfTime() throws {
        let here = try Workspace()
        try created(here)
        let last = "9999-12-31 20:00:00"
        #expect(try run(here, at: last, try importing(1, here)).status == 1)
        let accepted = try run(here, at: last, try importing(1, here) + ["--accept-clock"])
        #expect(accepted.status == 0, "\(accepted)")
        for number in 2...4 {
            let outcome = try run(
                here, at: "2026-05-0\(number) 12:00:00", try importing(number, here))
            #expect(outcome.status == 0, "\(outcome)")
        }
        #expect(try here.json("nps")["total"]?["responses"]?.int == 4)
        try here.verify()
    }

    @Test("a clock that is set back by an hour is told, and both times stand in the log")
    func setBack() throws {
        let here = try Workspace()
        try created(here)
        let outcome = try run(here, at: "2026-05-01 11:00:00", try importing(1, here))
        #expect(outcome.status == 0 && outcome.errors.contains("the clock says"), "\(outcome)")
        let event = try #require(try events(here).last)
        #expect(event["recordedAt"]?.text?.hasPrefix("2026-05-01T12:00:0") == true)
        #expect(event["clock"]?.text?.hasPrefix("2026-05-01T11:00:0") == true)
        // An hour later all is as before.
        let later = try run(here, at: "2026-05-01 13:00:00", try importing(2, here))
        #expect(later.status == 0 && !later.errors.contains("the clock says"), "\(later)")
        #expect(try events(here).last?["clock"] == .null)
        try here.verify()
    }

    @Test("a ledger is not begun at a time that cannot be, unless somebody says so")
    func creation() throws {
        let here = try Workspace()
        let command = ["init", "--origin", "test.example/nps"]
        let refused = try run(here, at: "2070-01-01 00:00:00", command)
        #expect(refused.status == 1 && refused.errors.contains("--accept-clock"), "\(refused)")
        #expect(!FileManager.default.fileExists(atPath: here.path + "/ledger"))
        #expect(!FileManager.default.fileExists(atPath: here.path + "/ledger.key"))
        let accepted = try run(here, at: "2070-01-01 00:00:00", command + ["--accept-clock"])
        #expect(accepted.status == 0, "\(accepted)")
        try here.verify()
    }
}
