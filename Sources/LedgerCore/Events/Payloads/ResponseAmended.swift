/// `response.amended`: a later message about a response; a field that is absent stays as it was.
public struct ResponseAmended: EventPayload {
    /// `response.amended`
    public static let name = EventName.responseAmended
    /// 1
    public static let version: UInt32 = 1

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

    /// A payload.
    public init(
        response: Position, score: UInt16?, hasText: Bool, updatedAt: Microseconds? = nil,
        subject: UInt64, segments: [String: String]? = nil
    ) {
        self.response = response
        self.score = score
        self.hasText = hasText
        self.updatedAt = updatedAt
        self.subject = subject
        self.segments = segments
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
        return CBORValue.map(map).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        response = try fields.unsigned("response")
        score = try fields.optionalNumber("score")
        hasText = try fields.flag("text")
        subject = try fields.unsigned("subject")
        segments = fields["segments"] == nil ? nil : try fields.texts("segments")
        updatedAt = try fields.optionalNumber("updated")
        if let score, !ResponseRecorded.scoreRange.contains(Int64(score)) {
            throw CBORError(.invalidField, offset: 0, field: "score")
        }
    }
}
