import Foundation
import LedgerFixtures
import Testing

/// Ledgers on a simulated disk, in a process of their own (`Tests/FaultInjection`).
///
///     FAULT_SEEDS=20000 FAULT_SEED=7 swift test --filter PowerCutTests
///
/// runs so many seeds from seed 7 on.
@Suite("Power cuts", .serialized)
struct PowerCutTests {
    /// Seeds of a run that nobody asked for more of.
    private static let seedsStandard = 1_000
    /// How many a planted fault is looked for in.
    private static let seedsOfPlants = 60

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    /// Memory that is a directory: the device simulates what a disk does, and needs none.
    private static let parent: String? =
        access("/dev/shm", W_OK) == 0 ? "/dev/shm" : nil

    /// Runs seeds until there are no more, or some have failed.
    private static func run(
        _ seeds: Range<UInt64>, plant: PowerCutRun.Plant? = nil
    ) async -> (summary: PowerCutRun.Summary, failures: [String]) {
        let (summaries, failures) = await Tries.run(seeds, failuresMax: 5) { seed in
            try PowerCutRun(seed: seed, plant: plant, parent: parent).run()
        }
        return (summaries.reduce(PowerCutRun.Summary(), +), failures)
    }

    @Test("nothing acknowledged is lost, and the next start works")
    func powerCuts() async throws {
        let first = UInt64(Self.number("FAULT_SEED") ?? 1)
        let count = UInt64(Self.number("FAULT_SEEDS") ?? Self.seedsStandard)
        let (summary, failures) = await Self.run(first..<(first + count))
        for failure in failures { Issue.record("\(failure)") }
        print(
            "Power cuts: seeds \(first) to \(first + count - 1), \(summary.boots) starts, "
                + "\(summary.powerCuts) cut while running, \(summary.failures) failures told, "
                + "\(summary.acknowledged) events acknowledged, \(summary.eventsRead) read")
        guard count >= Self.seedsStandard, failures.isEmpty else { return }
        // A run in which nothing went wrong says nothing.
        #expect(summary.powerCuts > Int(count) / 3)
        #expect(summary.failures > Int(count) / 10)
        #expect(summary.acknowledged > Int(count))
    }

    @Test("a sync that does nothing is noticed")
    func unsynced() async {
        let (_, failures) = await Self.run(0..<UInt64(Self.seedsOfPlants), plant: .unsynced)
        #expect(!failures.isEmpty)
    }

    @Test("a synced sector that comes back as it was is noticed")
    func forgotten() async {
        let (_, failures) = await Self.run(0..<UInt64(Self.seedsOfPlants), plant: .forgotten)
        #expect(!failures.isEmpty)
    }
}
