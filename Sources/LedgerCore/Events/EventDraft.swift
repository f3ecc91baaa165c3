/// An event as its author states it, before the log gives it a position and a recorded-at.
public struct EventDraft: Hashable, Sendable {
    /// Which type of event.
    public var name: EventName
    /// Version of the payload's layout.
    public var version: UInt32
    /// When it happened, by its author's word.
    public var occurredAt: Microseconds
    /// Who caused it.
    public var actor: Actor
    /// The event that led to it.
    public var cause: Position?
    /// The payload's deterministic CBOR map.
    public var payload: [UInt8]

    /// A draft of a typed payload.
    public init(
        _ payload: some EventPayload, occurredAt: Microseconds, actor: Actor,
        cause: Position? = nil
    ) {
        name = type(of: payload).name
        version = type(of: payload).version
        self.occurredAt = occurredAt
        self.actor = actor
        self.cause = cause
        self.payload = payload.encodedPayload
    }
}
