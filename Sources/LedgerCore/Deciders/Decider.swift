/// The rules of one thing that the log tells of, as three pure functions: the state before any
/// event (`init`), what an event makes of the state (`evolve`), and what a command comes to in it
/// (`decide`).
///
/// Whoever needs the state folds it from the events it reads; whoever acts decides on that state
/// and appends what was decided, on the condition that nothing of it has changed meanwhile. Nothing
/// here reads a log, a clock or a file, so a test gives events, asks with a command and looks at the
/// event that comes out.
public protocol Decider: Hashable, Sendable {
    /// What somebody wants.
    associatedtype Command
    /// What happened; its position is told beside it, since the log alone gives one.
    associatedtype Event
    /// Why a command comes to nothing.
    associatedtype Refusal: Error

    /// The state before any event.
    init()

    /// Follows one event; events come in log order. The log is never contradicted: an event that no
    /// command would have come to is followed as far as it makes sense.
    mutating func evolve(_ event: Event, at position: Position)

    /// The event that a command comes to; nil where it is so already.
    func decide(_ command: Command) throws(Refusal) -> Event?
}

extension Decider {
    /// The state after these events.
    public init(_ events: some Sequence<(Position, Event)>) {
        self.init()
        for (position, event) in events { evolve(event, at: position) }
    }
}
