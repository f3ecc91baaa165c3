/// `policy.edited`: a policy has another value from here on. The reason is sealed beside the entry.
public struct PolicyEdited: EventPayload {
    /// `policy.edited`
    public static let name = EventName.policyEdited
    /// 1
    public static let version: UInt32 = 1

    /// Which policy.
    public var policy: Policy
    /// One of its values.
    public var value: String
    /// Number of the key that seals the reason.
    public var subject: UInt64

    /// A payload.
    public init(policy: Policy, value: String, subject: UInt64) {
        self.policy = policy
        self.value = value
        self.subject = subject
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        CBORValue.map([
            "policy": .text(policy.rawValue), "value": .text(value),
            "subject": .unsigned(subject),
        ]).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        guard let policy = Policy(rawValue: try fields.text("policy")) else {
            throw CBORError(.invalidField, offset: 0, field: "policy")
        }
        self.policy = policy
        value = try fields.text("value")
        guard policy.values.contains(value) else {
            throw CBORError(.invalidField, offset: 0, field: "value")
        }
        subject = try fields.unsigned("subject")
    }
}
