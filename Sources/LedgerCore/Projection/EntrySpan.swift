/// The events themselves, copied: for projections that apply one event after another.
public struct EntrySpan: ProjectionSpan {
    private var arena: [UInt8] = []
    private var entries: [(position: Position, end: Int)] = []

    /// Nothing read.
    public init() {}

    /// Copies an event.
    ///
    /// - Throws: `PoisonEvent` where it is no well-formed entry.
    public mutating func read(_ event: EventView) throws {
        do {
            _ = try EventView(unsafe: event.entry, position: event.position)
        } catch {
            throw PoisonEvent(position: event.position, reason: "\(error)")
        }
        arena.append(contentsOf: event.entry)
        entries.append((event.position, arena.count))
    }

    /// Calls `body` with each event in order.
    public func forEachEvent(_ body: (EventView) throws -> Void) throws {
        try arena.withUnsafeBytes { bytes in
            var start = 0
            for (position, end) in entries {
                let entry = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                try body(try EventView(unsafe: entry, position: position))
                start = end
            }
        }
    }
}

/// What a projection reads in one stretch of the log, apart from its state and on any thread.
public protocol ProjectionSpan: Sendable {
    /// Nothing read.
    init()
    /// Reads one event; events come in log order and only those consumed.
    ///
    /// - Throws: `PoisonEvent` where it cannot be read; then the span is as before.
    mutating func read(_ event: EventView) throws
}
