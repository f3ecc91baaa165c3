import Catalog
import Foundation
import LedgerCore
import LedgerReplay
import Testing

/// A ledger that version 0.1.0 of this program made: 300 simulated responses, two models, an
/// activation and its rollback, two threshold sets. The models' artefacts are left out.
@Suite("A ledger of version 0.1.0")
struct OldLedgerTests {
    /// Layout of every projection's state in it.
    private static let oldLayout: UInt32 = 1
    private static let size = 594
    private static let root = "d846bbcc1826d2745b7ee9542df61bfe6f42e06c52cc9d5631c92196bdaf8798"
    private static let fixtures = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("Fixtures")

    private func unpacked() throws -> Workspace {
        let here = try Workspace()
        let archive = Self.fixtures.appendingPathComponent("ledger-0.1.0.tar.gz").path
        let outcome = try Tool.run(["xzf", archive], program: "/usr/bin/tar", in: here.path)
        #expect(outcome.status == 0, "\(outcome)")
        return here
    }

    /// Id and version of each projection of this program.
    private func descriptors(_ here: Workspace) throws -> [(id: String, version: UInt32)] {
        let catalog = try ProjectionCatalog(directory: here.path + "/projections")
        defer { catalog.close() }
        return catalog.all.map { ($0.descriptor.id, $0.descriptor.version) }
    }

    @Test("what needs a rebuild is told, and folded anew when it is asked")
    func rebuilds() throws {
        let here = try unpacked()
        let current = try descriptors(here)
        let before = try here.json("projection", "list")
        #expect(before["commitEvery"] == .null)
        let rows = before["projections"]?.items ?? []
        #expect(rows.compactMap { $0["id"]?.text } == current.map(\.id))
        for (row, (id, version)) in zip(rows, current) {
            #expect(row["version"]?.int == Int(Self.oldLayout))
            #expect(row["position"]?.int == Self.size)
            #expect(row["needsRebuild"] == .bool(true), "\(id)")
            let reason =
                version == Self.oldLayout
                ? "an older program wrote its values without checksums"
                : "its state has layout \(Self.oldLayout), this program writes \(version)"
            #expect(row["reason"] == .string(reason), "\(id)")
        }
        let table = try here.run("projection", "list").output.split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        for (id, version) in current where version != Self.oldLayout {
            #expect(table.contains("\(id) needs a rebuild: its state has layout"))
        }

        let verified = try here.json("projection", "verify")["projections"]?.items ?? []
        #expect(verified.compactMap { $0["result"]?.text } == current.map { _ in "equal" })
        let after = try here.json("projection", "list")["projections"]?.items ?? []
        for (row, (id, version)) in zip(after, current) {
            #expect(row["needsRebuild"] == .bool(false), "\(id)")
            #expect(row["version"]?.int == Int(version))
            guard version != Self.oldLayout else { continue }
            // The former state stays, for the program that can read it.
            let kept = try #require(row["builds"]?.items.last)
            #expect(kept["state"]?.text == "kept")
            #expect(kept["version"]?.int == Int(Self.oldLayout))
            let refused = try here.run("projection", "swap", id)
            #expect(refused.status == 1, "\(refused)")
        }
    }

    @Test("the score is what it was, digit for digit")
    func score() throws {
        let here = try unpacked()
        let file = Self.fixtures.appendingPathComponent("ledger-0.1.0.nps.json")
        let expected = try JSONDecoder().decode(JSON.self, from: Data(contentsOf: file))
        let answer = try here.json("nps")
        for key in ["asOf", "window", "rows", "omitted"] {
            #expect(answer[key] == expected[key] && answer[key] != nil, "\(key)")
        }
        // Totals and the frame may have gained fields since; those there were say the same.
        for part in ["total", "lens"] {
            guard case .object(let fields)? = expected[part] else {
                Issue.record("the expectation has no \(part)")
                continue
            }
            // An interval counts people since, and was made of answers then (decision 0028).
            let interval = ["low", "high"]
            for (key, value) in fields where !interval.contains(key) {
                #expect(answer[part]?[key] == value, "\(part).\(key)")
            }
            for key in interval where fields[key] != nil {
                let (now, then) = (answer[part]?[key]?.number, fields[key]?.number)
                #expect(now.map { abs($0 - (then ?? 0)) < 2 } == true, "\(part).\(key)")
            }
        }
    }

    @Test("its log is sound, its old events are read, and it goes on")
    func log() throws {
        let here = try unpacked()
        let outcome = try here.run("verify", "--log-only", "--format", "json")
        let verified = try outcome.json()
        #expect(verified["root"]?.text == Self.root && verified["size"]?.int == Self.size)
        // Nothing is missed but the two artefacts that were left out.
        let problems = verified["problems"]?.items.compactMap(\.text) ?? []
        #expect(problems.count == 2 && problems.allSatisfy { $0.contains("the artefact of model") })

        let lines = try here.run("tail", "--from", "0", "--event", "model.activated").lines
        let events = try lines.map { try JSONDecoder().decode(JSON.self, from: Data($0.utf8)) }
        #expect(events.map { $0["version"]?.int } == [1, 1, 1])
        #expect(events.map { $0["payload"]?["model"]?.int } == [1, 2, 1])
        let acts = try here.json("audit")["acts"]?.items ?? []
        let activations = acts.filter { $0["event"]?.text == "model.activated" }
        #expect(activations.map { $0["position"]?.int } == [2, 591, 593])
        #expect(activations.last?["rollsBack"]?.int == 591)
        #expect(activations.allSatisfy { $0["reason"]?.text != nil }, "the vault opens")
        let states = try here.json("model", "list")["models"]?.items.compactMap {
            $0["state"]?.text
        }
        #expect(states == ["active", "retired"])

        // It is years old once these tests are, and its clock was right.
        try here.succeed(
            "thresholds", "edit", "--min-confidence", "60", "--reason", "stricter",
            "--accept-clock")
        try here.succeed("projection", "commit")
        let continued = try here.run(
            "verify", "--log-only", "--continues", "\(Self.size):\(Self.root)", "--format", "json")
        #expect(try continued.json()["problems"]?.items.count == 2, "\(continued)")
        #expect(try here.run("projection", "verify").status == 0)
    }
}
