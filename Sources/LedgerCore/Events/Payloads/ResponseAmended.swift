/// `response.amended`: a later message about a response; a field that is absent stays as it was.
public struct ResponseAmended: EventPayload {
    /// `response.amended`
    public static let name = EventName.responseAmended
    /// 2: version 1 and the import.
    public static let version: UInt32 = 2

    /// Position of the `response.recorded` it amends.
    public var response: Position
    /// The new stated score in hundredths, where it changed.
    public var score: UInt16?
    /// Whether the sealed part holds a new comment.
    public var hasText: Bool
    /// When the source changed it.
    public var updatedAt: Microseconds?
    /// Number of the key that seals the new message: the response's own, unless it was destroyed.
    public var subject: UInt64
    /// All dimensions and their values, where they changed.
    public var segments: [String: String]?
    /// The number of the import that it came by, from 1; 0 where none has one.
    public var importNumber: UInt64

    /// A payload.
    public init(
        response: Position, score: UInt16?, hasText: Bool, updatedAt: Microseconds? = nil,
        subject: UInt64, segments: [String: String]? = nil, importNumber: UInt64 = 0
    ) {
        self.response = response
        self.score = score
        self.hasText = hasText
        self.updatedAt = updatedAt
        self.subject = subject
        self.segments = segments
        self.importNumber = importNumber
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "response": .unsigned(response), "subject": .unsigned(subject),
        ]
        if let score { map["score"] = .unsigned(UInt64(score)) }
        if hasText { map["text"] = .bool(true) }
        if let updatedAt { map["updated"] = .integer(updatedAt) }
        if let segments { map["segments"] = .map(segments.mapValues(CBORValue.text)) }
        if importNumber > 0 { map["import"] = .unsigned(importNumber) }
        return CBORValue.map(map).encoded
    }

    /// Version 1 said no import.
    public static func upcast(_ fields: EventFields, from version: UInt32) -> EventFields? {
        version == 1 && fields["import"] == nil ? fields : nil
    }

    /// Version 2 says what version 1 said in the same bytes.
    public static func extends(_ version: UInt32) -> Bool { version == 1 }

    /// Reads version 2.
    public init(fields: EventFields) throws(CBORError) {
        response = try fields.unsigned("response")
        score = try fields.optionalNumber("score")
        hasText = try fields.flag("text")
        subject = try fields.unsigned("subject")
        segments = fields["segments"] == nil ? nil : try fields.texts("segments")
        updatedAt = try fields.optionalNumber("updated")
        importNumber = try fields.optionalNumber("import") ?? 0
        guard importNumber > 0 || fields["import"] == nil else {
            throw CBORError(.invalidField, offset: 0, field: "import")
        }
        if let score, !ResponseRecorded.scoreRange.contains(Int64(score)) {
            throw CBORError(.invalidField, offset: 0, field: "score")
        }
    }
}

/// The parts of a `response.amended` that a fold counts by, read in place.
public struct ResponseAmendedView {
    /// Position of the `response.recorded` it amends.
    public private(set) var response: Position = 0
    /// The new stated score in hundredths, where it changed.
    public private(set) var score: UInt16?
    /// Whether the sealed part holds a new comment.
    public private(set) var hasText = false
    /// The new segment map's deterministic CBOR, where it changed.
    public private(set) var segments: UnsafeRawBufferPointer?

    /// Reads the payload of `event` in place; the view lives as long as the event.
    public init(unsafe event: EventView) throws(EntryError) {
        guard (1...ResponseAmended.version).contains(event.version) else {
            throw .unknownVersion(event.name, UInt64(event.version))
        }
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: event.payload)
            var found = (response: false, subject: false)
            for _ in 0..<(try cursor.map()) {
                let key = try cursor.unsafeText()
                switch (key.count, key.first) {
                case (4, UInt8(ascii: "t")): hasText = try cursor.bool()
                case (5, UInt8(ascii: "s")): score = try Self.score(&cursor)
                case (7, UInt8(ascii: "s")):
                    _ = try cursor.unsigned()
                    found.subject = true
                case (8, UInt8(ascii: "r")):
                    response = try cursor.unsigned()
                    found.response = true
                case (8, UInt8(ascii: "s")):
                    let start = cursor.offset
                    try cursor.skipTexts()
                    segments = cursor.bytes(from: start)
                default: try cursor.skip()
                }
            }
            guard cursor.isAtEnd else {
                throw CBORError(.trailingBytes, offset: cursor.offset)
            }
            guard found.response, found.subject else {
                throw CBORError(
                    .invalidField, offset: cursor.offset,
                    field: found.response ? "subject" : "response")
            }
        } catch {
            throw .malformed(error)
        }
    }

    private static func score(_ cursor: inout CBORCursor) throws(CBORError) -> UInt16 {
        let wide = try cursor.unsigned()
        guard wide <= UInt64(ResponseRecorded.scoreRange.upperBound) else {
            throw CBORError(.invalidField, offset: cursor.offset, field: "score")
        }
        return UInt16(wide)
    }
}
