/// `model.activated`: from here on this version's judgements count. A rollback is one of these.
/// The reason is sealed beside the entry.
public struct ModelActivated: EventPayload {
    /// `model.activated`
    public static let name = EventName.modelActivated
    /// 1
    public static let version: UInt32 = 1

    /// The version that becomes active.
    public var model: ModelVersion
    /// The version that was active, or nil for the first.
    public var previous: ModelVersion?
    /// Position of the activation this one takes back, for a rollback.
    public var rollsBack: Position?
    /// Number of the key that seals the reason.
    public var subject: UInt64

    /// A payload.
    public init(
        model: ModelVersion, previous: ModelVersion?, rollsBack: Position?, subject: UInt64
    ) {
        self.model = model
        self.previous = previous
        self.rollsBack = rollsBack
        self.subject = subject
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "model": .unsigned(UInt64(model)), "subject": .unsigned(subject),
        ]
        if let previous { map["previous"] = .unsigned(UInt64(previous)) }
        if let rollsBack { map["rollsBack"] = .unsigned(rollsBack) }
        return CBORValue.map(map).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        model = try fields.number("model")
        previous = try fields.optionalNumber("previous")
        rollsBack = try fields.optionalNumber("rollsBack")
        subject = try fields.unsigned("subject")
    }
}
