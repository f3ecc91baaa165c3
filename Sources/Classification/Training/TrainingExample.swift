/// One text with what is known of it.
public struct TrainingExample: Sendable, Hashable {
    /// The text in UTF-8.
    public var text: [UInt8]
    /// 0 detractor, 1 passive, 2 promoter; nil if the respondent gave no score.
    public var scoreClass: UInt8?
    /// 0 negative, 1 neutral, 2 positive; nil if nobody said.
    public var sentiment: UInt8?
    /// The intents of the text; nil if nobody said.
    public var intents: Intents?
    /// The topics of the text by their numbers in the taxonomy; nil if nobody said, empty if it is
    /// about none of them.
    public var topics: [UInt8]?
    /// Stable identity of the example: it decides the fold, whatever the order of the examples.
    ///
    /// Examples that must not stand on both sides of a fold (one respondent's) share a key.
    public var key: UInt64

    /// Sets every field; labels out of range make the trainer throw `invalidLabel`.
    public init(
        text: [UInt8], scoreClass: UInt8? = nil, sentiment: UInt8? = nil, intents: Intents? = nil,
        topics: [UInt8]? = nil, key: UInt64
    ) {
        self.text = text
        self.scoreClass = scoreClass
        self.sentiment = sentiment
        self.intents = intents
        self.topics = topics
        self.key = key
    }
}
