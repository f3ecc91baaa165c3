import Foundation
import LedgerFixtures
import Testing

/// One bit changed in a file of a ledger: what a disk does in the course of years.
@Suite("Flipped bits")
struct FlippedBitTests {
    /// How many bits are tried; `NPSLEDGER_HEAVY=1` tries more.
    private static let flips = Workspace.isHeavy ? 400 : 24
    private static let lenses = [
        ["nps", "--by", "region", "--format", "csv"],
        ["trend", "--by", "region", "--every", "month", "--format", "csv"],
    ]
    /// Statuses that a damaged ledger may end a command with, besides success.
    private static let refusals: Set<Int32> = [1, 65, 66, 74, 77]

    private func ledger() throws -> Workspace {
        let here = try Workspace()
        _ = try here.prepare(responses: 1_500, seed: 9)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        _ = try here.json("thresholds", "edit", "--min-confidence", "50", "--reason", "z")
        _ = try here.json("projection", "commit")
        try FileManager.default.copyItem(
            atPath: here.path + "/ledger", toPath: here.path + "/base")
        return here
    }

    /// What the ledger says besides scores: every entry, and a text under each block of keys.
    private func content(_ here: Workspace) throws -> [String] {
        let asked = [["tail", "--from", "0"], ["trace", "100"], ["trace", "1400"]]
        return try asked.map { try here.run($0).output }
    }

    /// Every fourth flip falls into the head of a page, which LMDB trusts most.
    private func flip(_ path: String, _ random: inout SeededNumbers) throws -> String {
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var at = random.below(bytes.count)
        if path.hasSuffix(".mdb"), random.happens(percent: 25) {
            at = at / 4096 * 4096 + random.below(64)
        }
        bytes[at] ^= 1 << UInt8(random.below(8))
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return "\(path), byte \(at)"
    }

    @Test("no score is ever wrong, and what is changed is found by verification")
    func flips() throws {
        let seed = ProcessInfo.processInfo.environment["FLIP_SEED"].flatMap { UInt64($0) } ?? 11
        var random = SeededNumbers(seed: seed)
        let here = try ledger()
        let wanted = try Self.lenses.map { try here.run($0).output }
        let said = try content(here)
        let projections = ["nps-by-segment", "lineage", "audit"].map {
            "projections/\($0)/data.mdb"
        }
        let files =
            ["log/data.mdb", "log/data.mdb", "vault/data.mdb"] + projections + ["ledger.json"]
        var found = 0
        for number in 0..<Self.flips {
            try FileManager.default.removeItem(atPath: here.path + "/ledger")
            try FileManager.default.copyItem(
                atPath: here.path + "/base", toPath: here.path + "/ledger")
            let file = files[number % files.count]
            let place = try flip(here.path + "/ledger/" + file, &random)
            for (lens, answer) in zip(Self.lenses, wanted) {
                let outcome = try here.run(lens)
                #expect(
                    outcome.status == 0 && outcome.output == answer
                        || Self.refusals.contains(outcome.status),
                    "seed \(seed), \(place): \(outcome)")
            }
            let verified = try here.run("verify")
            #expect(
                verified.status == 0 || Self.refusals.contains(verified.status),
                "seed \(seed), \(place): \(verified)")
            guard verified.status == 0 else {
                found += 1
                continue
            }
            // A bit that nothing depends on: a free page, or the rest of a page.
            #expect(try content(here) == said, "seed \(seed), \(place)")
        }
        #expect(found > Self.flips / 4, "\(found) of \(Self.flips) were found")
    }
}
