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
        case .responseRecorded where version == ResponseRecorded.version:
            guard let found = Response.plain(&cursor) else { return nil }
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
    static func plain(
        _ cursor: inout CBORCursor
    ) -> (subject: UInt64, response: CheckedEvent.Response)? {
        guard let count = cursor.shortest(5) else { return nil }
        let start = cursor.offset
        guard cursor.takesKey("id"), let id = cursor.plainText(),
            let scored = skipScore(&cursor),
            cursor.takesKey("source"), let source = cursor.plainText()
        else { return nil }
        let beforeSubject = cursor.bytes(from: start)
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
        let pairs = 4 + scored + [isUpdated, isExcluded, isRescaled].count { $0 }
        guard count == UInt64(pairs) else { return nil }
        var identity = CBORWriter(reservingBytes: cursor.offset - start + 1)
        identity.map(pairs - (isExcluded ? 2 : 1))
        for part in [beforeSubject, updated, cursor.bytes(from: rest)] { identity.encoded(part) }
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
