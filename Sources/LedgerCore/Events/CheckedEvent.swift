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
        (recorded.excluded, recorded.importNumber) = (nil, 0)
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

extension CheckedEvent {
    /// Checks an entry of the two types that make up nearly all of a log, where it lies and without
    /// building anything; nil where only the complete check can tell, be it for a fault or for a
    /// text beyond ASCII.
    init?(plain entry: UnsafeRawBufferPointer, position: Position) {
        guard entry.count <= Entry.bytesMax else { return nil }
        var cursor = CBORCursor(unsafe: entry)
        guard cursor.shortest(4) == 9, cursor.shortest(0) == Entry.formatVersion,
            let wire = cursor.plainText(), let name = EventName.matching(wire),
            let version = cursor.shortest(0),
            Self.isTime(cursor.shortest(0)), Self.isTime(cursor.shortest(0)),
            let actor = cursor.plainText(), Self.isActor(actor),
            cursor.takeNull() || cursor.shortest(0) != nil
        else { return nil }
        var (subject, response) = (UInt64?.none, Response?.none)
        switch name {
        case .classificationRecorded where version == ClassificationRecorded.version:
            guard ClassificationRecorded.skipPlain(&cursor) else { return nil }
        case .responseRecorded where (1...UInt64(ResponseRecorded.version)).contains(version):
            guard let found = Response.plain(&cursor, hasImport: version > 1) else { return nil }
            (subject, response) = (found.subject, found.response)
        default: return nil
        }
        guard cursor.takeNull() || cursor.shortest(2) == UInt64(Entry.commitmentBytes),
            cursor.isAtEnd || entry.count - cursor.offset == Entry.commitmentBytes,
            let event = try? EventView(unsafeSkimming: entry, position: position)
        else { return nil }
        self.event = event
        self.subject = subject
        self.response = response
    }

    private static func isTime(_ time: UInt64?) -> Bool {
        guard let time else { return false }
        return (UInt64(Entry.timeMin)...UInt64(Entry.timeMax)).contains(time)
    }

    private static func isActor(_ name: UnsafeRawBufferPointer) -> Bool {
        (1...Actor.nameBytesMax).contains(name.count) && !name.contains { $0 < 0x20 || $0 == 0x7F }
    }
}

extension CheckedEvent.Response {
    /// Reads a payload that is, byte for byte, what `ResponseRecorded.encodedPayload` writes, with
    /// texts in ASCII; nil where only the complete check can tell.
    ///
    /// - Parameter hasImport: whether its version can name an import.
    static func plain(
        _ cursor: inout CBORCursor, hasImport: Bool
    ) -> (subject: UInt64, response: CheckedEvent.Response)? {
        guard let count = cursor.shortest(5) else { return nil }
        let start = cursor.offset
        guard cursor.takesKey("id"), let id = cursor.plainText(),
            let scored = skipScore(&cursor)
        else { return nil }
        let beforeImport = cursor.bytes(from: start)
        let isImported = hasImport && cursor.takesKey("import")
        if isImported { guard let number = cursor.shortest(0), number > 0 else { return nil } }
        let sourceStart = cursor.offset
        guard cursor.takesKey("source"), let source = cursor.plainText() else { return nil }
        let beforeSubject = cursor.bytes(from: sourceStart)
        guard cursor.takesKey("subject"), let subject = cursor.shortest(0) else { return nil }
        let updatedStart = cursor.offset
        let isUpdated = cursor.takesKey("updated")
        guard !isUpdated || cursor.shortestInteger() != nil else { return nil }
        let updated = cursor.bytes(from: updatedStart)
        let isExcluded = cursor.takesKey("excluded")
        guard !isExcluded || cursor.plainText() != nil else { return nil }
        let rest = cursor.offset
        guard cursor.takesKey("segments"), (try? cursor.skipPlainTexts()) == true else {
            return nil
        }
        let isRescaled = cursor.takesKey("originalScore")
        guard !isRescaled || cursor.plainText() != nil else { return nil }
        let pairs = 4 + scored + [isImported, isUpdated, isExcluded, isRescaled].count { $0 }
        guard count == UInt64(pairs) else { return nil }
        var identity = CBORWriter(reservingBytes: cursor.offset - start + 1)
        identity.map(pairs - 1 - [isImported, isExcluded].count { $0 })
        for part in [beforeImport, beforeSubject, updated, cursor.bytes(from: rest)] {
            identity.encoded(part)
        }
        let response = CheckedEvent.Response(
            source: String(decoding: source, as: UTF8.self),
            id: String(decoding: id, as: UTF8.self), identity: identity.bytes)
        return (subject, response)
    }

    /// Reads over what is optional between the id and the source; returns how many pairs it was.
    private static func skipScore(_ cursor: inout CBORCursor) -> Int? {
        var pairs = 0
        if cursor.takesKey("text") {
            // Written where there is a text, and left out where there is none.
            guard cursor.shortest(7) == 21 else { return nil }
            pairs += 1
        }
        if cursor.takesKey("scale") {
            guard cursor.shortest(4) == 2, cursor.shortestInteger() != nil,
                cursor.shortestInteger() != nil
            else { return nil }
            pairs += 1
        }
        if cursor.takesKey("score") {
            guard let score = cursor.shortest(0),
                score <= UInt64(ResponseRecorded.scoreRange.upperBound)
            else { return nil }
            pairs += 1
        }
        return pairs
    }
}

extension ClassificationRecorded {
    /// Reads over a payload that is, byte for byte, what `encodedPayload` writes; false where only
    /// the complete check can tell.
    static func skipPlain(_ cursor: inout CBORCursor) -> Bool {
        guard cursor.shortest(5) == 6,
            cursor.takesKey("class"), let classes = sum(&cursor, of: 3), classes == whole,
            cursor.takesKey("model"), let model = cursor.shortest(0),
            cursor.takesKey("intent"), sum(&cursor, of: intentNames.count) != nil,
            cursor.takesKey("features"), let features = cursor.shortest(0),
            cursor.takesKey("response"), cursor.shortest(0) != nil,
            cursor.takesKey("sentiment"), let sentiment = sum(&cursor, of: 3), sentiment == whole
        else { return false }
        return model <= UInt64(ModelVersion.max) && features <= UInt64(UInt32.max)
    }

    /// Reads an array of so many shares; nil where one is no share.
    private static func sum(_ cursor: inout CBORCursor, of count: Int) -> Int64? {
        guard cursor.shortest(4) == UInt64(count) else { return nil }
        var sum: Int64 = 0
        for _ in 0..<count {
            guard let share = cursor.shortest(0), share <= UInt64(whole) else { return nil }
            sum += Int64(share)
        }
        return sum
    }
}
