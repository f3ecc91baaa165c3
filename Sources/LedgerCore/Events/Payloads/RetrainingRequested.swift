/// `retraining.requested`: a model shall be trained again. The reason is sealed beside the entry.
public struct RetrainingRequested: EventPayload {
    /// `retraining.requested`
    public static let name = EventName.retrainingRequested
    /// 1
    public static let version: UInt32 = 1

    /// What gave the occasion.
    public var trigger: RetrainingTrigger
    /// The version whose way of training is followed; nil where none was trained on this ledger.
    public var follows: ModelVersion?
    /// Labels since that version was trained: stated scores and decisions of people.
    public var newLabels: UInt64
    /// Number of the key that seals the reason.
    public var subject: UInt64

    /// A payload.
    public init(
        trigger: RetrainingTrigger, follows: ModelVersion?, newLabels: UInt64, subject: UInt64
    ) {
        self.trigger = trigger
        self.follows = follows
        self.newLabels = newLabels
        self.subject = subject
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "trigger": .text(trigger.rawValue), "newLabels": .unsigned(newLabels),
            "subject": .unsigned(subject),
        ]
        if let follows { map["follows"] = .unsigned(UInt64(follows)) }
        return CBORValue.map(map).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        guard let trigger = RetrainingTrigger(rawValue: try fields.text("trigger")) else {
            throw CBORError(.invalidField, offset: 0, field: "trigger")
        }
        self.trigger = trigger
        follows = try fields.optionalNumber("follows")
        newLabels = try fields.unsigned("newLabels")
        subject = try fields.unsigned("subject")
    }
}

/// Why a model is to be trained again. The raw values are those of the log.
public enum RetrainingTrigger: String, CaseIterable, Sendable {
    /// A person wanted it.
    case asked
    /// There is more to learn from than last time.
    case newLabels
    /// What comes in is no longer like what was learnt from.
    case drift
    /// The model has become worse.
    case quality
}
