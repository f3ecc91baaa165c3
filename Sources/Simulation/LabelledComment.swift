/// A composed comment together with the truth about it.
public struct LabelledComment: Sendable, Hashable {
    /// The comment as its writer typed it, mistakes and all; never empty.
    public let text: String
    /// The language it is written in.
    public let language: CommentLanguage
    /// The group of the score that its writer has in mind.
    public let scoreClass: ScoreClass
    /// What it feels on the whole.
    public let sentiment: CommentSentiment
    /// What it wants, in the order of `CommentIntent.allCases`; empty when it only remarks.
    public let intents: [CommentIntent]
    /// What it is mostly about.
    public let topic: CommentTopic

    /// Puts a text and its truth together.
    public init(
        text: String, language: CommentLanguage, scoreClass: ScoreClass,
        sentiment: CommentSentiment, intents: [CommentIntent], topic: CommentTopic
    ) {
        self.text = text
        self.language = language
        self.scoreClass = scoreClass
        self.sentiment = sentiment
        self.intents = intents
        self.topic = topic
    }
}
