/// What a projection reads in one stretch of the log, apart from its state and on any thread.
public protocol ProjectionSpan: Sendable {
    /// Nothing read.
    init()
    /// Reads one event; events come in log order and only those consumed.
    ///
    /// - Throws: `PoisonEvent` where it cannot be read; then the span is as before.
    mutating func read(_ event: EventView) throws
}
