/// `model.activated`: from here on this version's classifications count. A rollback is one of these.
/// The reason is sealed beside the entry.
public struct ModelActivated: EventPayload {
    /// `model.activated`
    public static let name = EventName.modelActivated
    /// 2
    public static let version: UInt32 = 2

    /// The version that becomes active.
    public var model: ModelVersion
    /// The version that was active, or nil for the first.
    public var previous: ModelVersion?
    /// Position of the activation this one takes back, for a rollback.
    public var rollsBack: Position?
    /// Number of the key that seals the reason.
    public var subject: UInt64
    /// On what ground a gate let it pass, where it had to pass one. Since version 2.
    public var gate: GateEvidence?

    /// A payload.
    public init(
        model: ModelVersion, previous: ModelVersion?, rollsBack: Position?, subject: UInt64,
        gate: GateEvidence? = nil
    ) {
        self.model = model
        self.previous = previous
        self.rollsBack = rollsBack
        self.subject = subject
        self.gate = gate
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "model": .unsigned(UInt64(model)), "subject": .unsigned(subject),
        ]
        if let previous { map["previous"] = .unsigned(UInt64(previous)) }
        if let rollsBack { map["rollsBack"] = .unsigned(rollsBack) }
        if let gate { map["gate"] = gate.encoded }
        return CBORValue.map(map).encoded
    }

    private static let fieldNames: Set = ["gate", "model", "previous", "rollsBack", "subject"]

    /// Reads version 2.
    public init(fields: EventFields) throws(CBORError) {
        // An older version is not held against its own encoding, so what it may hold is asked here.
        guard fields.values.keys.allSatisfy(Self.fieldNames.contains) else {
            throw CBORError(.invalidField, offset: 0, field: "payload")
        }
        model = try fields.number("model")
        previous = try fields.optionalNumber("previous")
        rollsBack = try fields.optionalNumber("rollsBack")
        subject = try fields.unsigned("subject")
        gate = if let value = fields["gate"] { try GateEvidence(value) } else { nil }
    }

    /// Version 1 knew no gate.
    public static func upcast(_ fields: EventFields, from version: UInt32) -> EventFields? {
        guard version == 1 else { return nil }
        var next = fields
        // What no version takes: a field of this name was not one of version 1.
        if next["gate"] != nil { next["gate"] = .null }
        return next
    }
}
