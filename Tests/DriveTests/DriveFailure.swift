/// A drive that came to grief, with all that is needed to see it again.
struct DriveFailure: Error, CustomStringConvertible {
    let plan: DrivePlan
    /// The step after which something was wrong.
    let step: Step
    let reason: String

    /// The steps up to the failure.
    var steps: [Step] { plan.steps.filter { $0.number <= step.number } }

    var description: String {
        """
        seed \(plan.seed), step \(step)
          \(reason)
          again: DRIVE_SEED=\(plan.seed) DRIVE_STEPS=1 swift test --filter DriveTests
          steps: \(steps.map(\.description).joined(separator: " · "))
        """
    }

    /// The failure with as few steps as it takes: halves, quarters and single steps are left out as
    /// long as it fails without them.
    ///
    /// - Parameter drivesMax: a drive takes a second or so, and somebody waits.
    func shrunk(drivesMax: Int = 60, _ drive: (DrivePlan) throws -> Void) -> DriveFailure {
        var smallest = self
        var kept = steps.map(\.number)
        var (length, drives) = (max(1, kept.count / 2), 0)
        while drives < drivesMax {
            var start = 0
            let before = kept.count
            while start < kept.count, drives < drivesMax {
                var fewer = kept
                fewer.removeSubrange(start..<min(kept.count, start + length))
                drives += 1
                if let failure = Self.failure(of: plan.only(Set(fewer)), drive) {
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
        of plan: DrivePlan, _ drive: (DrivePlan) throws -> Void
    ) -> DriveFailure? {
        do {
            try drive(plan)
            return nil
        } catch {
            return error as? DriveFailure
        }
    }
}
