/// A pure fold of the log: id, version, consumed event names, an initial state and `apply`.
///
/// Folding has two halves. A `Span` reads events of one stretch of the log without any state, so
/// several stretches can be read at once; `apply` then takes the spans in log order. A projection
/// whose fold must see the state with every event leaves `Span` alone and implements `apply` for
/// single events.
///
/// The value itself is working memory between `flush`es; the state proper is what `flush` puts in
/// the store. Neither half performs I/O of its own, reads a clock or keeps anything but integers,
/// and the bytes in the store after `flush` depend on the events alone, never on how they were cut
/// into spans and batches: that is what lets a rebuild be compared with the live state by digest.
public protocol Projection: SendableMetatype {
    /// What one stretch of the log says, read without the state.
    associatedtype Span: ProjectionSpan = EntrySpan
    /// What the projection is and reads.
    static var descriptor: ProjectionDescriptor { get }
    /// The initial state.
    init()
    /// Applies one event; events come in log order and only those consumed.
    ///
    /// - Throws: `PoisonEvent` where the event cannot be applied; then nothing has changed.
    mutating func apply(_ event: EventView, to state: some StateWriter) throws
    /// Applies a span; spans come in log order.
    ///
    /// - Returns: the events in it that could not be applied, besides those it could not read.
    mutating func apply(_ span: Span, to state: some StateWriter) throws -> [PoisonEvent]
    /// Puts everything that `apply` changed into the store.
    mutating func flush(to state: some StateWriter) throws
}

extension Projection where Span == EntrySpan {
    /// Applies the events one by one.
    public mutating func apply(
        _ span: EntrySpan, to state: some StateWriter
    ) throws -> [PoisonEvent] {
        var poisoned: [PoisonEvent] = []
        try span.forEachEvent { event in
            do {
                try apply(event, to: state)
            } catch let poison as PoisonEvent {
                poisoned.append(poison)
            }
        }
        return poisoned
    }
}

extension Projection {
    /// Applies one event as a span of its own, for a projection that has spans.
    ///
    /// - Throws: `PoisonEvent` where the event cannot be applied.
    public mutating func applyAsSpan(_ event: EventView, to state: some StateWriter) throws {
        var span = Span()
        try span.read(event)
        if let poison = try apply(span, to: state).first { throw poison }
    }
}

/// A projection whose state can say what it holds about any prefix of the log.
///
/// That is what finds the first event about which two states differ: the log is halved until one
/// event is left. It takes states that keep positions beside all values.
public protocol DescribedProjection: Projection {
    /// Calls `body` with everything the state says about the log's first `position` events, piece
    /// by piece in one canonical order.
    ///
    /// Two states agree about a prefix exactly where the pieces, joined, are equal bytes. A state
    /// folded further says about the prefix what the state folded to its end says.
    /// - Throws: where the state holds bytes that the fold never writes, or what `body` throws.
    static func describe(
        _ state: some StateReader, asOf position: Position,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws
}

/// What a projection is and reads.
public struct ProjectionDescriptor: Hashable, Sendable {
    /// Stable name, also of its folder: lower case, digits and hyphens.
    public let id: String
    /// Layout of its state; another version means a rebuild.
    public let version: UInt32
    /// The events it consumes.
    public let consumes: Set<EventName>

    /// A descriptor.
    public init(id: String, version: UInt32, consumes: Set<EventName>) {
        self.id = id
        self.version = version
        self.consumes = consumes
    }
}

/// An event that a projection cannot apply: it goes to the projection's quarantine, and results
/// say that they are incomplete until it is healed.
public struct PoisonEvent: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where the event stands.
    public let position: Position
    /// Why it cannot be applied.
    public let reason: String

    /// A poison event.
    public init(position: Position, reason: String) {
        self.position = position
        self.reason = reason
    }

    /// Position and reason.
    public var description: String { "event \(position) cannot be applied: \(reason)" }
}

/// Bytes in a projection's state that its fold never writes.
///
/// The log is not concerned: the state can be folded anew from it. Whoever holds a state against
/// the log tells such an error as a finding, and passes on any other.
public protocol StateDamage: Error, CustomStringConvertible {
    /// The id of the projection whose state it is.
    var projection: String { get }
}
