import Foundation
import LedgerCore
import LedgerFixtures
import NPSLedger

/// A ledger's life on a disk that fails, all of it following from a seed: it is made, written to,
/// loses its power and is started again, a few times.
struct PowerCutRun {
    /// What is wrong in the device itself, to see that it is noticed.
    enum Plant: String {
        /// Syncs are answered and not done.
        case unsynced
        /// A sector that was synced is as it was before.
        case forgotten
    }

    /// A start of the program.
    private struct Boot {
        let seed: UInt64
        /// The write, sync or change of a name within which the power fails; 0 for none.
        let cutCall: Int
        /// How many calls of a thousand fail.
        let failingPermille: Int
        let events: Int
    }

    struct Summary {
        var boots = 0
        var powerCuts = 0
        /// Failures that the program was told of.
        var failures = 0
        var acknowledged = 0
        var eventsRead = 0

        static func + (left: Summary, right: Summary) -> Summary {
            Summary(
                boots: left.boots + right.boots, powerCuts: left.powerCuts + right.powerCuts,
                failures: left.failures + right.failures,
                acknowledged: left.acknowledged + right.acknowledged,
                eventsRead: left.eventsRead + right.eventsRead)
        }
    }

    /// A run that went wrong, and how to see it again.
    struct Failure: Error, CustomStringConvertible {
        let seed: UInt64
        let boot: Int
        let reason: String
        var description: String {
            """
            seed \(seed), start \(boot): \(reason)
              again: FAULT_SEEDS=1 FAULT_SEED=\(seed) swift test --filter PowerCutTests
            """
        }
    }

    /// A program that takes longer hangs.
    private static let secondsMax = 60.0
    private static let powerStatus: Int32 = 137

    let seed: UInt64
    var plant: Plant?
    /// Where the disk is; nil for where the system keeps what is temporary.
    var parent: String?

    private var boots: [Boot] {
        var numbers = SeededNumbers(seed: seed)
        return (0..<(1 + numbers.below(2))).map { _ in
            Boot(
                seed: numbers.next(),
                cutCall: numbers.happens(percent: 85) ? 1 + numbers.below(110) : 0,
                failingPermille: [0, 0, 8, 30, 100][numbers.below(5)],
                events: 6 + numbers.below(50))
        }
    }

    func run() throws -> Summary {
        let scratch = try Scratch(in: parent)
        let disk = scratch("disk")
        try FileManager.default.createDirectory(
            atPath: disk, withIntermediateDirectories: false)
        let paths = LedgerPaths(directory: disk + "/ledger")
        var heard = Acknowledged()
        var summary = Summary()
        var next = 0
        for (index, boot) in boots.enumerated() {
            do {
                let before = heard.failures
                let status = try start(
                    boot, paths, output: scratch("said \(index)"), next, &heard, disk: disk)
                if boot.failingPermille == 0, heard.failures > before {
                    throw Acknowledged.Broken(description: "a start without faults failed")
                }
                summary.boots += 1
                if status == Self.powerStatus { summary.powerCuts += 1 }
                // Numbers of batches that may or may not be there are not used again.
                next = (heard.batches.map(\.upperBound).max() ?? 0)
                summary.eventsRead += try heard.check(paths) ?? 0
            } catch {
                throw Failure(seed: seed, boot: index, reason: "\(error)")
            }
        }
        do {
            summary.eventsRead += try goOn(paths, from: next, &heard)
        } catch {
            throw Failure(seed: seed, boot: boots.count, reason: "\(error)")
        }
        summary.failures = heard.failures
        summary.acknowledged = heard.events.count
        return summary
    }

    /// Starts the program and hears what it says until it or its power ends.
    private func start(
        _ boot: Boot, _ paths: LedgerPaths, output: String, _ next: Int,
        _ heard: inout Acknowledged, disk: String
    ) throws -> Int32 {
        var variables = [
            "FAULT_DEVICE": disk, "FAULT_SEED": "\(boot.seed)", "FAULT_CUT": "\(boot.cutCall)",
            "FAULT_PERMILLE": "\(boot.failingPermille)", "FAULT_CUT_AT_EXIT": "1",
        ]
        variables["FAULT_PLANT"] = plant?.rawValue
        // Names a file to which each call of the device is told.
        variables["FAULT_TRACE"] = ProcessInfo.processInfo.environment["FAULT_TRACE"]
        let child = try ChildProcess(
            [
                "record", paths.directory, "\(boot.seed)", "\(next)", "\(next + boot.events)",
            ],
            output: output,
            environment: try FaultLibrary.environment(of: "CrashHarness", variables))
        let lines = try child.wait(forLines: .max, atMost: Self.secondsMax)
        if child.isRunning {
            child.killNow()
            throw Acknowledged.Broken(description: "the program hangs after \(lines.last ?? "")")
        }
        let status = child.wait()
        for line in try child.lines() { try heard.hear(line) }
        guard status == 0 || status == Self.powerStatus else {
            throw Acknowledged.Broken(description: "the program ended with \(status)")
        }
        return status
    }

    /// The disk is well again: the next start works, appends, and keeps what was there.
    private func goOn(
        _ paths: LedgerPaths, from next: Int, _ heard: inout Acknowledged
    ) throws -> Int {
        var lines: [String] = []
        let ledger =
            FileManager.default.fileExists(atPath: paths.manifest)
            ? try Ledger(at: paths)
            : try Ledger.create(at: paths, origin: SealedResponses.origin, actor: .system)
        do {
            defer { ledger.close() }
            lines.append("opened")
            var responses = SealedResponses(seed: seed, from: next) { lines.append($0) }
            try responses.append(upTo: next + 3, to: ledger.log, under: ledger.vault())
        }
        for line in lines { try heard.hear(line) }
        guard let read = try heard.check(paths) else {
            throw Acknowledged.Broken(description: "the ledger that was just made is gone")
        }
        return read
    }
}
