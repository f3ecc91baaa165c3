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

    /// A payload.
    public init(
        response: Position, score: UInt16?, hasText: Bool, updatedAt: Microseconds? = nil
    ) {
        self.response = response
        self.score = score
        self.hasText = hasText
        self.updatedAt = updatedAt
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = ["response": .unsigned(response)]
        if let score { map["score"] = .unsigned(UInt64(score)) }
        if hasText { map["text"] = .bool(true) }
        if let updatedAt { map["updated"] = .integer(updatedAt) }
        return CBORValue.map(map).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        response = try fields.unsigned("response")
        score = try fields.optionalNumber("score")
        hasText = try fields.flag("text")
        updatedAt = try fields.optionalNumber("updated")
        if let score, !ResponseRecorded.scoreRange.contains(Int64(score)) {
            throw CBORError(.invalidField, offset: 0, field: "score")
        }
    }
}
