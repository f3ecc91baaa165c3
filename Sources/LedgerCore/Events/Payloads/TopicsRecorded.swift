/// `topics.recorded`: what a model version found one response's text to be about. Its cause is the
/// event whose text was read; a text that is about nothing the model knows has no such event.
public struct TopicsRecorded: EventPayload {
    /// `topics.recorded`
    public static let name = EventName.topicsRecorded
    /// 1
    public static let version: UInt32 = 1

    /// A topic that was found.
    public struct Finding: Hashable, Sendable {
        /// Its number in the model's registration, counted from 0.
        public var topic: UInt8
        /// Its probability in basis points. Where the model has nothing but prototypes it is no
        /// probability, only the more the closer.
        public var probability: UInt16

        /// A finding.
        public init(topic: UInt8, probability: UInt16) {
            self.topic = topic
            self.probability = probability
        }
    }

    /// Position of the `response.recorded`.
    public var response: Position
    /// The model version.
    public var model: ModelVersion
    /// What was found, by ascending number; not empty.
    public var topics: [Finding]

    /// A payload.
    public init(response: Position, model: ModelVersion, topics: [Finding]) {
        self.response = response
        self.model = model
        self.topics = topics
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        CBORValue.map([
            "response": .unsigned(response), "model": .unsigned(UInt64(model)),
            "topics": .array(
                topics.flatMap {
                    [.unsigned(UInt64($0.topic)), .unsigned(UInt64($0.probability))]
                }),
        ]).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        response = try fields.unsigned("response")
        model = try fields.number("model")
        let numbers = fields["topics"]?.arrayValue?.compactMap(\.unsignedValue) ?? []
        topics = stride(from: 0, to: numbers.count - 1, by: 2).map {
            Finding(
                topic: UInt8(clamping: numbers[$0]),
                probability: UInt16(clamping: numbers[$0 + 1]))
        }
        guard !topics.isEmpty, numbers.count == fields["topics"]?.arrayValue?.count,
            numbers.count == topics.count * 2,
            topics.allSatisfy({
                $0.topic < ModelRegistered.topicsMax && $0.probability <= 10_000
            }),
            zip(topics, topics.dropFirst()).allSatisfy({ $0.topic < $1.topic })
        else { throw CBORError(.invalidField, offset: 0, field: "topics") }
    }
}
