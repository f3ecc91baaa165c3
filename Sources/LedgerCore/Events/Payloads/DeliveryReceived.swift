/// `delivery.received`: what a survey tool delivered, as it came. Its body is sealed beside the entry,
/// before anything in it is read.
public struct DeliveryReceived: EventPayload {
    /// `delivery.received`
    public static let name = EventName.deliveryReceived
    /// 1
    public static let version: UInt32 = 1

    /// The source that it was delivered to, as it is configured.
    public var hook: String
    /// The scheme by which its signature was good; `unsigned` where there is none.
    public var scheme: String
    /// The sender's own id of the delivery, where it has one.
    public var delivery: String?
    /// How long the body is, in bytes.
    public var bytes: UInt64
    /// The type that the sender says the body has.
    public var type: String
    /// Number of the key that seals the body: no person's, for nobody has looked who is in it.
    public var subject: UInt64

    /// A payload.
    public init(
        hook: String, scheme: String, delivery: String? = nil, bytes: UInt64, type: String,
        subject: UInt64
    ) {
        self.hook = hook
        self.scheme = scheme
        self.delivery = delivery
        self.bytes = bytes
        self.type = type
        self.subject = subject
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "hook": .text(hook), "scheme": .text(scheme), "bytes": .unsigned(bytes),
            "type": .text(type), "subject": .unsigned(subject),
        ]
        if let delivery { map["delivery"] = .text(delivery) }
        return CBORValue.map(map).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        hook = try fields.text("hook")
        scheme = try fields.text("scheme")
        delivery = try fields.optionalText("delivery")
        bytes = try fields.unsigned("bytes")
        type = try fields.text("type")
        subject = try fields.unsigned("subject")
    }
}
