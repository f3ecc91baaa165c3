/// `delivery.mapped`: somebody looked into a delivery, and what came of it.
public struct DeliveryMapped: EventPayload {
    /// `delivery.mapped`
    public static let name = EventName.deliveryMapped
    /// 1
    public static let version: UInt32 = 1

    /// What came of a delivery.
    public enum Outcome: String, CaseIterable, Sendable {
        /// Responses, which stand in the log.
        case mapped
        /// It says nothing that could count: a dismissal, a test, another survey.
        case nothing
        /// It cannot be read. It waits until the mapping is mended.
        case unreadable
        /// It was read, and what it says is no response. That is in quarantine.
        case invalid
    }

    /// The `delivery.received`.
    public var delivery: Position
    /// The import under whose mapping it was read.
    public var importNumber: UInt64
    /// What came of it.
    public var outcome: Outcome
    /// How many responses it gave.
    public var responses: UInt64
    /// Why it gave none, as a stable code.
    public var code: String?
    /// What would have been read; never what stood there.
    public var expected: String?

    /// A payload.
    public init(
        delivery: Position, importNumber: UInt64, outcome: Outcome, responses: UInt64 = 0,
        code: String? = nil, expected: String? = nil
    ) {
        self.delivery = delivery
        self.importNumber = importNumber
        self.outcome = outcome
        self.responses = responses
        self.code = code
        self.expected = expected
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "delivery": .unsigned(delivery), "import": .unsigned(importNumber),
            "outcome": .text(outcome.rawValue), "responses": .unsigned(responses),
        ]
        if let code { map["code"] = .text(code) }
        if let expected { map["expected"] = .text(expected) }
        return CBORValue.map(map).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        delivery = try fields.unsigned("delivery")
        importNumber = try fields.unsigned("import")
        guard importNumber > 0 else { throw CBORError(.invalidField, offset: 0, field: "import") }
        guard let outcome = Outcome(rawValue: try fields.text("outcome")) else {
            throw CBORError(.invalidField, offset: 0, field: "outcome")
        }
        self.outcome = outcome
        responses = try fields.unsigned("responses")
        code = try fields.optionalText("code")
        expected = try fields.optionalText("expected")
    }
}
