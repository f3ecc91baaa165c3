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
        guard policy.accepts(value) else {
            throw CBORError(.invalidField, offset: 0, field: "value")
        }
        subject = try fields.unsigned("subject")
    }
}

/// What a ledger's owner decides once for everybody. The raw values are those of the log.
public enum Policy: String, CaseIterable, Sendable {
    /// Whether texts may be sent to models outside the process, and how much of them.
    case externalModels
    /// The zone whose days are reported, by its name in the IANA time zone database.
    case reportingZone
    /// On which day a week begins.
    case firstWeekday
    /// In which month a fiscal year begins.
    case fiscalYearStart

    /// The values it can have, that which is in force until another is set first; nil where they
    /// are too many to be named.
    public var values: [String]? {
        switch self {
        case .externalModels: ExternalModelPolicy.allCases.map(\.rawValue)
        case .reportingZone: nil
        case .firstWeekday: Weekday.allCases.map(\.rawValue)
        case .fiscalYearStart: Month.allCases.map(\.rawValue)
        }
    }

    /// The value in force until another is set.
    public var standard: String { values?.first ?? "UTC" }

    /// Bytes of a zone's name; the longest that there is has 32.
    private static let zoneBytesMax = 64

    /// Whether a value has the form that an entry may hold. Which zones there are is not known here,
    /// and changes.
    public func accepts(_ value: String) -> Bool {
        if let values { return values.contains(value) }
        return (1...Self.zoneBytesMax).contains(value.utf8.count)
            && value.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"),
                    UInt8(ascii: "-"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }
}

/// Whether texts may leave the process for a model outside it. The raw values are those of the log.
public enum ExternalModelPolicy: String, CaseIterable, Sendable {
    /// No text leaves.
    case none
    /// Texts leave without what identifies people by its shape, such as addresses and long numbers.
    case redacted
    /// Texts leave as they are.
    case full
}

/// A day of the week. The raw values are those of the log.
public enum Weekday: String, CaseIterable, Sendable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// As it is written in a sentence.
    public var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// Days after Monday.
    public var offset: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A month. The raw values are those of the log.
public enum Month: String, CaseIterable, Sendable {
    case january, february, march, april, may, june, july, august, september, october
    case november, december

    /// 1 to 12.
    public var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}
