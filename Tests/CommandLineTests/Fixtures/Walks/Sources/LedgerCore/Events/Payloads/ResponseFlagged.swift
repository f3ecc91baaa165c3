/// `response.flagged`: somebody marked a response as worth a look.
public struct ResponseFlagged: EventPayload {
    /// `response.flagged`
    public static let name = EventName.responseFlagged
    /// 1
    public static let version: UInt32 = 1

    /// Position of the `response.recorded`.
    public var response: Position
    /// What it is marked with, such as `legal`.
    public var flag: String

    /// A payload.
    public init(response: Position, flag: String) {
        self.response = response
        self.flag = flag
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        CBORValue.map(["response": .unsigned(response), "flag": .text(flag)]).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        response = try fields.unsigned("response")
        flag = try fields.text("flag")
    }
}
