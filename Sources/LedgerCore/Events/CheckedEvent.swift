/// An entry that is what this software writes, with what other places of a ledger keep of it.
///
/// Valid as long as the entry's bytes.
public struct CheckedEvent {
    /// The entry.
    public let event: EventView
    /// The subject that its payload names.
    public let subject: UInt64?
    /// What is kept elsewhere of a `response.recorded`; nil for any other event.
    public let response: Response?

    /// What is kept elsewhere of a response: it is found by its source and id, and recognised by a
    /// digest.
    public struct Response: Hashable, Sendable {
        /// The source that sent it.
        public let source: String
        /// The source's own identifier of the response.
        public let id: String
        /// What a source would send again: the payload without the subject's number and without
        /// what a rule of the mapping said of it (`ResponseRecorded.identityBytes`).
        public let identity: [UInt8]
    }

    /// Checks that entry bytes are a well-formed, deterministic envelope of a known event within
    /// every limit, and that its payload decodes and is encoded as this software would.
    ///
    /// - Parameter entry: bytes that stay where they are as long as the result is used.
    public init(unsafe entry: UnsafeRawBufferPointer, position: Position) throws(EntryError) {
        if let plain = Self(plain: entry, position: position) {
            self = plain
        } else {
            self = try Self(complete: entry, position: position)
        }
    }

    /// The complete check, of any event.
    init(complete entry: UnsafeRawBufferPointer, position: Position) throws(EntryError) {
        guard entry.count <= Entry.bytesMax else { throw .tooLarge(bytes: entry.count) }
        let item: CBORValue
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: entry)
            item = try cursor.value()
            guard cursor.isAtEnd else { throw CBORError(.trailingBytes, offset: cursor.offset) }
        } catch {
            throw .malformed(error)
        }
        event = try EventView(unsafe: entry, position: position)
        try Self.checkEnvelope(event)
        // The payload is the last item but one of an envelope, whatever its version.
        let fields = EventFields(item.arrayValue?.dropLast().last ?? .null)
        let payload = try EventCatalog.check(event, fields)
        subject = fields["subject"]?.unsignedValue
        guard var recorded = payload as? ResponseRecorded else {
            response = nil
            return
        }
        recorded.excluded = nil
        response = Response(
            source: recorded.source, id: recorded.id, identity: recorded.identityBytes)
    }

    private static func checkEnvelope(_ view: EventView) throws(EntryError) {
        let times = Entry.timeMin...Entry.timeMax
        for time in [view.recordedAt, view.occurredAt, view.clock ?? view.recordedAt]
        where !times.contains(time) {
            throw .timeOutOfRange(time)
        }
        // One event has one encoding: the clock stands there where it was behind, or not at all.
        if let clock = view.clock, clock >= view.recordedAt - Entry.clockSlack {
            throw .malformed(CBORError(.invalidField, offset: 0, field: "clock"))
        }
        guard Actor(view.actorName) != nil else {
            throw .malformed(CBORError(.invalidField, offset: 0, field: "actor"))
        }
        if let commitment = view.sealedCommitment, commitment.count != Entry.commitmentBytes {
            throw .malformed(CBORError(.invalidField, offset: 0, field: "sealed"))
        }
    }
}
