/// `review.decided`: a person's classification of a response's text; the actor is the reviewer. The
/// rationale is sealed.
///
/// A stated score is the respondent's own word: a decision stands beside it and never over it.
public struct ReviewDecided: EventPayload {
    /// `review.decided`
    public static let name = EventName.reviewDecided
    /// 2
    public static let version: UInt32 = 2

    /// How many sentiments and intents there are to decide on: those of `ClassificationRecorded`.
    private static let sentimentCount = 3
    private static let intentCount = UInt64(ClassificationRecorded.intentNames.count)

    /// Position of the `response.recorded`.
    public var response: Position
    /// What its text says it counts as.
    public var decision: NPSClass
    /// Number of the key that seals the rationale; nil where there is none. Required in version 1.
    public var subject: UInt64?
    /// Position of the event whose text was read; nil for whatever text it had then. Since
    /// version 2, as all below.
    public var text: Position?
    /// Position of the request that this answers.
    public var request: Position?
    /// 0 negative, 1 neutral, 2 positive; nil where the reviewer said nothing of it.
    public var sentiment: UInt8?
    /// Intents that the reviewer finds in the text, by number and ascending; nil where they said
    /// nothing of it.
    public var intents: [UInt8]?
    /// Whether this settles what other reviewers did not agree on: then it goes before any decision
    /// that does not, earlier or later.
    public var settles: Bool

    /// A payload.
    public init(
        response: Position, decision: NPSClass, subject: UInt64? = nil, text: Position? = nil,
        request: Position? = nil, sentiment: UInt8? = nil, intents: [UInt8]? = nil,
        settles: Bool = false
    ) {
        self.response = response
        self.decision = decision
        self.subject = subject
        self.text = text
        self.request = request
        self.sentiment = sentiment
        self.intents = intents
        self.settles = settles
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "response": .unsigned(response), "class": .unsigned(UInt64(decision.rawValue)),
        ]
        if let subject { map["subject"] = .unsigned(subject) }
        if let text { map["text"] = .unsigned(text) }
        if let request { map["request"] = .unsigned(request) }
        if let sentiment { map["sentiment"] = .unsigned(UInt64(sentiment)) }
        if let intents { map["intents"] = .array(intents.map { .unsigned(UInt64($0)) }) }
        if settles { map["settles"] = .bool(true) }
        return CBORValue.map(map).encoded
    }

    private static let fieldNames: Set = [
        "class", "intents", "request", "response", "sentiment", "settles", "subject", "text",
    ]
    private static let firstNames: Set = ["class", "response", "subject"]

    /// Reads version 2.
    public init(fields: EventFields) throws(CBORError) {
        // An older version is not held against its own encoding, so what it may hold is asked here.
        guard fields.values.keys.allSatisfy(Self.fieldNames.contains) else {
            throw CBORError(.invalidField, offset: 0, field: "payload")
        }
        response = try fields.unsigned("response")
        subject = try fields.optionalNumber("subject")
        text = try fields.optionalNumber("text")
        request = try fields.optionalNumber("request")
        settles = try fields.flag("settles")
        guard let decision = NPSClass(rawValue: try fields.number("class")) else {
            throw CBORError(.invalidField, offset: 0, field: "class")
        }
        self.decision = decision
        sentiment = try fields.optionalNumber("sentiment")
        if let sentiment, sentiment >= Self.sentimentCount {
            throw CBORError(.invalidField, offset: 0, field: "sentiment")
        }
        intents = nil
        if let value = fields["intents"] { intents = try Self.intents(value) }
    }

    private static func intents(_ value: CBORValue) throws(CBORError) -> [UInt8] {
        let numbers = value.arrayValue?.compactMap(\.unsignedValue)
        guard let numbers, numbers.count == value.arrayValue?.count,
            numbers.allSatisfy({ $0 < intentCount }),
            zip(numbers, numbers.dropFirst()).allSatisfy(<)
        else { throw CBORError(.invalidField, offset: 0, field: "intents") }
        return numbers.map { UInt8($0) }
    }

    /// Version 1 always had a rationale, and knew nothing but the class.
    public static func upcast(_ fields: EventFields, from version: UInt32) -> EventFields? {
        guard version == 1 else { return nil }
        var next = fields
        // What no version takes: neither a field that version 1 did not know, nor one it missed.
        for name in next.values.keys where !firstNames.contains(name) { next[name] = .null }
        if next["subject"] == nil { next["subject"] = .null }
        return next
    }
}
