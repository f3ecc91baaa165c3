/// `review.decided`: a person's judgement of a response. The rationale is sealed.
public struct ReviewDecided: EventPayload {
    /// `review.decided`
    public static let name = EventName.reviewDecided
    /// 1
    public static let version: UInt32 = 1

    /// Position of the `response.recorded`.
    public var response: Position
    /// What the response counts as.
    public var decision: NPSClass
    /// Number of the key that seals the rationale.
    public var subject: UInt64

    /// A payload.
    public init(response: Position, decision: NPSClass, subject: UInt64) {
        self.response = response
        self.decision = decision
        self.subject = subject
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        CBORValue.map([
            "response": .unsigned(response), "class": .unsigned(UInt64(decision.rawValue)),
            "subject": .unsigned(subject),
        ]).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        response = try fields.unsigned("response")
        subject = try fields.unsigned("subject")
        guard let decision = NPSClass(rawValue: try fields.number("class")) else {
            throw CBORError(.invalidField, offset: 0, field: "class")
        }
        self.decision = decision
    }
}
