import Foundation
import Synchronization

/// Numbered tries of something that may fail, as many at a time as there are cores.
package final class Tries<Result: Sendable>: Sendable {
    private struct State {
        var next: UInt64
        var results: [Result] = []
        var failures: [String] = []
    }

    private let end: UInt64
    private let failuresMax: Int
    private let state: Mutex<State>

    private init(_ numbers: Range<UInt64>, failuresMax: Int) {
        end = numbers.upperBound
        self.failuresMax = failuresMax
        state = Mutex(State(next: numbers.lowerBound))
    }

    /// Tries each number, until so many have failed.
    package static func run(
        _ numbers: Range<UInt64>, failuresMax: Int,
        _ body: @escaping @Sendable (UInt64) throws -> Result
    ) async -> (results: [Result], failures: [String]) {
        let tries = Tries(numbers, failuresMax: failuresMax)
        await withTaskGroup { group in
            for _ in 0..<max(2, ProcessInfo.processInfo.activeProcessorCount) {
                group.addTask { tries.work(body) }
            }
        }
        return tries.state.withLock { ($0.results, $0.failures) }
    }

    private func work(_ body: (UInt64) throws -> Result) {
        while let number = takeNext() {
            do {
                let result = try body(number)
                state.withLock { $0.results.append(result) }
            } catch {
                state.withLock { $0.failures.append("\(error)") }
            }
        }
    }

    private func takeNext() -> UInt64? {
        state.withLock { state in
            guard state.next < end, state.failures.count < failuresMax else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }
}
