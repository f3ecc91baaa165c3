import LedgerCore

/// Which events are about which response: the way from a response to everything that happened to
/// it. The way back is in each event, which names its response.
///
/// State: `L` ‖ response ‖ event (positions in eight bytes, big-endian) → the kind in one byte.
/// The fold records what events say; whether the position they name holds a response is the log's
/// affair, so a reference that leads nowhere is kept and can be found.
public struct Lineage: Projection {
    /// `lineage`, version 1.
    public static let descriptor = ProjectionDescriptor(
        id: "lineage", version: 1, consumes: Set(LineageKind.allCases.map(\.event)))

    /// Links held back at most: 65,536 take 1.5 MiB, and sorting that many makes the store's
    /// writes nearly sequential.
    static let pendingMax = 65_536

    private var pending: [LineageEntry] = []

    /// The links of one stretch of the log, in the order of events.
    public struct Span: ProjectionSpan {
        var links: [LineageEntry] = []

        /// No links.
        public init() {}

        /// Notes one link.
        ///
        /// - Throws: `PoisonEvent` where the event does not say which response it is about.
        public mutating func read(_ event: EventView) throws {
            guard let kind = LineageKind(event.name) else { return }
            let response = try Lineage.response(of: event)
            links.append(LineageEntry(response: response, event: event.position, kind: kind))
        }
    }

    /// No links.
    public init() {}

    /// Notes one link.
    ///
    /// - Throws: `PoisonEvent` where the event does not say which response it is about.
    public mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try applyAsSpan(event, to: state)
    }

    /// Notes the links of a span.
    public mutating func apply(_ span: Span, to state: some StateWriter) throws -> [PoisonEvent] {
        pending += span.links
        // A full buffer empties itself, so memory is bounded whatever batches the caller cuts.
        if pending.count >= Self.pendingMax { try flush(to: state) }
        return []
    }

    /// Puts the links into the store in key order.
    public mutating func flush(to state: some StateWriter) throws {
        pending.sort { $0.precedes($1) }
        var key = [UInt8](repeating: 0, count: LineageEntry.keyBytes)
        for link in pending {
            link.writeKey(to: &key)
            try state.put(key, link.kind.stateValue)
        }
        pending.removeAll(keepingCapacity: true)
    }

    /// The response an event is about, read in place for the version this software writes; an
    /// older one goes through its upcasters.
    private static func response(of event: EventView) throws(PoisonEvent) -> Position {
        do throws(EntryError) {
            guard event.version == EventCatalog.payloadType(of: event.name).version else {
                return try decodedResponse(of: event)
            }
            do throws(CBORError) {
                return try responseField(in: event.payload)
            } catch {
                throw .malformed(error)
            }
        } catch {
            throw PoisonEvent(position: event.position, reason: error.description)
        }
    }

    private static func responseField(
        in payload: UnsafeRawBufferPointer
    ) throws(CBORError) -> Position {
        // “response” as one number: a key is compared in one step.
        let name: UInt64 = 0x7265_7370_6F6E_7365
        var cursor = CBORCursor(unsafe: payload)
        var response: Position?
        for _ in 0..<(try cursor.map()) {
            let key = try cursor.unsafeText()
            if key.count == 8, UInt64(bigEndian: key.loadUnaligned(as: UInt64.self)) == name {
                response = try cursor.unsigned()
            } else {
                try cursor.skip()
            }
        }
        guard cursor.isAtEnd else { throw CBORError(.trailingBytes, offset: cursor.offset) }
        guard let response else {
            throw CBORError(.invalidField, offset: cursor.offset, field: "response")
        }
        return response
    }

    private static func decodedResponse(of event: EventView) throws(EntryError) -> Position {
        switch try EventCatalog.payload(of: event) {
        case let payload as ResponseAmended: payload.response
        case let payload as ResponseExcluded: payload.response
        case let payload as ClassificationRecorded: payload.response
        case let payload as ClassificationDeclined: payload.response
        case let payload as TopicsRecorded: payload.response
        case let payload as ReviewDecided: payload.response
        case let payload as ReviewRequested: payload.response
        default: throw .unknownVersion(event.name, UInt64(event.version))
        }
    }
}

extension Lineage: DescribedProjection {
    /// The links of the first `position` events as they stand in the state, by response and event.
    ///
    /// - Throws: `LineageStateDamage` for a pair that is no link.
    public static func describe(
        _ state: some StateReader, asOf position: Position,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try state.scan(prefix: []) { key, value in
            guard key.count == LineageEntry.keyBytes, key[0] == LineageEntry.keyPrefix else {
                throw LineageStateDamage(response: 0, reason: "a key of \(key.count) bytes")
            }
            let event = UInt64(bigEndian: key.loadUnaligned(fromByteOffset: 9, as: UInt64.self))
            guard event < position else { return true }
            guard value.count == 1, LineageKind(rawValue: value[0]) != nil else {
                let response = UInt64(
                    bigEndian: key.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
                throw LineageStateDamage(
                    response: response, reason: "no kind of link at event \(event)")
            }
            try body(key)
            try body(value)
            return true
        }
    }
}

/// What an event did to a response. The raw values are the state's bytes: a change of one is a new
/// version of the projection.
public enum LineageKind: UInt8, CaseIterable, Sendable {
    /// A later message changed it.
    case amended = 1
    /// It was taken out of every score.
    case excluded = 2
    /// A model classified it.
    case classified = 3
    /// A person decided what it counts as.
    case reviewed = 4
    /// A person was asked to read it.
    case requested = 5
    /// A model found what it is about.
    case topics = 6
    /// A model left it unread.
    case declined = 7

    /// The event type that makes such a link.
    public var event: EventName {
        switch self {
        case .amended: .responseAmended
        case .excluded: .responseExcluded
        case .classified: .classificationRecorded
        case .reviewed: .reviewDecided
        case .requested: .reviewRequested
        case .topics: .topicsRecorded
        case .declined: .classificationDeclined
        }
    }

    /// The kind of link an event type makes, or nil where it is not about one response.
    public init?(_ event: EventName) {
        switch event {
        case .responseAmended: self = .amended
        case .responseExcluded: self = .excluded
        case .classificationRecorded: self = .classified
        case .reviewDecided: self = .reviewed
        case .reviewRequested: self = .requested
        case .topicsRecorded: self = .topics
        case .classificationDeclined: self = .declined
        default: return nil
        }
    }

    private static let stateValues: [[UInt8]] = (0...UInt8.max).map { [$0] }

    /// The value in the state; shared arrays, so that a million links allocate none.
    var stateValue: [UInt8] { Self.stateValues[Int(rawValue)] }
}

/// The lineage state holds bytes that the fold never writes.
public struct LineageStateDamage: StateDamage, Hashable {
    /// The response whose links were read.
    public let response: Position
    /// What is wrong.
    public let reason: String

    /// The lineage's id.
    public var projection: String { Lineage.descriptor.id }

    /// What is wrong.
    public var description: String {
        "the lineage of response \(response) is damaged (\(reason)); the log is not concerned"
    }
}
