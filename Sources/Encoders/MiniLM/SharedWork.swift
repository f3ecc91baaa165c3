import Synchronization
import Threads

/// Pieces of work that threads take in turn, until all are done or one fails.
enum SharedWork {
    /// Runs `body` for each number below `count`, on at most `threads` threads with a state of its
    /// own each.
    ///
    /// - Throws: the first error of a piece; the others are not begun any more.
    static func run<State>(
        _ count: Int, threads: Int, state: @autoclosure @Sendable () -> State,
        _ body: @Sendable (Int, inout State) throws(EncoderError) -> Void
    ) throws(EncoderError) {
        let next = Atomic(0)
        let failure = Mutex<EncoderError?>(nil)
        Threads.perform(iterations: max(1, min(threads, count))) { _ in
            var own = state()
            while failure.withLock({ $0 == nil }) {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                do throws(EncoderError) {
                    try body(index, &own)
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
