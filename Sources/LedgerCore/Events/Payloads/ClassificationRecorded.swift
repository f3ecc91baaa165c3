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
    /// How many features of the text the model knew: 0 means that it judged blind.
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
