/// `classification.recorded`: what one model version read in one response's text, in basis points.
/// Its cause is the event whose text was read.
public struct ClassificationRecorded: EventPayload {
    /// `classification.recorded`
    public static let name = EventName.classificationRecorded
    /// 1
    public static let version: UInt32 = 1
    /// One whole, in basis points.
    public static let whole: Int64 = 10_000
    /// Names of the sentiments in the order of their numbers.
    public static let sentimentNames = ["negative", "neutral", "positive"]
    /// The intents, in the order of `intents`.
    public static let intentNames = ["praise", "complaint", "request", "question", "leaving"]

    /// Position of the `response.recorded`.
    public var response: Position
    /// The model version.
    public var model: ModelVersion
    /// Probabilities of detractor, passive, promoter; they sum to 10,000.
    public var classes: [UInt16]
    /// Probabilities of negative, neutral, positive; they sum to 10,000.
    public var sentiment: [UInt16]
    /// Probability of each intent on its own, in the order of `intentNames`.
    public var intents: [UInt16]
    /// How many features of the text the model knew: 0 means that it classified blind.
    public var featureCount: UInt32

    /// A payload.
    public init(
        response: Position, model: ModelVersion, classes: [UInt16], sentiment: [UInt16],
        intents: [UInt16], featureCount: UInt32
    ) {
        self.response = response
        self.model = model
        self.classes = classes
        self.sentiment = sentiment
        self.intents = intents
        self.featureCount = featureCount
    }

    /// The deterministic CBOR map, written straight to bytes: this is half of a log.
    public var encodedPayload: [UInt8] {
        var writer = CBORWriter(reservingBytes: 96)
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the payload where it is to stand.
    package func write(to writer: inout CBORWriter) {
        writer.map(6)
        writer.field("class")
        writer.array(classes.count)
        for value in classes { writer.unsigned(UInt64(value)) }
        writer.field("model")
        writer.unsigned(UInt64(model))
        writer.field("intent")
        writer.array(intents.count)
        for value in intents { writer.unsigned(UInt64(value)) }
        writer.field("features")
        writer.unsigned(UInt64(featureCount))
        writer.field("response")
        writer.unsigned(response)
        writer.field("sentiment")
        writer.array(sentiment.count)
        for value in sentiment { writer.unsigned(UInt64(value)) }
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        response = try fields.unsigned("response")
        model = try fields.number("model")
        classes = try fields.numbers("class", count: 3, in: 0...Self.whole)
        sentiment = try fields.numbers("sentiment", count: 3, in: 0...Self.whole)
        intents = try fields.numbers(
            "intent", count: Self.intentNames.count, in: 0...Self.whole)
        featureCount = try fields.number("features")
        for (name, parts) in [("class", classes), ("sentiment", sentiment)] {
            guard parts.reduce(0, { $0 + Int64($1) }) == Self.whole else {
                throw CBORError(.invalidField, offset: 0, field: name)
            }
        }
    }
}

/// The parts of a `classification.recorded` that a fold counts by, read in place.
public struct ClassificationRecordedView {
    /// Position of the response classified.
    public private(set) var response: Position = 0
    /// The model version.
    public private(set) var model: ModelVersion = 0
    /// Probability of detractor in basis points.
    public private(set) var detractor: UInt16 = 0
    /// Probability of promoter in basis points; passive is what remains of 10,000.
    public private(set) var promoter: UInt16 = 0

    /// Reads the payload of `event` in place.
    public init(unsafe event: EventView) throws(EntryError) {
        guard event.version == ClassificationRecorded.version else {
            throw .unknownVersion(event.name, UInt64(event.version))
        }
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: event.payload)
            var found = (classes: false, model: false, response: false)
            for _ in 0..<(try cursor.map()) {
                let key = try cursor.unsafeText()
                switch (key.count, key.first) {
                case (5, UInt8(ascii: "c")):
                    try readClasses(&cursor)
                    found.classes = true
                case (5, UInt8(ascii: "m")):
                    guard let narrow = ModelVersion(exactly: try cursor.unsigned()) else {
                        throw CBORError(
                            .invalidField, offset: cursor.offset, field: "model")
                    }
                    model = narrow
                    found.model = true
                case (8, UInt8(ascii: "r")):
                    response = try cursor.unsigned()
                    found.response = true
                default:
                    try cursor.skip()
                }
            }
            guard cursor.isAtEnd else {
                throw CBORError(.trailingBytes, offset: cursor.offset)
            }
            guard found.classes, found.model, found.response else {
                throw CBORError(.invalidField, offset: cursor.offset)
            }
        } catch {
            throw .malformed(error)
        }
    }

    private mutating func readClasses(_ cursor: inout CBORCursor) throws(CBORError) {
        let start = cursor.offset
        guard try cursor.array() == 3 else {
            throw CBORError(.invalidField, offset: start, field: "class")
        }
        let (first, second) = (try cursor.unsigned(), try cursor.unsigned())
        let third = try cursor.unsigned()
        let whole = UInt64(ClassificationRecorded.whole)
        guard first <= whole, second <= whole, third <= whole,
            first + second + third == whole
        else { throw CBORError(.invalidField, offset: start, field: "class") }
        detractor = UInt16(first)
        promoter = UInt16(third)
    }
}
