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
        case let payload as TopicsRecorded: payload.response
        case let payload as ReviewDecided: payload.response
        case let payload as ReviewRequested: payload.response
        default: throw .unknownVersion(event.name, UInt64(event.version))
        }
    }
}
