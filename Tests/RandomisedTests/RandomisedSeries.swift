import Synchronization

/// How far a run of several lanes has come: which seeds are given out, and what was done.
final class RandomisedSeries: Sendable {
    private struct State {
        var next: UInt64
        var steps = 0
        var deeds: [String: Int] = [:]
        var hasFailed = false
    }

    private let first: UInt64
    private let steps: Int
    private let state: Mutex<State>

    init(from seed: UInt64, steps: Int) {
        first = seed
        self.steps = steps
        state = Mutex(State(next: seed))
    }

    /// The seed to be driven next; nil once enough steps are done, or something has failed.
    func nextSeed() -> UInt64? {
        state.withLock { state in
            guard state.steps < steps, !state.hasFailed else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    /// Counts what was done in a history that was driven to its end.
    func finish(_ plan: RandomisedPlan, _ deeds: [String: Int]) {
        state.withLock { state in
            state.steps += plan.steps.count
            state.deeds.merge(deeds) { $0 + $1 }
        }
    }

    /// Ends the run: one failure is enough to look at.
    func fail() { state.withLock { $0.hasFailed = true } }

    /// How often each thing was done.
    var deeds: [String: Int] { state.withLock { $0.deeds } }

    var summary: String {
        state.withLock { state in
            let deeds = state.deeds.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
            return "\(state.steps) steps, seeds \(first) to \(state.next - 1)\n"
                + deeds.joined(separator: "\n")
        }
    }
}
