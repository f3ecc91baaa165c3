/// Event names as bits: asking takes no hashing, once for each of twenty million events.
public struct EventNameSet: Sendable {
    @usableFromInline let bits: UInt64

    /// The set of some names.
    public init(_ names: Set<EventName>) {
        bits = names.reduce(0) { $0 | $1.bit }
    }

    /// Whether a name is in it.
    @inlinable
    public func contains(_ name: EventName) -> Bool { bits & name.bit != 0 }
}
