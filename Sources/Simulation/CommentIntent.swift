/// Something that the writer of a comment wants to do with it; one comment may have several.
public enum CommentIntent: String, Sendable, Hashable, CaseIterable {
    /// Says what is good.
    case praise
    /// Says what is bad.
    case complaint
    /// Asks for a change.
    case request
    /// Asks for an answer.
    case question
    /// Says that the customer goes, or has gone.
    case leaving
}
