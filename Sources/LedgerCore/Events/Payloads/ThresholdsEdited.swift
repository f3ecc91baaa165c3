/// `thresholds.edited`: the cut-offs that turn scores and probabilities into classes.
/// The reason is sealed beside the entry.
public struct ThresholdsEdited: EventPayload {
    /// `thresholds.edited`
    public static let name = EventName.thresholdsEdited
    /// 1
    public static let version: UInt32 = 1

    /// Number of this set of thresholds, counted from 1.
    public var id: UInt32
    /// The cut-offs.
    public var thresholds: Thresholds
    /// Number of the key that seals the reason.
    public var subject: UInt64

    /// A payload.
    public init(id: UInt32, thresholds: Thresholds, subject: UInt64) {
        self.id = id
        self.thresholds = thresholds
        self.subject = subject
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        CBORValue.map([
            "id": .unsigned(UInt64(id)),
            "passiveFrom": .unsigned(UInt64(thresholds.passiveFrom)),
            "promoterFrom": .unsigned(UInt64(thresholds.promoterFrom)),
            "confidenceMin": .unsigned(UInt64(thresholds.confidenceMin)),
            "subject": .unsigned(subject),
        ]).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        id = try fields.number("id")
        subject = try fields.unsigned("subject")
        guard
            let read = Thresholds(
                passiveFrom: try fields.number("passiveFrom"),
                promoterFrom: try fields.number("promoterFrom"),
                confidenceMin: try fields.number("confidenceMin"))
        else { throw CBORError(.invalidField, offset: 0, field: "thresholds") }
        thresholds = read
    }
}
