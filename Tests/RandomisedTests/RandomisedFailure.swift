/// A run that came to grief, with all that is needed to see it again.
struct RandomisedFailure: Error, CustomStringConvertible {
    let plan: RandomisedPlan
    /// The step after which something was wrong.
    let step: Step
    let reason: String

    /// The steps up to the failure.
    var steps: [Step] { plan.steps.filter { $0.number <= step.number } }

    var description: String {
        """
        seed \(plan.seed), step \(step)
          \(reason)
          again: RANDOMISED_SEED=\(plan.seed) RANDOMISED_STEPS=1 swift test --filter RandomisedTests
          steps: \(steps.map(\.description).joined(separator: " · "))
        """
    }

    /// The failure with as few steps as it takes: halves, quarters and single steps are left out as
    /// long as it fails without them.
    ///
    /// - Parameter runsMax: a run takes a second or so, and somebody waits.
    func shrunk(runsMax: Int = 60, _ run: (RandomisedPlan) throws -> Void) -> RandomisedFailure {
        var smallest = self
        var kept = steps.map(\.number)
        var (length, runs) = (max(1, kept.count / 2), 0)
        while runs < runsMax {
            var start = 0
            let before = kept.count
            while start < kept.count, runs < runsMax {
                var fewer = kept
                fewer.removeSubrange(start..<min(kept.count, start + length))
                runs += 1
                if let failure = Self.failure(of: plan.only(Set(fewer)), run) {
                    smallest = failure
                    kept = fewer.filter { $0 <= failure.step.number }
                } else {
                    start += length
                }
            }
            if length == 1, kept.count == before { break }
            length = max(1, length / 2)
        }
        return smallest
    }

    private static func failure(
        of plan: RandomisedPlan, _ run: (RandomisedPlan) throws -> Void
    ) -> RandomisedFailure? {
        do {
            try run(plan)
            return nil
        } catch {
            return error as? RandomisedFailure
        }
    }
}
