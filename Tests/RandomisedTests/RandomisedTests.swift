import LedgerCore
import NPSBySegmentProjection
import Testing

/// Randomised runs of a whole ledger; see `RandomisedOptions` for longer ones.
@Suite("Randomised simulation", .serialized)
struct RandomisedTests {
    @Test("live, rebuilt, parallel, as-of and brute force agree after every step")
    func agreement() async throws {
        let options = RandomisedOptions.given
        let series = RandomisedSeries(from: options.seed, steps: options.steps)
        await withTaskGroup { group in
            for _ in 0..<options.lanes {
                group.addTask {
                    while let seed = series.nextSeed() {
                        Self.run(options.plan(seed: seed), series)
                    }
                }
            }
        }
        print("Randomised runs: \(series.summary)")
        guard options.steps >= RandomisedOptions.stepsStandard, options.only == nil else { return }
        // A run in which something never happened says nothing about it.
        for deed in Self.deeds {
            #expect(series.deeds[deed, default: 0] > 0, "\(deed): never in this run")
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

    private static func run(_ plan: RandomisedPlan, _ series: RandomisedSeries) {
        do {
            let run = try RandomisedRun<NPSBySegment>(plan)
            try run.run()
            series.finish(plan, run.deeds)
        } catch let failure as RandomisedFailure {
            series.fail()
            Issue.record("\(failure)")
            let shrunk = failure.shrunk { try RandomisedRun<NPSBySegment>($0).run() }
            let only = shrunk.steps.map { "\($0.number)" }.joined(separator: ",")
            Issue.record("it fails with RANDOMISED_ONLY=\(only) as well: \(shrunk)")
        } catch {
            series.fail()
            Issue.record("seed \(plan.seed): \(error)")
        }
    }
}
