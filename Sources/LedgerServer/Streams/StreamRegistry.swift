import LedgerCore
import LedgerQueries
import Synchronization

/// The streams that are open, and what wakes them: one change wakes all, and many changes while a
/// client is slow wake it once. A stream that nobody writes to has no thread and no timer of its own.
final class StreamRegistry: Sendable {
    /// Streams at once.
    static let streamsMax = 4_096

    private struct State {
        var wakes: [Int: AsyncStream<Void>.Continuation] = [:]
        var next = 0
        var isEnded = false
        /// What the streams of one question were answered last, and as of which mark.
        var answers: [String: (mark: OpenLedger.Mark, text: String)] = [:]
    }

    private let state = Mutex(State())

    /// How many are open.
    var count: Int { state.withLock { $0.wakes.count } }

    /// Has streams woken whenever something was recorded.
    func follow(_ keeper: ProjectionKeeper) {
        keeper.listen { [self] _ in wakeAll() }
    }

    /// Wakes every stream, be it to look whether there is anything to send, or to show that it lives.
    func wakeAll() {
        for wake in state.withLock({ Array($0.wakes.values) }) { wake.yield() }
    }

    /// A new stream; nil where there are too many, or no more are to be.
    func begin() -> (number: Int, wakes: AsyncStream<Void>)? {
        let (stream, wake) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number: Int? = state.withLock { state in
            guard !state.isEnded, state.wakes.count < Self.streamsMax else { return nil }
            defer { state.next += 1 }
            state.wakes[state.next] = wake
            return state.next
        }
        guard let number else { return nil }
        // It looks once before it waits.
        wake.yield()
        return (number, stream)
    }

    func end(_ number: Int) {
        state.withLock { $0.wakes.removeValue(forKey: number) }?.finish()
    }

    /// Ends all streams, and lets none begin.
    func endAll() {
        let wakes = state.withLock { state in
            state.isEnded = true
            defer { state.wakes = [:] }
            return Array(state.wakes.values)
        }
        for wake in wakes { wake.finish() }
    }

    /// The answer to a question that other streams may have asked already as of the same mark.
    func answer(
        _ question: String, at mark: OpenLedger.Mark, _ body: () throws -> String
    ) rethrows -> String {
        if let known = state.withLock({ $0.answers[question] }), known.mark == mark {
            return known.text
        }
        let text = try body()
        state.withLock { state in
            if state.answers.count >= Self.streamsMax { state.answers = [:] }
            state.answers[question] = (mark, text)
        }
        return text
    }
}
