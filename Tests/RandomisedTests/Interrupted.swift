import LedgerCore
import Synchronization

/// Thrown out of a fold that has come as far as it was meant to.
struct Interruption: Error {
    /// Steps that may still be taken.
    final class Countdown: Sendable {
        private let left: Mutex<Int>

        init(_ count: Int) { left = Mutex(count) }

        func step() throws(Interruption) {
            let isOver = left.withLock { left in
                left -= 1
                return left < 0
            }
            if isOver { throw Interruption() }
        }
    }

    @TaskLocal static var countdown: Countdown?
}

/// A projection that breaks off within a commit, before or after a span, as a process does that
/// fails there.
struct Interrupted<P: Projection>: Projection {
    typealias Span = P.Span

    static var descriptor: ProjectionDescriptor { P.descriptor }

    private var projection = P()

    init() {}

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try projection.apply(event, to: state)
    }

    mutating func apply(_ span: P.Span, to state: some StateWriter) throws -> [PoisonEvent] {
        try Interruption.countdown?.step()
        let poisoned = try projection.apply(span, to: state)
        try Interruption.countdown?.step()
        return poisoned
    }

    mutating func flush(to state: some StateWriter) throws { try projection.flush(to: state) }
}
