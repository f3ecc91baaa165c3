import Foundation

/// What the environment says about a run:
///
///     RANDOMISED_STEPS=100000 RANDOMISED_SEED=7 swift test --filter RandomisedTests
///
/// runs histories from seed 7 on until so many steps are done; `RANDOMISED_ONLY=3,8,9` does only these
/// steps of each, and `RANDOMISED_DIRECTORY` names where the ledgers lie.
struct RandomisedOptions: Sendable {
    /// Steps of a run that nobody asked for more of.
    static let stepsStandard = 3_200

    let steps: Int
    let seed: UInt64
    let only: Set<Int>?
    /// Where ledgers are made; nil for where the system keeps what is temporary.
    let directory: String?

    /// The options of this process.
    static let given = RandomisedOptions(ProcessInfo.processInfo.environment)

    init(_ environment: [String: String]) {
        steps = environment["RANDOMISED_STEPS"].flatMap { Int($0) } ?? Self.stepsStandard
        seed = environment["RANDOMISED_SEED"].flatMap { UInt64($0) } ?? 1
        directory = environment["RANDOMISED_DIRECTORY"] ?? Self.memory
        only = environment["RANDOMISED_ONLY"].map { text in
            Set(text.split(separator: ",").compactMap { Int($0) })
        }
    }

    /// Memory that is a directory: a killed process loses nothing there that it would keep on a
    /// disk, power is never cut, and a step syncs dozens of times.
    private static var memory: String? {
        let path = "/dev/shm"
        var status = statvfs()
        guard statvfs(path, &status) == 0, access(path, W_OK) == 0 else { return nil }
        let freeBytes = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        return freeBytes >= 256 << 20 ? path : nil
    }

    /// How many histories are driven at once.
    var lanes: Int {
        // One history has some fifty steps. Of many cores, other tests want some.
        steps <= 100 ? 1 : min(8, max(2, ProcessInfo.processInfo.activeProcessorCount / 2))
    }

    func plan(seed: UInt64) -> RandomisedPlan {
        let plan = RandomisedPlan(seed: seed)
        return only.map(plan.only) ?? plan
    }
}
