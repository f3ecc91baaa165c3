import LedgerCore
import NPSBySegmentProjection
import Testing

/// Randomised drives of a whole ledger; see `DriveOptions` for longer ones.
@Suite("Drives", .serialized)
struct DriveTests {
    @Test("live, rebuilt, parallel, as-of and brute force agree after every step")
    func agreement() async throws {
        let options = DriveOptions.given
        let run = DriveRun(from: options.seed, steps: options.steps)
        await withTaskGroup { group in
            for _ in 0..<options.lanes {
                group.addTask {
                    while let seed = run.nextSeed() { Self.drive(options.plan(seed: seed), run) }
                }
            }
        }
        print("Drives: \(run.summary)")
        guard options.steps >= DriveOptions.stepsStandard, options.only == nil else { return }
        // A run in which something never happened says nothing about it.
        for deed in Self.deeds {
            #expect(run.deeds[deed, default: 0] > 0, "\(deed): never in this run")
        }
    }

    private static let deeds =
        EventName.allCases.map(\.rawValue) + [
            "activations by the registry", "catch-ups", "changes of version", "commitments",
            "commitments verified", "conflicts",
            "deleted folders", "duplicates", "edits of thresholds", "entries of killed processes",
            "folds of killed processes", "interrupted catch-ups", "interrupted rebuilds",
            "parallel rebuilds", "poison met", "processes killed", "rebuilds", "refused acts",
            "reports asked for again", "resumed rebuilds", "rollbacks", "rows amended",
            "rows recorded", "rows rejected", "scores recomputed", "serial rebuilds",
            "shadows begun",
            "shadows ended", "swaps back", "texts read",
        ]

    private static func drive(_ plan: DrivePlan, _ run: DriveRun) {
        do {
            let drive = try Drive<NPSBySegment>(plan)
            try drive.run()
            run.finish(plan, drive.deeds)
        } catch let failure as DriveFailure {
            run.fail()
            Issue.record("\(failure)")
            let shrunk = failure.shrunk { try Drive<NPSBySegment>($0).run() }
            let only = shrunk.steps.map { "\($0.number)" }.joined(separator: ",")
            Issue.record("it fails with DRIVE_ONLY=\(only) as well: \(shrunk)")
        } catch {
            run.fail()
            Issue.record("seed \(plan.seed): \(error)")
        }
    }
}
