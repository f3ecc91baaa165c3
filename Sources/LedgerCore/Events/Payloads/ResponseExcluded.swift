/// `response.excluded`: a response leaves every score from here on.
public struct ResponseExcluded: EventPayload {
    /// `response.excluded`
    public static let name = EventName.responseExcluded
    /// 1
    public static let version: UInt32 = 1

    /// Position of the `response.recorded`.
    public var response: Position
    /// A code for why: `test`, `duplicate`, `policy`, or `COLUMN=VALUE` of an import rule.
    public var reason: String

    /// A payload.
    public init(response: Position, reason: String) {
        self.response = response
        self.reason = reason
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        CBORValue.map(["response": .unsigned(response), "reason": .text(reason)]).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        response = try fields.unsigned("response")
        reason = try fields.text("reason")
    }
}
