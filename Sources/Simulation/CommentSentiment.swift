/// What a comment feels on the whole.
public enum CommentSentiment: String, Sendable, Hashable, CaseIterable {
    /// More blame than praise.
    case negative
    /// Neither, or both in equal measure.
    case neutral
    /// More praise than blame.
    case positive
}
